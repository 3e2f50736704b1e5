// Points of an embedding as a table: all, those in the lasso, or the neighbours of one with their
// cosine.
#pragma once
#include <QAbstractTableModel>

#include "views/embedding/embedding_scene.h"

namespace warmstart {

class EmbeddingModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kPoint, kLabel, kCosine, kText, kColumns };
  static constexpr int kSortRole = Qt::UserRole;  ///< numbers sort as numbers
  using QAbstractTableModel::QAbstractTableModel;

  /// `cosines`: one a point, or none.
  void setPoints(EmbeddingScenePtr scene, std::vector<int> points,
                 std::vector<double> cosines = {});
  /// The point of a row.
  int pointAt(int row) const { return points_[static_cast<std::size_t>(row)]; }
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant value(std::size_t row, int column, bool to_sort) const;
  EmbeddingScenePtr scene_;
  std::vector<int> points_;
  std::vector<double> cosines_;
};

}  // namespace warmstart
