// The watched samples of one step as a table: name, group, pathway, complexity, loss, and the step
// from which on each is memorized.
#pragma once
#include <QAbstractTableModel>

#include "views/pathway/pathway_map.h"

namespace warmstart {

class SampleModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kSample, kGroup, kPathway, kComplexity, kLoss, kMemorized, kColumns };
  static constexpr int kSortRole = Qt::UserRole;  ///< numbers sort as numbers
  using QAbstractTableModel::QAbstractTableModel;

  /// Rows stay while the samples are the same, so that a selection stays too. `memorized`: of the
  /// same samples; nullptr = not known.
  void setScene(const PathwayScenePtr& scene, const SampleCoursePtr& memorized);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant value(std::size_t row, int column) const;
  QString text(std::size_t row, int column) const;
  PathwayScenePtr scene_;
  SampleCoursePtr memorized_;
};

}  // namespace warmstart
