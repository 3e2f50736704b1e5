#include "views/tokens/token_view.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "views/look/theme.h"
#include "views/tokens/corruption_legend.h"
#include "views/tokens/loss_strip.h"
#include "views/tokens/token_flow.h"

namespace warmstart {
namespace {

const RegisteredCaptureView token_capture_view{
    {.kind = "tokens", .create = []() -> CaptureView* { return new TokenView; }}};

QString probabilityText(double probability) {
  return QStringLiteral("%L1").arg(probability, 0, 'f', 4);
}

TokenChip chipOf(const ShownToken& token) {
  return {.text = pieceText(token.piece),
          .apart = token.apart,
          .mark = token.mark,
          .ends_line = endsLine(token.piece)};
}

/// Tokens of a hidden span have its colour, in the original and where something stands for it; the
/// span's number stands below its first token.
std::vector<TokenChip> chipsOf(const std::vector<SpanToken>& tokens) {
  std::vector<TokenChip> chips;
  int before = -1;
  for (const SpanToken& each : tokens) {
    TokenChip chip = chipOf(each.token);
    if (each.span >= 0) {
      chip.ground = look::category(each.span);
      if (each.span != before) chip.below = QString::number(each.span);
    }
    before = each.span;
    chips.push_back(std::move(chip));
  }
  return chips;
}

void frameAs(TokenFate fate, TokenChip& chip) {
  chip.framed = true;
  chip.mark = false;
  if (fate == TokenFate::kUntouched) return;  // a capture that does not say it
  chip.frame = fateColour(fate);
  chip.line = fateLine(fate);
}

QString fateLineOf(const TokenScene& scene, std::size_t place) {
  switch (scene.corruption.fateOf(place)) {
    case TokenFate::kMasked:
      return TokenView::tr("Masked");
    case TokenFate::kReplaced:
      return TokenView::tr("Replaced; drawn from %1").arg(sourceText(scene.corruption.source));
    case TokenFate::kKept:
      return TokenView::tr("Kept as it was, and asked for");
    default:
      return {};
  }
}

QLabel* sectionTitle(QWidget* parent) {
  auto* title = new QLabel(parent);
  QFont font = title->font();
  font.setWeight(QFont::DemiBold);
  title->setFont(font);
  title->setIndent(look::kGrid);
  title->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  return title;
}

}  // namespace

TokenView::TokenView(QWidget* parent)
    : CaptureView(parent),
      summary_(new QLabel(this)),
      scroll_(new QScrollArea(this)),
      strip_(new LossStrip(this)) {
  summary_->setAccessibleName(tr("Loss of the sample"));
  summary_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* texts = new QWidget(this);
  auto* left = new QVBoxLayout(texts);
  left->setContentsMargins(0, 0, 0, 0);
  left->setSpacing(look::kGrid / 2);
  left->addWidget(makeTexts(), 1);
  left->addWidget(strip_);
  auto* halves = new QSplitter(Qt::Horizontal, this);
  halves->setChildrenCollapsible(false);
  halves->addWidget(texts);
  halves->addWidget(makeSide());
  halves->setStretchFactor(0, 1);
  halves->setSizes({80 * look::kGrid, 36 * look::kGrid});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(summary_);
  column->addWidget(halves, 1);
  connect(text_, &TokenFlow::hovered, this, &TokenView::point);
  connect(strip_, &LossStrip::hovered, this, &TokenView::point);
  connect(text_, &TokenFlow::chosen, this, &TokenView::choose);
  connect(strip_, &LossStrip::chosen, this, &TokenView::choose);
}

QWidget* TokenView::makeTexts() {
  auto* page = new QWidget;
  page->setBackgroundRole(QPalette::Base);
  page->setAutoFillBackground(true);
  legend_ = new CorruptionLegend(page);
  original_title_ = sectionTitle(page);
  original_title_->setText(tr("Original text"));
  original_ = new TokenFlow(page);
  original_->setAccessibleName(tr("Text before anything was hidden"));
  input_title_ = sectionTitle(page);
  input_title_->setText(tr("Input, with what stands for the hidden spans"));
  input_ = new TokenFlow(page);
  input_->setAccessibleName(tr("Input as the model read it"));
  text_title_ = sectionTitle(page);
  text_ = new TokenFlow(page);
  text_->setAccessibleName(tr("Text with the loss of each token"));
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  for (QWidget* part : std::initializer_list<QWidget*>{legend_, original_title_, original_,
                                                       input_title_, input_, text_title_, text_})
    column->addWidget(part);
  column->addStretch(1);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->setWidget(page);
  return scroll_;
}

QWidget* TokenView::makeSide() {
  auto* side = new QWidget(this);
  read_out_ = new QLabel(side);
  read_out_->setAccessibleName(tr("Token at the pointer"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setWordWrap(true);
  read_out_->setMinimumHeight(5 * read_out_->fontMetrics().height());
  read_out_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  predictions_ = new QTableWidget(0, 2, side);
  predictions_->setAccessibleName(tr("Likeliest tokens at the place"));
  predictions_->setHorizontalHeaderLabels({tr("Prediction"), tr("Probability")});
  predictions_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  predictions_->verticalHeader()->hide();
  predictions_->verticalHeader()->setDefaultSectionSize(3 * look::kGrid);
  predictions_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  predictions_->setSelectionBehavior(QAbstractItemView::SelectRows);
  predictions_->setAlternatingRowColors(true);
  written_title_ = sectionTitle(side);
  written_title_->setIndent(0);
  written_ = new QPlainTextEdit(side);
  written_->setAccessibleName(tr("What the model wrote"));
  written_->setReadOnly(true);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(read_out_);
  column->addWidget(predictions_, 2);
  column->addWidget(written_title_);
  column->addWidget(written_, 3);
  return side;
}

void TokenView::setCapture(const CapturePtr& capture, int sample, const QStringList& classes) {
  if (sample != sample_) active_ = -1;
  capture_ = capture, sample_ = sample;
  before_.clear();
  try {
    scene_ = tokenScene(*capture, sample, classes);
    if (reference_) {
      const TokenScene other = tokenScene(*reference_.capture, reference_.sample, classes);
      for (const TokenPlace& place : other.places) before_.push_back(place.loss);
      before_.resize(scene_.places.size(), NAN);
    }
    refresh();
  } catch (const Error& error) {
    scene_ = {};
    refresh();
    summary_->setText(QString::fromUtf8(error.what()));
  }
}

std::vector<double> TokenView::shownValues() const {
  std::vector<double> values;
  for (std::size_t i = 0; i < scene_.places.size(); ++i)
    values.push_back(scene_.places[i].loss - (before_.empty() ? 0 : before_[i]));
  return values;
}

/// Of losses the same at every step: up to that of guessing evenly.
ValueScale TokenView::scaleFor(const std::vector<double>& values) const {
  double most = 0;
  for (const double value : values)
    most = std::isnan(value) ? most : std::max(most, std::abs(value));
  if (most == 0) most = 1;
  if (!before_.empty()) return {-most, most, false, look::Map::kDiverging};
  return {0, std::isnan(scene_.even_loss) ? most : scene_.even_loss, false, look::Map::kCividis};
}

void TokenView::refresh() {
  const std::vector<double> values = shownValues();
  const ValueScale scale = scaleFor(values);
  showTexts(values, scale);
  strip_->setValues(values, scale, before_.empty() ? tr("loss (nats)") : tr("difference (nats)"));
  showWritten();
  const double mean = scene_.meanLoss();
  const QString what = scene_.task == TokenTask::kHidden   ? tr("hidden tokens")
                       : scene_.task == TokenTask::kTarget ? tr("tokens of the target")
                       : scene_.task == TokenTask::kClass  ? tr("tokens with a class")
                                                           : tr("next tokens");
  summary_->setText(
      scene_.asked() == 0
          ? tr("Nothing is predicted in this sample.")
          : tr("Mean loss of the %2 (%L1): %L3 nats, perplexity %L4; guessing evenly: %L5 nats")
                .arg(scene_.asked())
                .arg(what)
                .arg(mean, 0, 'f', 3)
                .arg(std::exp(mean), 0, 'g', 4)
                .arg(scene_.even_loss, 0, 'f', 3));
  choose(active_);
}

void TokenView::showTexts(const std::vector<double>& values, const ValueScale& scale) {
  std::vector<TokenChip> chips;
  const bool below = scene_.task == TokenTask::kHidden || scene_.task == TokenTask::kClass;
  for (std::size_t i = 0; i < scene_.places.size(); ++i) {
    const TokenPlace& place = scene_.places[i];
    TokenChip chip = chipOf(place.token);
    if (!std::isnan(values[i]))
      chip.ground = QColor::fromRgb(scale.colourOf(std::clamp(values[i], scale.low, scale.high)));
    const TokenFate fate = scene_.corruption.fateOf(i);
    if (place.asked && below) chip.below = fateSign(fate) + pieceText(place.target);
    if (place.asked && scene_.task == TokenTask::kHidden) frameAs(fate, chip);
    chips.push_back(std::move(chip));
  }
  text_->setChips(std::move(chips));
  text_title_->setText(scene_.task == TokenTask::kHidden
                           ? tr("Text as the model read it; the hidden tokens stand below")
                       : scene_.task == TokenTask::kTarget ? tr("Target, with the hidden spans")
                       : scene_.task == TokenTask::kClass  ? tr("Text; the classes stand below")
                                                           : tr("Text"));
  const bool two = scene_.task == TokenTask::kTarget;
  input_title_->setVisible(two);
  input_->setVisible(two);
  if (two) input_->setChips(chipsOf(scene_.read));
  showOriginal();
}

void TokenView::showOriginal() {
  legend_->setCorruption(scene_.corruption);
  original_title_->setVisible(!scene_.original.empty());
  original_->setVisible(!scene_.original.empty());
  std::vector<TokenChip> chips = chipsOf(scene_.original);
  const bool hidden = scene_.task == TokenTask::kHidden;
  for (std::size_t i = 0; hidden && i < chips.size(); ++i)
    if (scene_.places[i].asked) frameAs(scene_.corruption.fateOf(i), chips[i]);
  original_->setChips(std::move(chips));
}

void TokenView::showWritten() {
  QString text;
  for (const WrittenText& each : scene_.written) {
    if (!text.isEmpty()) text += QStringLiteral("\n\n");
    text += QStringLiteral("▸ ") + each.prompt + each.text;
  }
  written_title_->setText(scene_.written.empty()
                              ? QString()
                              : tr("Written at step %L1").arg(capture_ ? capture_->step() : 0));
  written_title_->setVisible(!text.isEmpty());
  written_->setVisible(!text.isEmpty());
  if (written_->toPlainText() != text) written_->setPlainText(text);
}

void TokenView::point(int place) {
  text_->setPointed(place);
  strip_->setPointed(place);
  read(place >= 0 ? place : active_);
}

void TokenView::choose(int place) {
  active_ = place < std::ssize(scene_.places) ? place : -1;
  text_->setActive(active_);
  strip_->setActive(active_);
  if (active_ >= 0) {
    const QPoint centre = text_->mapTo(scroll_->widget(), text_->rectOf(active_).center());
    scroll_->ensureVisible(centre.x(), centre.y(), 2 * look::kGrid, 4 * look::kGrid);
  }
  read(active_);
}

void TokenView::read(int number) {
  predictions_->setRowCount(0);
  if (number < 0 || number >= std::ssize(scene_.places)) {
    read_out_->setText(scene_.places.empty()
                           ? QString()
                           : tr("Point at a token, or walk with the arrow keys, to read its loss "
                                "and what the model expected there."));
    text_->setAccessibleDescription({});
    return;
  }
  const auto at = static_cast<std::size_t>(number);
  const TokenPlace& place = scene_.places[at];
  QStringList lines{tr("Place %L1: %2").arg(number).arg(pieceText(place.token.piece))};
  if (!place.asked) {
    lines += tr("Nothing is predicted here.");
  } else {
    if (pieceText(place.target) != pieceText(place.token.piece) ||
        scene_.task == TokenTask::kHidden)
      lines += tr("Asked for: %1").arg(pieceText(place.target));
    if (const QString fate = fateLineOf(scene_, at); !fate.isEmpty()) lines += fate;
    lines += tr("Loss %L1 nats, probability %2")
                 .arg(place.loss, 0, 'f', 4)
                 .arg(probabilityText(std::exp(-place.loss)));
    lines += tr("Rank %L1 of the choices").arg(place.rank);
    if (!before_.empty() && !std::isnan(before_[at]))
      lines +=
          tr("%L1 nats against %2").arg(place.loss - before_[at], 0, 'f', 4).arg(reference_.name);
  }
  read_out_->setText(lines.join(u'\n'));
  text_->setAccessibleDescription(lines.join(QStringLiteral(". ")));
  predictions_->setRowCount(static_cast<int>(place.predictions.size()));
  for (int row = 0; row < predictions_->rowCount(); ++row) {
    const TokenPrediction& each = place.predictions[static_cast<std::size_t>(row)];
    const bool right = each.token == place.target;
    auto* token = new QTableWidgetItem(right ? tr("%1 (asked for)").arg(pieceText(each.token))
                                             : pieceText(each.token));
    auto* probability = new QTableWidgetItem(probabilityText(each.probability));
    probability->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    QFont font = predictions_->font();
    font.setBold(right);
    token->setFont(font);
    probability->setFont(font);
    predictions_->setItem(row, 0, token);
    predictions_->setItem(row, 1, probability);
  }
}

void TokenView::changeEvent(QEvent* event) {
  CaptureView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && capture_) refresh();
}

QString TokenView::readOut() const { return read_out_->text(); }
QString TokenView::summary() const { return summary_->text(); }

}  // namespace warmstart
