#include "views/map/run_strip.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "views/desk/desk.h"
#include "views/desk/selection.h"
#include "views/exporting/checkpoint_choice.h"
#include "views/feed/run_feed.h"
#include "views/look/icon_button.h"
#include "views/look/theme.h"

namespace warmstart {

RunStrip::RunStrip(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      shown_(new QCheckBox(tr("Show the &run"), this)),
      step_(new QLabel(this)),
      scenes_(new QComboBox(this)),
      inspectors_(new QComboBox(this)),
      layers_(new QComboBox(this)),
      heads_(new QComboBox(this)),
      pin_(look::iconButton(QStringLiteral("pin"),
                            tr("Compare with this step: swipe between it and the one chosen next"),
                            this)),
      checkpoint_(new CheckpointChoice(desk, this)),
      predict_(new QPushButton(tr("Predict the whole &scene"), this)),
      timeline_(new Timeline(this)) {
  build();
  connect(&desk_.selection, &Selection::runChanged, this, &RunStrip::chooseRun);
  connect(&desk_.selection, &Selection::stepChanged, this, &RunStrip::showStep);
  connect(&store_, &CaptureStore::opened, this, &RunStrip::take);
  connect(&store_, &CaptureStore::failed, this, [this](const Path&, const Error& error) {
    emit failed(QString::fromUtf8(error.what()));
  });
  connect(timeline_, &Timeline::chosen, this, [this](int index) {
    desk_.selection.setStep(timeline_->steps().at(static_cast<std::size_t>(index)));
  });
  connect(shown_, &QCheckBox::toggled, this, &RunStrip::showStep);
  connect(inspectors_, &QComboBox::activated, this, &RunStrip::refreshList);
  connect(scenes_, &QComboBox::activated, this, &RunStrip::setScene);
  for (QComboBox* box : {layers_, heads_})
    connect(box, &QComboBox::activated, this, &RunStrip::changed);
  connect(pin_, &QToolButton::toggled, this, &RunStrip::setPinned);
  connect(predict_, &QPushButton::clicked, this, &RunStrip::predictWanted);
  hide();
}

void RunStrip::build() {
  shown_->setToolTip(tr("Lay what the selected run predicted for its tiles over their scene"));
  scenes_->setAccessibleName(tr("Scene"));
  inspectors_->setAccessibleName(tr("Inspector"));
  layers_->setAccessibleName(tr("Layer whose attention is shown"));
  heads_->setAccessibleName(tr("Head whose attention is shown"));
  for (QComboBox* box : {layers_, heads_}) box->setToolTip(box->accessibleName());
  pin_->setCheckable(true);
  predict_->setToolTip(tr("Run the selected run's model on the scene that the map shows"));
  auto* row = new QHBoxLayout;
  row->setSpacing(look::kGrid);
  row->addWidget(shown_);
  row->addWidget(step_);
  row->addStretch(1);
  checkpoint_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  checkpoint_->setMinimumContentsLength(12);  // the words may be cut, the strip does not grow
  for (QWidget* each :
       std::initializer_list<QWidget*>{pin_, scenes_, inspectors_, predict_, checkpoint_})
    row->addWidget(each);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->setSpacing(look::kGrid / 2);
  auto* below = new QHBoxLayout;
  below->setSpacing(look::kGrid);
  below->addWidget(timeline_, 1);
  below->addWidget(layers_);
  below->addWidget(heads_);
  column->addLayout(row);
  column->addLayout(below);
}

void RunStrip::refresh() {
  if (stale_) chooseRun();
}

void RunStrip::chooseRun() {
  stale_ = !awake();
  if (stale_) return;
  store_.clear();
  capture_.reset(), pinned_.reset();
  grids_.clear(), entries_.clear();
  if (feed_) feed_->disconnect(this);
  const QString run = desk_.selection.run();
  checkpoint_->setRun(run);
  feed_ = run.isEmpty() ? nullptr : desk_.feeds.open(run);
  if (feed_) connect(feed_.get(), &RunFeed::grown, this, &RunStrip::refreshList);
  refreshList();
  emit changed();  // what the run before showed goes
}

void RunStrip::refreshList() {
  stale_ |= !awake();
  if (!awake()) return;
  CaptureEntries placed =
      feed_ ? capturesOfLog(feed_->log(), feed_->folder().root) : CaptureEntries();
  std::erase_if(placed, [](const CaptureEntry& entry) { return !entry.placed; });
  QStringList names;
  for (const CaptureEntry& entry : placed) {
    if (!names.contains(entry.name)) names += entry.name;
  }
  QString chosen = inspectors_->currentText();
  for (const QString& first : {QStringLiteral("segmentation"), names.value(0)}) {
    if (!names.contains(chosen)) chosen = first;
  }
  const QSignalBlocker quiet(inspectors_);
  inspectors_->clear();
  inspectors_->addItems(names);
  inspectors_->setCurrentText(chosen);
  std::erase_if(placed, [&](const CaptureEntry& entry) { return entry.name != chosen; });
  std::vector<qint64> steps;
  for (const CaptureEntry& entry : placed) steps.push_back(entry.step);
  timeline_->setContent(steps, feed_ ? stageBands(feed_->log()) : std::vector<StageBand>());
  const bool same = placed == entries_;
  entries_ = std::move(placed);
  setVisible(!entries_.empty());
  if (!same || !capture_) showStep();
}

void RunStrip::showStep() {
  stale_ |= !awake();
  if (!awake()) return;
  showState();
  if (entries_.empty() || !shown_->isChecked()) {
    if (capture_) emit changed();
    return;
  }
  const qint64 wanted = desk_.selection.step();
  auto entry = std::prev(entries_.end());
  // Another panel may have chosen a step between two captures: the one before it counts.
  while (wanted >= 0 && entry != entries_.begin() && entry->step > wanted) --entry;
  timeline_->setCurrent(static_cast<int>(entry - entries_.begin()));
  step_->setText(tr("step %L1 · %2").arg(entry->step).arg(entry->stage));
  store_.request(entry->file);
}

void RunStrip::take(const CapturePtr& capture) {
  std::vector<TileGrid> grids = tileGridsOf(*capture);
  if (grids.empty()) {
    capture_.reset();
    emit failed(tr("The capture does not say where its tiles lie: %1")
                    .arg(QString::fromStdString(capture->path().string())));
    return emit changed();
  }
  capture_ = capture;
  grids_ = std::move(grids);
  scene_ = std::clamp(scene_, 0, static_cast<int>(grids_.size()) - 1);
  const QSignalBlocker quiet(scenes_);
  scenes_->clear();
  for (const TileGrid& grid : grids_) scenes_->addItem(grid.scene);
  scenes_->setCurrentIndex(scene_);
  fillHeat();
  showState();
  emit changed();
}

/// What was chosen stays where the next step offers it too.
void RunStrip::fillHeat() {
  const HeatOffer offer = heatOffer(capture_);
  const AttentionChoice chosen = heat();
  const QSignalBlocker quiet_layers(layers_), quiet_heads(heads_);
  layers_->clear(), heads_->clear();
  if (!offer.layers.isEmpty()) layers_->addItem(tr("mean of layers"), AttentionChoice::kMean);
  if (offer.rollout) layers_->addItem(tr("rollout"), AttentionChoice::kRollout);
  for (int layer = 0; layer < offer.layers.size(); ++layer)
    layers_->addItem(offer.layers[layer], layer);
  if (offer.heads > 0) heads_->addItem(tr("mean of heads"), AttentionChoice::kMean);
  for (int head = 0; head < offer.heads; ++head) heads_->addItem(tr("head %1").arg(head), head);
  setHeat(chosen);
}

AttentionChoice RunStrip::heat() const {
  const auto chosen = [](const QComboBox* box) {
    return box->count() > 0 ? box->currentData().toInt() : AttentionChoice::kMean;
  };
  return {chosen(layers_), chosen(heads_)};
}

void RunStrip::setHeat(const AttentionChoice& choice) {
  layers_->setCurrentIndex(std::max(0, layers_->findData(choice.layer)));
  heads_->setCurrentIndex(std::max(0, heads_->findData(choice.head)));
}

bool RunStrip::bring(int sample) {
  const auto holds = [sample](const TileGrid& each) { return each.tileOf(sample) != nullptr; };
  const auto other = std::find_if(grids_.begin(), grids_.end(), holds);
  if (other != grids_.end()) {
    setScene(static_cast<int>(other - grids_.begin()));
    return true;
  }
  const int embedding = inspectors_->findText(QStringLiteral("embedding"), Qt::MatchStartsWith);
  if (embedding < 0 || embedding == inspectors_->currentIndex()) return false;
  inspectors_->setCurrentIndex(embedding);
  refreshList();
  return true;
}

CapturePtr RunStrip::capture() const { return shown_->isChecked() ? capture_ : nullptr; }

void RunStrip::setShown(bool shown) { shown_->setChecked(shown); }

void RunStrip::setPinned(bool pinned) {
  pinned_ = pinned ? capture_ : nullptr;
  showState();
  emit changed();
}

void RunStrip::setScene(int scene) {
  scene_ = std::clamp(scene, 0, static_cast<int>(grids_.size()) - 1);
  scenes_->setCurrentIndex(scene_);
  emit changed();
}

void RunStrip::showState() {
  const bool on = shown_->isChecked();
  timeline_->setVisible(on);
  step_->setVisible(on);
  pin_->setVisible(on);
  pin_->setEnabled(capture_ != nullptr);
  scenes_->setVisible(on && grids_.size() > 1);
  inspectors_->setVisible(on && inspectors_->count() > 1);
  layers_->setVisible(on && layers_->count() > 0);
  heads_->setVisible(on && heads_->count() > 0);
  const QSignalBlocker quiet(pin_);
  pin_->setChecked(pinned_ != nullptr);
}

bool RunStrip::settled() const { return !stale_ && !store_.busy() && (!feed_ || feed_->loaded()); }

}  // namespace warmstart
