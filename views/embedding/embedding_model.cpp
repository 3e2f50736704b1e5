#include "views/embedding/embedding_model.h"

#include "views/pathway/group_colours.h"

namespace warmstart {

void EmbeddingModel::setPoints(EmbeddingScenePtr scene, std::vector<int> points,
                               std::vector<double> cosines) {
  beginResetModel();
  scene_ = std::move(scene);
  points_ = std::move(points);
  cosines_ = std::move(cosines);
  endResetModel();
}

int EmbeddingModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(points_.size());
}

int EmbeddingModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant EmbeddingModel::value(std::size_t row, int column, bool to_sort) const {
  const auto point = static_cast<std::size_t>(points_[row]);
  switch (column) {
    case kPoint:
      return scene_->names[static_cast<int>(point)];
    case kLabel:
      if (scene_->labels.empty()) return {};
      return to_sort ? QVariant(static_cast<qlonglong>(scene_->labels[point]))
                     : QVariant(scene_->labelName(scene_->labels[point]));
    case kCosine:
      if (cosines_.empty()) return {};
      return to_sort ? QVariant(cosines_[row])
                     : QVariant(QStringLiteral("%L1").arg(cosines_[row], 0, 'f', 4));
    default:
      return scene_->texts[static_cast<int>(point)];
  }
}

QVariant EmbeddingModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const auto row = static_cast<std::size_t>(index.row());
  if (role == kSortRole || role == Qt::DisplayRole)
    return value(row, index.column(), role == kSortRole);
  if (role == Qt::ToolTipRole && index.column() == kText) return value(row, kText, false);
  if (role == Qt::DecorationRole && index.column() == kLabel && !scene_->labels.empty())
    return groupColour(scene_->label_names, scene_->labels[static_cast<std::size_t>(points_[row])]);
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::AlignVCenter |
                    (index.column() == kCosine ? Qt::AlignRight : Qt::AlignLeft));
  return {};
}

QVariant EmbeddingModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  const QString titles[kColumns] = {tr("Point"), tr("Label"), tr("Cosine"), tr("Text")};
  return section >= 0 && section < kColumns ? QVariant(titles[section]) : QVariant();
}

}  // namespace warmstart
