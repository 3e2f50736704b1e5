#include "views/inspect/confusion_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

#include "views/inspect/array_values.h"
#include "views/inspect/matrix_view.h"
#include "views/inspect/token_text.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredCaptureView confusion_view{
    {.kind = "confusion", .create = []() -> CaptureView* { return new ConfusionView; }}};

/// Whether an array holds one matrix of classes, or one a sample.
bool isCounts(const Array* array, std::size_t rank) {
  return array && array->shape.size() == rank && array->shape[rank - 1] == array->shape[rank - 2] &&
         array->shape[rank - 1] > 0;
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : NAN; }

}  // namespace

Matrix rowShares(const Matrix& counts) {
  Matrix shares = counts;
  shares.unit = ConfusionView::tr("share of the reference class");
  for (int row = 0; row < counts.rows; ++row) {
    double sum = 0;
    for (int column = 0; column < counts.columns; ++column) sum += counts.at(row, column);
    for (int column = 0; column < counts.columns; ++column)
      shares.values[static_cast<std::size_t>(row * counts.columns + column)] =
          ratio(counts.at(row, column), sum);
  }
  return shares;
}

Matrix classScores(const Matrix& counts) {
  Matrix scores;
  scores.rows = counts.rows, scores.columns = 4;
  scores.row_axis = ConfusionView::tr("class");
  scores.row_labels = counts.row_labels;
  scores.column_labels = QStringList{ConfusionView::tr("Precision"), ConfusionView::tr("Recall"),
                                     QStringLiteral("F1"), QStringLiteral("n")};
  for (int k = 0; k < counts.rows; ++k) {
    double reference = 0, predicted = 0;
    for (int other = 0; other < counts.columns; ++other) {
      reference += counts.at(k, other);
      predicted += counts.at(other, k);
    }
    const double right = counts.at(k, k);
    const double of_each[]{ratio(right, predicted), ratio(right, reference),
                           ratio(2 * right, reference + predicted), reference};
    scores.values.insert(scores.values.end(), std::begin(of_each), std::end(of_each));
  }
  return scores;
}

ConfusionView::ConfusionView(QWidget* parent)
    : CaptureView(parent),
      canvas_(new MatrixCanvas(this)),
      scope_(new QComboBox(this)),
      shares_(new QCheckBox(tr("Shares of each &row"), this)),
      read_out_(new QLabel(this)) {
  scope_->addItems({tr("All samples"), tr("This sample")});
  scope_->setAccessibleName(tr("What is counted"));
  canvas_->setNumbersShown(true);
  read_out_->setAccessibleName(tr("Value of the cell"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* bar = new QHBoxLayout;
  bar->setSpacing(look::kGrid);
  bar->addWidget(scope_);
  bar->addWidget(shares_);
  bar->addStretch(1);
  auto* halves = new QSplitter(Qt::Horizontal, this);
  halves->addWidget(canvas_);
  halves->addWidget(makeSide());
  halves->setStretchFactor(0, 1);
  halves->setSizes({56 * look::kGrid, 36 * look::kGrid});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid);
  column->addLayout(bar);
  column->addWidget(halves, 1);
  column->addWidget(read_out_);
  const auto changed = [this] {
    refresh();
    emit stateChanged();
  };
  connect(scope_, &QComboBox::activated, this, changed);
  connect(shares_, &QCheckBox::clicked, this, changed);
  connect(canvas_, &MatrixCanvas::hovered, this, &ConfusionView::read);
  connect(canvas_, &MatrixCanvas::chosen, this, [this](const Cell& cell) {
    read(cell);
    listCases();
  });
}

QWidget* ConfusionView::makeSide() {
  auto* side = new QWidget(this);
  scores_ = sortedTable(&score_model_, tr("Scores of each class"), side);
  scores_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  cell_name_ = new QLabel(tr("Choose a cell to see its samples."), side);
  cell_name_->setWordWrap(true);
  cases_ = new QListWidget(side);
  cases_->setAccessibleName(tr("Samples of the cell"));
  cases_->setAlternatingRowColors(true);
  connect(cases_, &QListWidget::itemActivated, this,
          [this](QListWidgetItem* item) { emit sampleWanted(item->data(Qt::UserRole).toInt()); });
  connect(cases_, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { emit sampleWanted(item->data(Qt::UserRole).toInt()); });
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid, 0, 0, 0);
  column->setSpacing(look::kGrid);
  column->addWidget(scores_, 1);
  column->addWidget(cell_name_);
  column->addWidget(cases_, 1);
  return side;
}

