#include "views/inspect/attention_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "views/inspect/head_grid.h"
#include "views/inspect/image_tiles.h"
#include "views/inspect/matrix_view.h"
#include "views/inspect/patch_picture.h"
#include "views/inspect/token_arcs.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr std::size_t kKeptDigests = 24;
constexpr std::size_t kMostNamed = 6;  ///< tokens that the read-out names

const RegisteredCaptureView attention_view{
    {.kind = "attention", .create = []() -> CaptureView* { return new AttentionView; }}};

/// The picture whose patches are the tokens; null when the capture has none.
QImage pictureOf(const AttentionStack& stack) {
  const Array* array = stack.capture->find("image");
  if (!array || stack.patch_grid.empty() || array->shape.size() != 4) return {};
  ArraySlice slice;
  slice.capture = stack.capture;
  slice.name = QStringLiteral("image");
  slice.shape.assign(array->shape.begin() + 1, array->shape.end());
  slice.axes = {QStringLiteral("C"), QStringLiteral("H"), QStringLiteral("W")};
  slice.first = stack.sample * slice.count(), slice.sample = stack.sample;
  return imageTiles(slice, {}).front().image;
}

}  // namespace

AttentionView::AttentionView(QWidget* parent)
    : CaptureView(parent),
      digesting_([this](const AttentionDigest& digest) {
        digests_.push_front(digest);
        if (digests_.size() > kKeptDigests) digests_.pop_back();
        showDigest(digest);
      }),
      weighing_([this](const Weighed& weighed) { showWeights(weighed); }),
      heads_(new HeadGrid(this)),
      tabs_(new QTabBar(this)),
      layer_(new QComboBox(this)),
      head_(new QComboBox(this)),
      side_(new QComboBox(this)),
      map_(colourMapPicker(this)),
      logarithmic_(new QCheckBox(tr("Log s&cale"), this)),
      pages_(new QStackedWidget(this)),
      canvas_(new MatrixCanvas(this)),
      arcs_(new TokenArcs),
      patches_(new PatchPicture(this)),
      table_(sortedTable(&metrics_, tr("Numbers of each head"), this)),
      read_out_(new QLabel(this)) {
  auto* bar = new QHBoxLayout;
  buildBar(bar);
  buildPages();
  auto* halves = new QSplitter(Qt::Horizontal, this);
  halves->addWidget(heads_);
  halves->addWidget(pages_);
  halves->setStretchFactor(1, 1);
  halves->setSizes({24 * look::kGrid, 60 * look::kGrid});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid);
  column->addWidget(tabs_);
  column->addLayout(bar);
  column->addWidget(halves, 1);
  column->addWidget(read_out_);
  connectParts();
  setPage(kMatrix);
}

void AttentionView::buildBar(QHBoxLayout* bar) {
  tabs_->setExpanding(false);
  tabs_->setDrawBase(false);
  for (const QString& page : {tr("&Matrix"), tr("&Tokens"), tr("Pict&ure"), tr("&Heads")})
    tabs_->addTab(page);
  tabs_->setAccessibleName(tr("How attention is drawn"));
  layer_->setAccessibleName(tr("Layer"));
  head_->setAccessibleName(tr("Head"));
  side_->setAccessibleName(tr("Direction"));
  side_->addItems({tr("What a token looks at"), tr("What looks at a token")});
  logarithmic_->setToolTip(tr("Colours by the logarithm; weights of 0 stay empty"));
  bar->setSpacing(look::kGrid);
  for (QWidget* each : std::initializer_list<QWidget*>{layer_, head_, side_, map_, logarithmic_})
    bar->addWidget(each);
  bar->addStretch(1);
}

