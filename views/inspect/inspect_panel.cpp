#include "views/inspect/inspect_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/feed/run_feed.h"
#include "views/inspect/class_names.h"
#include "views/inspect/other_run.h"
#include "views/inspect/volume_actions.h"
#include "views/look/icon_button.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredPanel inspect_panel{
    {.id = "inspect",
     .title = QT_TRANSLATE_NOOP("Panel", "Inspect"),
     .icon = "inspect",
     .order = 60,
     .shortcut = "Ctrl+6",
     .create = [](Desk& desk) -> Panel* { return new InspectPanel(desk); }}};

}  // namespace

InspectPanel::InspectPanel(Desk& desk)
    : desk_(desk),
      captures_(desk.feeds),
      other_(new OtherRun(desk.feeds, this)),
      stage_(new ViewStage(this)),
      timeline_(new Timeline(this)),
      banner_(new Banner(this)),
      empty_(new EmptyState(this)),
      pages_(new QStackedWidget(this)),
      content_(new QWidget(this)),
      play_(look::iconButton(QStringLiteral("play"), tr("Play the captures (Space)"), this)),
      previous_(look::iconButton(QStringLiteral("up"), tr("Sample before (Page Up)"), this)),
      next_(look::iconButton(QStringLiteral("down"), tr("Next sample (Page Down)"), this)) {
  addActions();
  VolumeActions::of(desk_).attach(this);
  connect(stage_, &ViewStage::viewMade, this, [this](CaptureView* view) {
    if (auto* planes = view->findChild<VolumePlanes*>()) VolumeActions::of(desk_).add(planes);
  });
  auto* column = new QVBoxLayout(content_);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->setSpacing(look::kGrid);
  auto* header = new QHBoxLayout;
  buildHeader(header);
  column->addLayout(header);
  column->addWidget(timeline_);
  column->addWidget(banner_);
  column->addWidget(stage_, 1);
  pages_->addWidget(empty_);
  pages_->addWidget(content_);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(pages_);
  connect(&desk_.selection, &Selection::runChanged, this, &InspectPanel::chooseRun);
  connect(&desk_.selection, &Selection::stepChanged, this, &InspectPanel::showStep);
  connect(&desk_.selection, &Selection::sampleChanged, this, &InspectPanel::showSample);
  connect(&captures_.store(), &CaptureStore::opened, this, &InspectPanel::showCapture);
  connect(&captures_.store(), &CaptureStore::failed, this, &InspectPanel::showFailure);
  connect(&captures_, &RunCaptures::changed, this, &InspectPanel::refreshList);
  connect(&captures_, &RunCaptures::restarted, this, [this] {
    stage_->setRecords(0);  // as many new ones may follow in the same batch
  });
  connect(timeline_, &Timeline::chosen, this, [this](int index) {
    desk_.selection.setStep(timeline_->steps().at(static_cast<std::size_t>(index)));
  });
  showEmpty();
}

void InspectPanel::buildHeader(QHBoxLayout* row) {
  step_label_ = new QLabel(this);
  inspectors_ = new QComboBox(this);
  inspectors_->setAccessibleName(tr("Inspector"));
  inspectors_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  samples_ = new QComboBox(this);
  samples_->setAccessibleName(tr("Sample"));
  samples_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  drawing_ = new QComboBox(this);
  drawing_->setAccessibleName(tr("What draws the capture"));
  drawing_->addItems({tr("View"), tr("Arrays")});
  row->addWidget(play_);
  row->addWidget(flatButton("loop", QStringLiteral("inspect.loop")));
  row->addWidget(step_label_);
  row->addStretch(1);
  buildComparison(row);
  for (QWidget* each :
       std::initializer_list<QWidget*>{drawing_, inspectors_, previous_, samples_, next_})
    row->addWidget(each);
  connect(inspectors_, &QComboBox::activated, this, &InspectPanel::showStep);
  connect(samples_, &QComboBox::activated, &desk_.selection, &Selection::setSample);
  connect(drawing_, &QComboBox::activated, this, [this](int arrays) {
    stage_->setAsArrays(arrays == 1);
    showComparison();
  });
  connect(stage_, &ViewStage::sampleWanted, &desk_.selection, &Selection::setSample);
}

QToolButton* InspectPanel::flatButton(const char* icon, const QString& action) {
  auto* button = look::iconButton(QString::fromLatin1(icon), {}, this);
  QAction* does = desk_.actions.find(action);
  button->setDefaultAction(does);
  button->setAccessibleName(does->toolTip());
  return button;
}

bool InspectPanel::settled() const {
  return !stale_ && captures_.settled() && other_->settled() && stage_->settled();
}

QStringList InspectPanel::tourStops() const {
  QStringList stops;
  for (const CaptureEntry& entry : entries_) {
    if (!stops.contains(entry.name)) stops << entry.name;
  }
  return stops.isEmpty() ? Panel::tourStops() : stops;
}

void InspectPanel::showTourStop(const QString& stop) {
  qint64 last = -1;
  for (const CaptureEntry& entry : entries_) {
    if (entry.name == stop) last = std::max(last, entry.step);
  }
  if (last < 0) return;
  desk_.selection.setStep(last);
  inspectors_->setCurrentText(stop);
  showStep();
}

QString InspectPanel::problem() const { return banner_->text(); }

void InspectPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  if (stale_) chooseRun();
  fillPartners();
  if (capture_ && samples_->currentIndex() != desk_.selection.sample()) showSample();
}

void InspectPanel::chooseRun() {
  stale_ = !isVisible();
  if (stale_) return;
  timeline_->setPlaying(false);
  banner_->clear();
  capture_.reset();
  choosePartner({});
  entries_.clear();
  measured_.clear();
  if (captures_.feed()) captures_.feed()->disconnect(this);
  captures_.setRun(desk_.selection.run());
  if (captures_.feed()) {
    connect(captures_.feed().get(), &RunFeed::problemChanged, this, [this](const QString& problem) {
      problem.isEmpty() ? banner_->clear() : banner_->show(Notice::Level::kError, problem);
    });
  }
  refreshList();
}

void InspectPanel::refreshList() {
  if (!isVisible()) {
    stale_ = true;
    return;
  }
  if (!captures_.feed()) return showEmpty();
  CaptureEntries entries = captures_.entries();
  std::vector<qint64> steps;
  for (const CaptureEntry& entry : entries) {
    if (steps.empty() || steps.back() != entry.step) steps.push_back(entry.step);
  }
  const RunHistory& log = captures_.feed()->log();
  timeline_->setContent(steps, stageBands(log));
  stage_->setRecords(log.validations.size());
  const bool same = entries == entries_;
  entries_ = std::move(entries);
  if (entries_.empty()) return showEmpty();
  pages_->setCurrentWidget(content_);
  if (!same || !capture_) {
    showStep();
  } else {
    showSample();  // a measurement may have named the classes
  }
}

void InspectPanel::showEmpty() {
  if (!captures_.feed()) {
    empty_->setContent(QStringLiteral("inspect"), tr("Choose a run to look inside its model."),
                       tr("Show the runs"),
                       [this] { emit desk_.selection.panelWanted(QStringLiteral("runs")); });
  } else {
    empty_->setContent(QStringLiteral("inspect"),
                       tr("This run has no captures yet. Its recipe says with \"capture:\" what is "
                          "recorded, and how often: \"- {inspector: tokens, on: test, every: 50}\" "
                          "shows a text's losses and predictions."));
  }
  pages_->setCurrentWidget(empty_);
}

void InspectPanel::showStep() {
  if (entries_.empty() || !isVisible()) {
    stale_ |= !isVisible();
    return;
  }
  const std::vector<qint64>& steps = timeline_->steps();
  const qint64 wanted = desk_.selection.step();
  int index = static_cast<int>(steps.size()) - 1;
  // Another panel may have chosen a step between two captures: the one before it counts.
  while (wanted >= 0 && index > 0 && steps[static_cast<std::size_t>(index)] > wanted) --index;
  timeline_->setCurrent(index);
  const QString inspector = inspectors_->currentText();
  std::vector<const CaptureEntry*> here;
  for (const CaptureEntry& entry : entries_) {
    if (entry.step == steps[static_cast<std::size_t>(index)]) here.push_back(&entry);
  }
  const CaptureEntry* chosen = here.front();
  const QSignalBlocker quiet(inspectors_);
  inspectors_->clear();
  for (const CaptureEntry* entry : here) {
    inspectors_->addItem(entry->name);
    if (entry->name == inspector) chosen = entry;
  }
  inspectors_->setCurrentText(chosen->name);
  inspectors_->setVisible(here.size() > 1);
  step_label_->setText(chosen->stage.isEmpty()
                           ? tr("step %L1").arg(chosen->step)
                           : tr("step %L1 · %2").arg(chosen->step).arg(chosen->stage));
  captures_.store().request(chosen->file);
}

void InspectPanel::showCapture(const CapturePtr& capture) {
  banner_->clear();
  const bool other = !capture_ || capture_->samples() != capture->samples();
  capture_ = capture;
  const QSignalBlocker quiet(samples_);
  if (other) {  // thousands of names take their time
    samples_->clear();
    samples_->addItems(capture->samples());
  }
  showSample();
  other_->want(QString::fromStdString(capture->path().stem().string()), capture->step());
}

void InspectPanel::showFailure(const Path&, const Error& error) {
  capture_.reset();
  stage_->clear();
  banner_->show(Notice::Level::kError, QString::fromUtf8(error.what()));
}

void InspectPanel::showSample() {
  if (!capture_ || !isVisible()) return;
  const int last = std::max(0, static_cast<int>(capture_->samples().size()) - 1);
  const int sample = std::clamp(desk_.selection.sample(), 0, last);
  samples_->setCurrentIndex(sample);
  previous_->setEnabled(sample > 0);
  next_->setEnabled(sample < last);
  stage_->setCapture(capture_, sample, classNames(*capture_, captures_.feed()->log()));
  showComparison();
}

void InspectPanel::moveSample(int by) {
  desk_.selection.setSample(std::clamp(samples_->currentIndex() + by, 0, samples_->count() - 1));
}

void InspectPanel::moveStep(int by) {
  const std::vector<qint64>& steps = timeline_->steps();
  const int index = timeline_->current() + by;
  if (index >= 0 && index < static_cast<int>(steps.size()))
    desk_.selection.setStep(steps[static_cast<std::size_t>(index)]);
}

QStringList InspectPanel::classNames(const Capture& capture, const RunHistory& log) const {
  return capture.classes().isEmpty() ? classNamesOf(log, capture.stage()) : capture.classes();
}

}  // namespace warmstart