void ConfusionView::setCapture(const CapturePtr& capture, int sample, const QStringList& classes) {
  capture_ = capture, sample_ = sample, classes_ = classes;
  refresh();
}

Matrix ConfusionView::countsOf(const Capture& capture, int sample) const {
  const Array* cases = capture.find("cases");
  const bool one = scope_->currentIndex() == 1 && isCounts(cases, 3);
  const Array* array = one ? cases : capture.find("counts");
  if (!isCounts(array, one ? 3 : 2)) return {};
  Matrix counts;
  counts.rows = counts.columns = static_cast<int>(array->shape.back());
  counts.row_axis = tr("reference"), counts.column_axis = tr("predicted");
  counts.unit = capture.units("counts");
  for (int k = 0; k < counts.rows; ++k) {
    counts.row_labels += k < classes_.size() ? classes_[k] : tr("class %1").arg(k);
  }
  counts.column_labels = counts.row_labels;
  counts.values.resize(static_cast<std::size_t>(counts.rows * counts.columns));
  const std::int64_t place = one ? std::min<std::int64_t>(sample, cases->shape[0] - 1) : 0;
  readValues(*array, place * std::ssize(counts.values), std::span(counts.values));
  return counts;
}

void ConfusionView::refresh() {
  if (!capture_) return;
  const Matrix counts = countsOf(*capture_, sample_);
  const auto side = [this](const Matrix& of) { return shares_->isChecked() ? rowShares(of) : of; };
  Matrix shown = side(counts);
  score_model_.setMatrix(std::make_shared<Matrix>(classScores(counts)));
  if (reference_) {
    const Matrix other = side(countsOf(*reference_.capture, reference_.sample));
    for (std::size_t i = 0; other.rows == shown.rows && i < shown.values.size(); ++i)
      shown.values[i] -= other.values[i];
    shown.unit = tr("difference to %1").arg(reference_.name);
  }
  shown_ = std::make_shared<Matrix>(std::move(shown));
  const look::Map map = reference_ ? look::Map::kDiverging : look::Map::kViridis;
  ValueScale scale = scaleOf(*shown_, map, false);
  if (!reference_) scale.low = 0;
  if (!reference_ && shares_->isChecked()) scale.high = 1;
  canvas_->setMatrix(shown_, scale);
  read(canvas_->selected());
  listCases();
}

void ConfusionView::listCases() {
  cases_->clear();
  const std::optional<Cell> cell = canvas_->selected();
  const Array* cases = capture_->find("cases");
  if (!cell || !isCounts(cases, 3)) return;
  const std::int64_t k = cases->shape[1];
  std::vector<std::pair<double, int>> found;
  for (std::int64_t sample = 0; sample < cases->shape[0]; ++sample) {
    double count = 0;
    readValues(*cases, (sample * k + cell->row) * k + cell->column, std::span(&count, 1));
    if (count > 0) found.emplace_back(count, static_cast<int>(sample));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [count, sample] : found) {
    const QString name =
        sample < capture_->samples().size() ? capture_->samples()[sample] : QString::number(sample);
    const QString text = sampleText(*capture_, sample);
    auto* item = new QListWidgetItem(text.isEmpty() ? tr("%1: %L2").arg(name).arg(count)
                                                    : tr("%1: %2", "name, text").arg(name, text),
                                     cases_);
    item->setToolTip(text);
    item->setData(Qt::UserRole, sample);
    if (sample == sample_) cases_->setCurrentItem(item);
  }
  cell_name_->setText(tr("%1 taken for %2: %n sample(s)", nullptr, cases_->count())
                          .arg(shown_->rowLabel(cell->row), shown_->columnLabel(cell->column)));
}

void ConfusionView::read(const std::optional<Cell>& cell) {
  const std::optional<Cell> shown = cell ? cell : canvas_->selected();
  read_out_->setText(shown && shown_ && shown->row < shown_->rows
                         ? cellText(*shown_, *shown)
                         : tr("Point at a cell to read its value; click it to list its samples."));
}

QString ConfusionView::readOut() const { return read_out_->text(); }

QVariantMap ConfusionView::state() const {
  return {{QStringLiteral("scope"), scope_->currentIndex()},
          {QStringLiteral("shares"), shares_->isChecked()}};
}

void ConfusionView::setState(const QVariantMap& state) {
  scope_->setCurrentIndex(std::clamp(state.value(QStringLiteral("scope")).toInt(), 0, 1));
  shares_->setChecked(state.value(QStringLiteral("shares")).toBool());
  refresh();
}

}  // namespace warmstart