void AttentionView::buildPages() {
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(arcs_);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  QHeaderView* header = table_->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::Stretch);
  header->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter |
                              static_cast<Qt::Alignment>(Qt::TextWordWrap));
  header->setMinimumHeight(2 * table_->fontMetrics().height() + look::kGrid);
  for (QWidget* page : std::initializer_list<QWidget*>{canvas_, scroll, patches_, table_})
    pages_->addWidget(page);
  read_out_->setAccessibleName(tr("Weights at the pointer"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void AttentionView::connectParts() {
  connect(tabs_, &QTabBar::currentChanged, this, [this](int page) {
    setPage(static_cast<Page>(page));
    emit stateChanged();
  });
  const auto picked = [this] {
    choose({layer_->currentData().toInt(), head_->currentData().toInt()});
  };
  connect(layer_, &QComboBox::activated, this, picked);
  connect(head_, &QComboBox::activated, this, picked);
  connect(heads_, &HeadGrid::chosen, this, [this](int layer, int head) { choose({layer, head}); });
  connect(side_, &QComboBox::activated, this, [this](int side) {
    arcs_->setSide(static_cast<TokenArcs::Side>(side));
    readToken(arcs_->active());
    emit stateChanged();
  });
  const auto recolour = [this] {
    colour();
    emit stateChanged();
  };
  connect(map_, &QComboBox::activated, this, recolour);
  connect(logarithmic_, &QCheckBox::clicked, this, recolour);
  connect(canvas_, &MatrixCanvas::hovered, this, &AttentionView::readCell);
  connect(canvas_, &MatrixCanvas::chosen, this, [this](const Cell& cell) {
    readCell(cell);
    arcs_->setActive(side_->currentIndex() == 0 ? cell.row : cell.column);
    patches_->setActive(cell.row);
  });
  connect(arcs_, &TokenArcs::hovered, this, &AttentionView::readToken);
  connect(arcs_, &TokenArcs::chosen, this, &AttentionView::readToken);
  connect(patches_, &PatchPicture::hovered, this, &AttentionView::readPatch);
  connect(patches_, &PatchPicture::chosen, this, &AttentionView::readPatch);
  connect(table_, &QTableView::clicked, this, [this](const QModelIndex& index) {
    const auto* sorted = qobject_cast<const QSortFilterProxyModel*>(table_->model());
    int row = sorted->mapToSource(index).row(), layer = 0;
    while (row >= stack_.layers[static_cast<std::size_t>(layer)].heads)
      row -= stack_.layers[static_cast<std::size_t>(layer++)].heads;
    choose({layer, row});
  });
}

void AttentionView::setPage(Page page) {
  const QSignalBlocker quiet(tabs_);
  tabs_->setCurrentIndex(page);
  pages_->setCurrentIndex(page);
  side_->setVisible(page == kTokens);
  map_->setVisible(page == kMatrix);
  logarithmic_->setVisible(page == kMatrix);
  if (page == kMatrix) readCell(canvas_->selected());
  if (page == kTokens) readToken(arcs_->active());
  if (page == kPicture) readPatch(-1);
  if (page == kHeads) read_out_->setText(tr("Click a row to choose its head."));
}

void AttentionView::setCapture(const CapturePtr& capture, int sample, const QStringList&) {
  stack_ = attentionStack(capture, sample);
  fillPickers();
  if (stack_.layers.empty()) return read_out_->setText(tr("This capture has no attention."));
  weigh();
  digest();
}

void AttentionView::fillPickers() {
  const QSignalBlocker quiet_layer(layer_), quiet_head(head_);
  layer_->clear();
  head_->clear();
  int heads = 0;
  for (const AttentionLayer& layer : stack_.layers) {
    layer_->addItem(layer.title, layer_->count());
    heads = std::max(heads, layer.heads);
  }
  layer_->addItem(tr("mean of layers"), AttentionChoice::kMean);
  if (stack_.self()) layer_->addItem(tr("rollout"), AttentionChoice::kRollout);
  for (int head = 0; head < heads; ++head) head_->addItem(tr("head %1").arg(head), head);
  head_->addItem(tr("mean of heads"), AttentionChoice::kMean);
  if (layer_->findData(choice_.layer) < 0) choice_.layer = 0;
  if (head_->findData(choice_.head) < 0) choice_.head = 0;
  layer_->setCurrentIndex(layer_->findData(choice_.layer));
  head_->setCurrentIndex(head_->findData(choice_.head));
  head_->setEnabled(choice_.layer != AttentionChoice::kRollout);
  tabs_->setTabVisible(kPicture, !stack_.patch_grid.empty());
  tabs_->setTabVisible(kTokens, stack_.patch_grid.empty());
}

void AttentionView::choose(const AttentionChoice& choice) {
  choice_ = choice;
  fillPickers();
  if (stack_.layers.empty()) return;
  weigh();
  markHead();
  emit stateChanged();
}

void AttentionView::weigh() {
  weighing_.start([stack = stack_, reference = reference_, choice = choice_] {
    AttentionStack other = attentionStack(reference.capture, reference.sample);
    other.name = reference.name;
    return Weighed{stack, attentionMatrix(stack, other, choice), pictureOf(stack),
                   other.capture != nullptr};
  });
}

void AttentionView::digest() {
  for (const AttentionDigest& known : digests_) {
    if (known.stack.capture == stack_.capture && known.stack.sample == stack_.sample)
      return showDigest(known);
  }
  digesting_.start([stack = stack_] { return attentionDigest(stack); });
}

void AttentionView::showDigest(const AttentionDigest& digest) {
  QStringList titles;
  for (const AttentionLayer& layer : digest.stack.layers) titles += layer.title;
  heads_->setThumbnails(digest.thumbnails, titles);
  markHead();
  metrics_.setMatrix(digest.metrics);
}

void AttentionView::markHead() {
  const bool rollout = choice_.layer == AttentionChoice::kRollout;
  heads_->setChosen(choice_.layer, rollout ? AttentionChoice::kMean : choice_.head);
}

void AttentionView::showWeights(const Weighed& weighed) {
  shown_ = weighed;
  colour();
  arcs_->setWeights(weighed.weights, weighed.stack.self());
  if (!weighed.stack.patch_grid.empty())
    patches_->setContent(weighed.image, weighed.weights, weighed.stack.patch_grid,
                         weighed.stack.class_tokens);
  setPage(static_cast<Page>(tabs_->currentIndex()));
}

void AttentionView::colour() {
  if (!shown_.weights) return;
  ValueScale scale =
      scaleOf(*shown_.weights, chosenMap(*map_, shown_.difference), logarithmic_->isChecked());
  if (!shown_.difference && !scale.logarithmic) scale.low = 0;
  canvas_->setMatrix(shown_.weights, scale);
}

void AttentionView::readCell(const std::optional<Cell>& cell) {
  if (tabs_->currentIndex() != kMatrix) return;
  const std::optional<Cell> at = cell ? cell : canvas_->selected();
  const bool known = at && shown_.weights && at->row < shown_.weights->rows &&
                     at->column < shown_.weights->columns;
  read_out_->setText(known ? cellText(*shown_.weights, *at)
                           : tr("Point at a cell to read its weight."));
}

void AttentionView::readToken(int token) {
  const MatrixPtr& weights = shown_.weights;
  if (tabs_->currentIndex() != kTokens || !weights) return;
  const bool outgoing = side_->currentIndex() == 0;
  if (token < 0 || token >= (outgoing ? weights->rows : weights->columns)) return;
  std::vector<std::pair<double, int>> all;
  for (int i = 0; i < (outgoing ? weights->columns : weights->rows); ++i)
    all.emplace_back(outgoing ? weights->at(token, i) : weights->at(i, token), i);
  const std::size_t named = std::min(kMostNamed, all.size());
  std::partial_sort(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(named), all.end(),
      [](const auto& a, const auto& b) { return std::abs(a.first) > std::abs(b.first); });
  QStringList texts;
  for (std::size_t i = 0; i < named; ++i) {
    const int other = all[i].second;
    texts += QStringLiteral("%1 (%2) %L3")
                 .arg(outgoing ? weights->columnLabel(other) : weights->rowLabel(other))
                 .arg(other)
                 .arg(all[i].first, 0, 'f', 4);
  }
  const QString name = outgoing ? weights->rowLabel(token) : weights->columnLabel(token);
  read_out_->setText((outgoing ? tr("%1 (%2) looks at: %3") : tr("%1 (%2) is looked at by: %3"))
                         .arg(name)
                         .arg(token)
                         .arg(texts.join(QStringLiteral(", "))));
}

void AttentionView::readPatch(int token) {
  const MatrixPtr& weights = shown_.weights;
  if (tabs_->currentIndex() != kPicture || !weights) return;
  const int query = patches_->active();
  if (query >= weights->rows) return;
  read_out_->setText(
      token < 0 || token >= weights->columns
          ? tr("What patch %1 looks at; click another.").arg(weights->rowLabel(query))
          : cellText(*weights, {query, token}));
}

QString AttentionView::readOut() const { return read_out_->text(); }

QWidget* AttentionView::picture() {
  return tabs_->currentIndex() == kTokens ? static_cast<QWidget*>(arcs_) : pages_->currentWidget();
}

QByteArray AttentionView::csv() const {
  const MatrixPtr& table = tabs_->currentIndex() == kHeads ? metrics_.matrix() : shown_.weights;
  return table ? csvOf(*table) : QByteArray();
}

QVariantMap AttentionView::state() const {
  return {{QStringLiteral("page"), tabs_->currentIndex()},
          {QStringLiteral("layer"), choice_.layer},
          {QStringLiteral("head"), choice_.head},
          {QStringLiteral("side"), side_->currentIndex()},
          {QStringLiteral("map"), map_->currentIndex()},
          {QStringLiteral("log"), logarithmic_->isChecked()}};
}

void AttentionView::setState(const QVariantMap& state) {
  const auto number = [&](const char* key, int most) {
    return std::clamp(state.value(QLatin1String(key)).toInt(), 0, most);
  };
  choice_ = {state.value(QStringLiteral("layer")).toInt(),
             state.value(QStringLiteral("head")).toInt()};
  side_->setCurrentIndex(number("side", 1));
  arcs_->setSide(static_cast<TokenArcs::Side>(side_->currentIndex()));
  map_->setCurrentIndex(number("map", map_->count() - 1));
  logarithmic_->setChecked(state.value(QStringLiteral("log")).toBool());
  const auto page = static_cast<Page>(number("page", kHeads));
  setPage(tabs_->isTabVisible(page) ? page : kMatrix);
  fillPickers();
  if (stack_.layers.empty()) return;
  markHead();
  weigh();
}

}  // namespace warmstart
