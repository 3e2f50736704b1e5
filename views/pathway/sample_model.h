// The watched samples of one step as a table: name, group, pathway, complexity, loss.
#pragma once
#include <QAbstractTableModel>

#include "views/pathway/pathway_map.h"

namespace warmstart {

class SampleModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kSample, kGroup, kPathway, kComplexity, kLoss, kColumns };
  static constexpr int kSortRole = Qt::UserRole;  ///< numbers sort as numbers
  using QAbstractTableModel::QAbstractTableModel;

  /// Rows stay while the samples are the same, so that a selection stays too.
  void setScene(const PathwayScenePtr& scene);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant value(std::size_t row, int column) const;
  QString text(std::size_t row, int column) const;
  PathwayScenePtr scene_;
};

}  // namespace warmstart
