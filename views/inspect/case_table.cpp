#include "views/inspect/case_table.h"

#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "views/inspect/matrix_model.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kLeastRows = 3, kMostRows = 6;  ///< in sight; the planes need their room

}  // namespace

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

double CaseModel::measuredValue(const CaseScore& score, std::size_t metric) const {
  const auto found =
      measured_.values.constFind(caseKey(samples_.value(score.sample), className(score.label)));
  return found != measured_.values.constEnd() && metric < found->size() ? (*found)[metric]
                                                                        : std::nan("");
}

void CaseModel::chooseMeasured() {
  metrics_.clear();
  for (std::size_t metric = 0; metric < static_cast<std::size_t>(measured_.names.size());
       ++metric) {
    if (std::any_of(scores_.begin(), scores_.end(), [&](const CaseScore& score) {
          return !std::isnan(measuredValue(score, metric));
        }))
      metrics_.push_back(metric);
  }
}

QString CaseModel::className(int label) const {
  return classes_.value(label, tr("class %1").arg(label));
}

int CaseModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(scores_.size());
}

int CaseModel::columnCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return fixedColumns() + static_cast<int>(metrics_.size());
}

QVariant CaseModel::value(const CaseScore& score, int column) const {
  if (column >= fixedColumns())
    return measuredValue(score, metrics_[static_cast<std::size_t>(column - fixedColumns())]);
  switch (column) {
    case kDice:
      return score.whole.dice();
    case kPrecision:
      return score.whole.precision();
    case kRecall:
      return score.whole.recall();
    case kSlice:
      return score.worst[2] + 1;  // as the plane counts them
    case kSliceDice:
      return score.slice.dice();
    default:
      return text(score, column);
  }
}

QString CaseModel::text(const CaseScore& score, int column) const {
  if (column == kCase) return samples_.value(score.sample);
  if (column == kClass) return className(score.label);
  if (slices_ && column == kSlice) return QStringLiteral("%L1").arg(score.worst[2] + 1);
  const double number = value(score, column).toDouble();
  return std::isnan(number) ? QStringLiteral("–") : QStringLiteral("%L1").arg(number, 0, 'f', 4);
}

QVariant CaseModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const CaseScore& score = this->score(index.row());
  if (role == MatrixModel::kSortRole) return value(score, index.column());
  if (role == Qt::DisplayRole) return text(score, index.column());
  if (role == Qt::TextAlignmentRole && index.column() > kClass)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::DecorationRole && index.column() == kClass)
    return look::label(stored_.of(score.label));
  if (role == Qt::ToolTipRole)
    return tr("%L1 voxels predicted, %L2 in the reference, %L3 in both")
        .arg(score.whole.predicted)
        .arg(score.whole.referred)
        .arg(score.whole.both);
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
      tr("Watched sample"),
      tr("Class that its prediction or its reference has"),
      tr("Overlap of prediction and reference, 0 to 1"),
      tr("Share of the predicted voxels that are right"),
      tr("Share of the reference's voxels that were found"),
      tr("Axial slice of the lowest Dice; of several the one with the most wrong voxels"),
      tr("Dice in that slice alone")};
  const auto at = static_cast<std::size_t>(section);
  if (role == Qt::DisplayRole) return names.at(at);
  if (role == Qt::ToolTipRole) return tips.at(at);
  return {};
}

CaseTable::CaseTable(QWidget* parent)
    : QWidget(parent),
      table_(sortedTable(&model_, tr("Cases and classes, worst first"), this)),
      fold_(new QToolButton(this)),
      note_(new QLabel(this)) {
  fold_->setText(tr("&Cases, worst first"));
  fold_->setAutoRaise(true);
  fold_->setCheckable(true);
  fold_->setChecked(true);
  fold_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  fold_->setArrowType(Qt::DownArrow);
  fold_->setToolTip(tr("Dice of every class of every watched sample at this step"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setShowGrid(false);
  table_->verticalHeader()->hide();
  table_->sortByColumn(CaseModel::kDice, Qt::AscendingOrder);
  table_->setFrameShape(QFrame::NoFrame);
  const int row = table_->verticalHeader()->defaultSectionSize();
  table_->setMinimumHeight((kLeastRows + 1) * row);
  table_->setMaximumHeight((kMostRows + 1) * row);
  note_->setForegroundRole(QPalette::PlaceholderText);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(fold_);
  column->addWidget(note_);
  column->addWidget(table_, 1);
  connect(fold_, &QToolButton::toggled, this, [this](bool unfolded) {
    fold_->setArrowType(unfolded ? Qt::DownArrow : Qt::RightArrow);
    compute();
    emit folded();
  });
  const auto go = [this](const QModelIndex& index) {
    if (!index.isValid()) return;
    const auto* sorted = qobject_cast<const QSortFilterProxyModel*>(table_->model());
    const CaseScore& score = model_.score(sorted->mapToSource(index).row());
    emit caseWanted(score.sample, score.worst);
  };
  // Other cases or columns; what a user made of the widths stays along the timeline.
  connect(&model_, &QAbstractItemModel::modelReset, table_, &QTableView::resizeColumnsToContents,
          Qt::QueuedConnection);
  connect(table_, &QTableView::clicked, this, go);
  connect(table_, &QTableView::activated, this, go);
}

CaseTable::~CaseTable() { *stop_ = true; }

void CaseTable::setCapture(const CapturePtr& capture, const QStringList& classes) {
  capture_ = capture;
  model_.setClasses(classes, StoredClasses(capture->info()));
  compute();
}

bool CaseTable::unfolded() const { return fold_->isChecked(); }
void CaseTable::setUnfolded(bool unfolded) { fold_->setChecked(unfolded); }

void CaseTable::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  compute();
}

void CaseTable::compute() {
  const bool referred = capture_ && capture_->find("label") && capture_->find("prediction");
  table_->setVisible(unfolded() && referred);
  note_->setVisible(unfolded() && !referred);
  note_->setText(tr("This capture has no reference to compare with."));
  if (!unfolded() || !referred || !isVisible() || capture_ == shown_) return;
  shown_ = capture_;
  computing_.start([capture = capture_, stop = stop_]() -> Scores {
    return {capture, caseScores(capture, stop)};
  });
}

void CaseTable::take(const Scores& scores) {
  const Array* label = scores.capture->find("label");
  const bool slices = label && label->shape.size() == 4;
  model_.setScores(scores.scores, scores.capture->samples(), slices);
}

QByteArray CaseTable::csv() const {
  const QAbstractItemModel& rows = *table_->model();
  QByteArray text;
  for (int row = -1; row < rows.rowCount() && rows.rowCount() > 0; ++row) {
    for (int column = 0; column < rows.columnCount(); ++column) {
      const QVariant cell = row < 0 ? rows.headerData(column, Qt::Horizontal)
                                    : rows.index(row, column).data(MatrixModel::kSortRole);
      if (column > 0) text += ',';
      if (cell.typeId() != QMetaType::Double) {
        text += csvField(cell.toString());
      } else if (!std::isnan(cell.toDouble())) {
        text += QByteArray::number(cell.toDouble(), 'g', 17);
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace warmstart
