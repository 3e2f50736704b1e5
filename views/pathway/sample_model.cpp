#include "views/pathway/sample_model.h"

#include <cmath>
#include <limits>

#include "views/pathway/group_colours.h"

namespace warmstart {

void SampleModel::setScene(const PathwayScenePtr& scene, const SampleCoursePtr& memorized) {
  const bool same = scene_ && scene && scene_->record.samples == scene->record.samples;
  if (!same) beginResetModel();
  scene_ = scene;
  memorized_ = memorized;
  if (!same) return endResetModel();
  if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

int SampleModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !scene_ ? 0 : static_cast<int>(scene_->record.samples.size());
}

int SampleModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant SampleModel::value(std::size_t row, int column) const {
  switch (column) {
    case kSample:
      return static_cast<int>(row);
    case kGroup:
      return static_cast<qlonglong>(scene_->step.groups[row]);
    case kPathway:
      return QString::fromStdString(scene_->step.texts[row]);
    case kComplexity:
      return std::isnan(scene_->step.complexity[row]) ? 1e9 : scene_->step.complexity[row];
    case kMemorized: {
      const std::int64_t step = memorized_ ? memorized_->memorized_at[row] : -1;
      // What is never memorized comes behind all steps.
      return static_cast<qlonglong>(step < 0 ? std::numeric_limits<std::int64_t>::max() : step);
    }
    default:
      return scene_->record.loss[row];
  }
}

QString SampleModel::text(std::size_t row, int column) const {
  switch (column) {
    case kSample:
      return QString::fromStdString(scene_->record.samples[row]);
    case kGroup:
      return QString::number(scene_->step.groups[row]);
    case kPathway:
      return QString::fromStdString(scene_->step.texts[row]);
    case kComplexity:
      return std::isnan(scene_->step.complexity[row])
                 ? tr("undefined")
                 : QString::number(scene_->step.complexity[row], 'f', 3);
    case kMemorized:
      if (!memorized_) return QStringLiteral("–");
      return memorized_->memorized_at[row] < 0 ? tr("never")
                                               : QString::number(memorized_->memorized_at[row]);
    default:
      return QString::number(scene_->record.loss[row], 'f', 4);
  }
}

QVariant SampleModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !scene_) return {};
  const auto row = static_cast<std::size_t>(index.row());
  if (role == kSortRole) return value(row, index.column());
  if (role == Qt::DisplayRole) return text(row, index.column());
  if (role == Qt::DecorationRole && index.column() == kGroup)
    return groupColour(scene_->group_names, scene_->step.groups[row]);
  if (role == Qt::DecorationRole && index.column() == kMemorized && memorized_)
    return memorizedColour(memorized_->times, memorized_->memorized_at[row]);
  if (role == Qt::TextAlignmentRole)
    return QVariant(
        Qt::AlignVCenter |
        (index.column() == kSample || index.column() == kPathway ? Qt::AlignLeft : Qt::AlignRight));
  if (role == Qt::ToolTipRole && index.column() == kComplexity)
    return tr("Paper's form %1, plain form %2; low = the experts change little between layers")
        .arg(text(row, kComplexity))
        .arg(scene_->step.plain[row], 0, 'f', 3);
  if (role == Qt::ToolTipRole && index.column() == kMemorized)
    return tr("From this step on the loss stays low and within %1 nats of the last record's")
        .arg(kMemorizationDelta);
  return {};
}

QVariant SampleModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  const QString titles[kColumns] = {tr("Sample"),     tr("Group"),       tr("Pathway"),
                                    tr("Complexity"), tr("Loss (nats)"), tr("Memorized at step")};
  return section >= 0 && section < kColumns ? QVariant(titles[section]) : QVariant();
}

}  // namespace warmstart
