#include "views/inspect/case_table.h"

#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "views/inspect/matrix_model.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kLeastRows = 3, kMostRows = 6;  ///< in sight; the planes need their room

}  // namespace

CaseTable::CaseTable(QWidget* parent)
    : QWidget(parent),
      table_(sortedTable(&model_, tr("Cases and classes, worst first"), this)),
      fold_(new QToolButton(this)),
      note_(new QLabel(this)),
      hint_(new QLabel(this)) {
  fold_->setText(tr("&Cases, worst first"));
  fold_->setAutoRaise(true);
  fold_->setCheckable(true);
  fold_->setChecked(true);
  fold_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  fold_->setArrowType(Qt::DownArrow);
  fold_->setToolTip(
      tr("Dice of every class of every watched sample at this step, and of every measured one"));
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
  hint_->setTextFormat(Qt::PlainText);
  hint_->setWordWrap(true);
  hint_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  hint_->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(fold_);
  column->addWidget(note_);
  column->addWidget(table_, 1);
  column->addWidget(hint_);
  connect(fold_, &QToolButton::toggled, this, [this](bool unfolded) {
    fold_->setArrowType(unfolded ? Qt::DownArrow : Qt::RightArrow);
    compute();
    emit folded();
  });
  // Other cases or columns; what a user made of the widths stays along the timeline.
  connect(&model_, &QAbstractItemModel::modelReset, table_, &QTableView::resizeColumnsToContents,
          Qt::QueuedConnection);
  connect(table_, &QTableView::clicked, this, &CaseTable::go);
  connect(table_, &QTableView::activated, this, &CaseTable::go);
}

void CaseTable::go(const QModelIndex& index) {
  if (!index.isValid()) return;
  const auto* sorted = qobject_cast<const QSortFilterProxyModel*>(table_->model());
  const int row = sorted->mapToSource(index).row();
  const CaseScore* score = model_.score(row);
  hint_->setVisible(!score);
  if (score) return emit caseWanted(score->sample, score->worst);
  tellHowToCapture(model_.sample(row));
}

void CaseTable::tellHowToCapture(const QString& sample) {
  const MeasuredSample place = model_.placeOf(sample);
  hint_->setText(tr("\"%1\" was measured but not captured, so there is no picture of it. Captures "
                    "hold the first samples of a data entry: write \"on: %2\" and \"samples: %3\", "
                    "or more, beside the inspector under \"capture:\" in the recipe, and run it "
                    "again.")
                     .arg(sample, place.data)
                     .arg(place.number + 1));
}

CaseTable::~CaseTable() { *stop_ = true; }

void CaseTable::setCapture(const CapturePtr& capture, const QStringList& classes) {
  if (capture_ && capture_->samples() != capture->samples()) hint_->hide();
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
  if (!table_->isVisibleTo(this)) hint_->hide();
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
