#include "views/inspect/segmentation_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "views/inspect/overlay_controls.h"
#include "views/inspect/patient_place.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredCaptureView segmentation_view{
    {.kind = "segmentation", .create = []() -> CaptureView* { return new SegmentationView; }}};

const QString kCasesKey = QStringLiteral("cases");

}  // namespace

SegmentationView::SegmentationView(QWidget* parent)
    : CaptureView(parent), planes_(new VolumePlanes(this)), cases_(new CaseTable(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(planes_, 1);
  column->addWidget(cases_);
  planes_->setSide(makeSide());
  connect(&scene(), &VolumeScene::changed, this, &SegmentationView::refresh);
  connect(&scene(), &VolumeScene::changed, this, &CaptureView::stateChanged);
  connect(cases_, &CaseTable::folded, this, &CaptureView::stateChanged);
  connect(cases_, &CaseTable::caseWanted, this, &SegmentationView::goTo);
  connect(&facts_, &FactStore::found, this, [this](const CapturePtr& capture, int sample) {
    if (capture == capture_ && sample == sample_) showSample();
  });
}

QWidget* SegmentationView::makeSide() {
  auto* side = new QWidget(this);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, 0);
  column->addWidget(new OverlayControls(
      scene(), {tr("Prediction"), tr("Reference"), tr("Errors"), tr("Confidence")}, side));
  legend_ = new LabelLegend(scene(), side);
  column->addWidget(legend_);
  column->addStretch(1);
  read_out_ = new QLabel(side);
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setWordWrap(true);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setAccessibleName(tr("Voxel under the crosshair"));
  column->addWidget(read_out_);
  return side;
}

void SegmentationView::setCapture(const CapturePtr& capture, int sample,
                                  const QStringList& classes) {
  capture_ = capture, sample_ = sample, classes_ = classes;
  if (goal_ && goal_->sample != sample) goal_.reset();
  cases_->setCapture(capture, classes);
  facts_.want(capture, sample);
  if (facts_.find(capture, sample)) showSample();
}

QVariantMap SegmentationView::state() const {
  QVariantMap state = planes_->state();
  state[kCasesKey] = cases_->unfolded();
  return state;
}

void SegmentationView::setState(const QVariantMap& state) {
  cases_->setUnfolded(state.value(kCasesKey, cases_->unfolded()).toBool());
  if (scene().image().valid()) {
    planes_->setState(state);
  } else {
    state_ = state;
  }
}

void SegmentationView::showSample() {
  const SampleFacts facts = *facts_.find(capture_, sample_);
  const SampleVolumes volumes = sampleVolumes(capture_, sample_);
  scene().setClasses(StoredClasses(capture_->info()));
  scene().setVolumes(volumes, facts.range);
  if (!state_.isEmpty()) planes_->setState(std::exchange(state_, {}));
  fillLegend(facts.highest_label);
  if (goal_ && goal_->sample == sample_) scene().setCursor(std::exchange(goal_, {})->place);
}

void SegmentationView::goTo(int sample, const Voxel& place) {
  goal_ = {sample, place};
  if (sample != sample_) return emit sampleWanted(sample);
  scene().setCursor(std::exchange(goal_, {})->place);
}

void SegmentationView::fillLegend(int highest_label) {
  const int labels = std::max(highest_label, static_cast<int>(classes_.size()) - 1);
  std::vector<NamedLabel> named;
  for (int label = 0; label <= labels; ++label) {
    if (scene().classes().of(label) > 0) named.push_back({label, className(label)});
  }
  legend_->setLabels(named);
}

QString SegmentationView::className(int label) const {
  if (label < classes_.size()) return classes_[label];
  if (planes_->scene().classes().of(label) < 0) return tr("no class");
  return label == 0 ? tr("background") : tr("class %1").arg(label);
}

void SegmentationView::refresh() {
  read_out_->setText(scene().image().valid() ? placeText()
                                             : tr("This capture has no image that can be drawn."));
}

QString SegmentationView::placeText() const {
  const VolumeScene& scene = planes_->scene();
  const Volume& image = scene.image();
  const Voxel& at = scene.cursor();
  QStringList lines{tr("voxel %1, %2, %3").arg(at[0]).arg(at[1]).arg(at[2])};
  if (const std::optional<Point3> place = image.place(at)) {
    lines += warmstart::placeText(*place);
  } else if (image.millimetres) {
    lines += tr("%L1, %L2, %L3 mm from the first voxel")
                 .arg(at[0] * image.spacing[0], 0, 'f', 1)
                 .arg(at[1] * image.spacing[1], 0, 'f', 1)
                 .arg(at[2] * image.spacing[2], 0, 'f', 1);
  }
  lines += tr("value %L1").arg(image.at(at), 0, 'g', 5);
  const auto label = [&](const Volume& volume) {
    return className(static_cast<int>(volume.at(at)));
  };
  if (scene.prediction().valid()) lines += tr("predicted: %1").arg(label(scene.prediction()));
  if (scene.confidence().valid())
    lines += tr("confidence %L1 %").arg(100 * scene.confidence().at(at), 0, 'f', 1);
  if (scene.reference().valid()) lines += tr("reference: %1").arg(label(scene.reference()));
  return lines.join(QLatin1Char('\n'));
}

}  // namespace warmstart
