#include "views/inspect/case_model.h"

#include <QColor>
#include <QSet>
#include <algorithm>
#include <array>
#include <cmath>

#include "views/inspect/matrix_model.h"
#include "views/look/theme.h"

namespace warmstart {

void CaseModel::setScores(std::vector<CaseScore> scores, const QStringList& samples, bool slices) {
  const bool same = samples == samples_ && slices == slices_ &&
                    std::equal(scores.begin(), scores.end(), scores_.begin(), scores_.end(),
                               [](const CaseScore& a, const CaseScore& b) {
                                 return a.sample == b.sample && a.label == b.label;
                               });
  if (!same) beginResetModel();
  scores_ = std::move(scores);
  samples_ = samples;
  slices_ = slices;
  chooseMeasured();
  if (!same) return endResetModel();
  if (!scores_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

void CaseModel::setClasses(const QStringList& names, const StoredClasses& stored) {
  if (names == classes_ && stored == stored_) return;
  beginResetModel();
  classes_ = names, stored_ = stored;
  chooseMeasured();
  endResetModel();
}

void CaseModel::setMeasured(const MeasuredCases& measured) {
  if (measured == measured_) return;
  beginResetModel();
  measured_ = measured;
  chooseMeasured();
  endResetModel();
}

const CaseScore* CaseModel::score(int row) const {
  const auto at = static_cast<std::size_t>(row);
  return at < scores_.size() ? &scores_[at] : nullptr;
}

QString CaseModel::sample(int row) const {
  if (const CaseScore* known = score(row)) return samples_.value(known->sample);
  return only_measured_[static_cast<std::size_t>(row) - scores_.size()].sample;
}

QString CaseModel::part(int row) const {
  if (const CaseScore* known = score(row)) return className(known->label);
  return only_measured_[static_cast<std::size_t>(row) - scores_.size()].part;
}

double CaseModel::measuredValue(int row, qsizetype metric) const {
  const auto found = measured_.values.constFind(caseKey(sample(row), part(row)));
  return metric >= 0 && found != measured_.values.constEnd() && metric < std::ssize(*found)
             ? (*found)[static_cast<std::size_t>(metric)]
             : std::nan("");
}

void CaseModel::chooseMeasured() {
  only_measured_.clear();
  const QSet<QString> captured(samples_.begin(), samples_.end());
  // Before the captured ones are known nothing can be said of the others.
  if (!captured.isEmpty())
    std::copy_if(measured_.cases.begin(), measured_.cases.end(), std::back_inserter(only_measured_),
                 [&](const MeasuredCase& each) { return !captured.contains(each.sample); });
  metrics_.clear();
  for (qsizetype metric = 0; metric < measured_.names.size(); ++metric) {
    for (int row = 0; row < rowCount(); ++row) {
      if (std::isnan(measuredValue(row, metric))) continue;
      metrics_.push_back(metric);
      break;
    }
  }
}

QString CaseModel::className(int label) const {
  return classes_.value(label, tr("class %1").arg(label));
}

int CaseModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(scores_.size() + only_measured_.size());
}

int CaseModel::columnCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return fixedColumns() + static_cast<int>(metrics_.size());
}

QVariant CaseModel::scoreValue(const CaseScore& score, int column) const {
  switch (column) {
    case kDice:
      return score.whole.dice();
    case kPrecision:
      return score.whole.precision();
    case kRecall:
      return score.whole.recall();
    case kSlice:
      return score.worst[2] + 1;  // as the plane counts them
    default:
      return score.slice.dice();
  }
}

QVariant CaseModel::value(int row, int column) const {
  if (column == kCase || column == kClass) return text(row, column);
  if (column >= fixedColumns())
    return measuredValue(row, metrics_[static_cast<std::size_t>(column - fixedColumns())]);
  if (const CaseScore* known = score(row)) return scoreValue(*known, column);
  // Its place among the others is that of its Dice, though it is of the stage's end.
  return column == kDice ? measuredValue(row, measured_.names.indexOf(QStringLiteral("dice")))
                         : std::nan("");
}

QString CaseModel::text(int row, int column) const {
  if (column == kCase) return score(row) ? sample(row) : tr("%1 (not captured)").arg(sample(row));
  if (column == kClass) return part(row);
  const QVariant shown = value(row, column);
  if (shown.typeId() == QMetaType::Int) return QStringLiteral("%L1").arg(shown.toInt());
  const double number = shown.toDouble();
  return std::isnan(number) ? QStringLiteral("–") : QStringLiteral("%L1").arg(number, 0, 'f', 4);
}

QString CaseModel::tip(int row) const {
  const CaseScore* known = score(row);
  if (!known)
    return tr(
        "Measured when the stage had ended; there is no picture of it. A click says how to "
        "have it captured.");
  return tr("%L1 voxels predicted, %L2 in the reference, %L3 in both")
      .arg(known->whole.predicted)
      .arg(known->whole.referred)
      .arg(known->whole.both);
}

QVariant CaseModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const int row = index.row();
  if (role == MatrixModel::kSortRole) return value(row, index.column());
  if (role == Qt::DisplayRole) return text(row, index.column());
  if (role == Qt::TextAlignmentRole && index.column() > kClass)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::ForegroundRole && !score(row)) return look::faint();
  if (role == Qt::DecorationRole && index.column() == kClass) {
    const CaseScore* known = score(row);
    const int label = known ? known->label : static_cast<int>(classes_.indexOf(part(row)));
    if (label >= 0) return look::label(stored_.of(label));
  }
  if (role == Qt::ToolTipRole) return tip(row);
  return {};
}

QVariant CaseModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical) return {};
  if (section >= fixedColumns()) {
    const QString& metric = measured_.names[static_cast<qsizetype>(
        metrics_[static_cast<std::size_t>(section - fixedColumns())])];
    if (role == Qt::DisplayRole) return tr("%1, measured").arg(metric);
    if (role == Qt::ToolTipRole) return tr("Measured when the stage had ended, not at this step");
    return {};
  }
  if (role == Qt::TextAlignmentRole && section <= kClass)
    return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
  const std::array<QString, kColumns> names{tr("Case"),         tr("Class"),  tr("Dice"),
                                            tr("Precision"),    tr("Recall"), tr("Worst slice"),
                                            tr("Dice of slice")};
  const std::array<QString, kColumns> tips{
      tr("Watched sample, or one that was measured only"),
      tr("Class that its prediction or its reference has"),
      tr("Overlap of prediction and reference, 0 to 1; of cases that were not captured as measured "
         "when the stage had ended"),
      tr("Share of the predicted voxels that are right"),
      tr("Share of the reference's voxels that were found"),
      tr("Axial slice of the lowest Dice; of several the one with the most wrong voxels"),
      tr("Dice in that slice alone")};
  const auto at = static_cast<std::size_t>(section);
  if (role == Qt::DisplayRole) return names.at(at);
  if (role == Qt::ToolTipRole) return tips.at(at);
  return {};
}

}  // namespace warmstart
