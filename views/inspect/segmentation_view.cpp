#include "views/inspect/segmentation_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredCaptureView segmentation_view{
    {.kind = "segmentation", .create = []() -> CaptureView* { return new SegmentationView; }}};

void placeInSpace(Volume& volume, const CapturePtr& capture, int sample) {
  const Array* spacing = capture->find("spacing");
  const bool three = volume.size[2] > 1;
  const std::int64_t dims = three ? 3 : 2;
  if (!spacing || spacing->dtype != Dtype::kFloat64 || spacing->shape.size() != 2 ||
      spacing->shape[0] <= sample || spacing->shape[1] != dims)
    return;
  std::array<double, 3> read{1, 1, 1};
  const std::size_t count = static_cast<std::size_t>(dims);
  std::memcpy(read.data(),
              spacing->data.data() + static_cast<std::size_t>(sample) * count * sizeof(double),
              count * sizeof(double));
  for (std::size_t i = 0; i < count; ++i) {  // stored along D, H, W
    if (!(read[i] > 1e-6) || !(read[i] < 1e6)) return;
    volume.spacing[count - 1 - i] = read[i];
  }
  volume.millimetres = true;
  // What has a size in millimetres comes from a scanner: y grows forward and z up there, so that a
  // head stands upright.
  volume.upward = three;
}

QIcon swatch(const QColor& colour) {
  QPixmap square(12, 12);
  square.fill(colour);
  return QIcon(square);
}

int highestLabel(const Volume& volume) {
  int highest = 0;
  for (int z = 0; volume.valid() && z < volume.size[2]; ++z) {
    for (const float value : planeValues(volume, Plane::kAxial, z))
      highest = std::max(highest, static_cast<int>(value));
  }
  return highest;
}

}  // namespace

SegmentationView::SegmentationView(QWidget* parent) : CaptureView(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(look::kGrid);
  grid_ = new QGridLayout;
  grid_->setSpacing(2);
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal})
    planes_.at(static_cast<std::size_t>(plane)) = new PlaneView(scene_, plane, this);
  row->addLayout(grid_, 1);
  setLayoutNumber(1);
  grid_->addWidget(makeSide(), 1, 1);
  connect(&scene_, &VolumeScene::changed, this, &SegmentationView::refresh);
}

QWidget* SegmentationView::makeSide() {
  auto* side = new QWidget(this);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, 0);
  addControls(column);
  legend_ = new QVBoxLayout;
  legend_->setSpacing(2);
  column->addLayout(legend_);
  errors_ = new QLabel(side);
  const auto patch = [](const QColor& colour, const QString& text) {
    return QStringLiteral("<span style='color:%1'>■</span> %2").arg(colour.name(), text);
  };
  errors_->setText(patch(falsePositiveColour(), tr("predicted, not there")) +
                   QLatin1String("<br>") +
                   patch(falseNegativeColour(), tr("there, not predicted")) +
                   QLatin1String("<br>") + patch(confusionColour(), tr("another class")));
  column->addWidget(errors_);
  column->addStretch(1);
  read_out_ = new QLabel(side);
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setWordWrap(true);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setAccessibleName(tr("Voxel under the crosshair"));
  column->addWidget(read_out_);
  return side;
}

void SegmentationView::addControls(QVBoxLayout* column) {
  overlay_ = new QComboBox(this);
  overlay_->addItems({tr("Prediction"), tr("Reference"), tr("Errors")});
  overlay_->setAccessibleName(tr("Overlay"));
  shown_ = new QCheckBox(tr("&Show"), this);
  shown_->setToolTip(tr("Overlay on or off (S)"));
  outline_ = new QCheckBox(tr("Out&line"), this);
  outline_->setToolTip(tr("Outlines or filled areas (O)"));
  opacity_ = new QSlider(Qt::Horizontal, this);
  opacity_->setRange(0, 100);
  opacity_->setAccessibleName(tr("Opacity of the overlay in percent"));
  opacity_->setToolTip(tr("Opacity in percent ([ and ])"));
  auto* boxes = new QHBoxLayout;
  boxes->addWidget(shown_);
  boxes->addWidget(outline_);
  column->addWidget(overlay_);
  column->addLayout(boxes);
  column->addWidget(opacity_);
  connect(overlay_, &QComboBox::activated, this,
          [this](int kind) { scene_.setOverlay(static_cast<OverlayKind>(kind)); });
  connect(shown_, &QCheckBox::clicked, &scene_, &VolumeScene::setOverlayShown);
  connect(outline_, &QCheckBox::clicked, &scene_, &VolumeScene::setOutline);
  connect(opacity_, &QSlider::valueChanged, this,
          [this](int percent) { scene_.setOpacity(percent / 100.0); });
}

void SegmentationView::setCapture(const CapturePtr& capture, int sample,
                                  const QStringList& classes) {
  const auto volume = [&](const char* name, bool channels) {
    const Array* array = capture->find(name);
    Volume found = array ? volumeOf(capture, *array, sample, channels) : Volume();
    if (found.valid()) placeInSpace(found, capture, sample);
    return found;
  };
  classes_ = classes;
  const Volume image = volume("image", true);
  const Volume prediction = volume("prediction", false), reference = volume("label", false);
  const bool two_dimensional = image.valid() && image.size[2] == 1;
  if (two_dimensional != two_dimensional_) {
    two_dimensional_ = two_dimensional;
    setLayoutNumber(layout_number_);
  }
  scene_.setVolumes(image, prediction, reference);
  fillLegend();
}

void SegmentationView::fillLegend() {
  const int labels = std::max({highestLabel(scene_.prediction()), highestLabel(scene_.reference()),
                               static_cast<int>(classes_.size()) - 1});
  QStringList names;
  for (int label = 1; label <= labels; ++label) names += className(label);
  if (names == legend_->property("names").toStringList() && labels == legend_labels_) return;
  legend_->setProperty("names", names);
  legend_labels_ = labels;
  while (QLayoutItem* item = legend_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (int label = 1; label <= labels; ++label) {
    auto* box = new QCheckBox(names[label - 1], this);
    box->setChecked(scene_.classShown(label));
    box->setIcon(swatch(look::label(label)));
    connect(box, &QCheckBox::toggled, this,
            [this, label](bool shown) { scene_.setClassShown(label, shown); });
    legend_->addWidget(box);
  }
}

QString SegmentationView::className(int label) const {
  if (label < classes_.size()) return classes_[label];
  return label == 0 ? tr("background") : tr("class %1").arg(label);
}

void SegmentationView::refresh() {
  const QSignalBlocker quiet(opacity_);
  opacity_->setValue(static_cast<int>(std::lround(scene_.opacity() * 100)));
  shown_->setChecked(scene_.overlayShown());
  outline_->setChecked(scene_.outline());
  overlay_->setCurrentIndex(static_cast<int>(scene_.overlay()));
  errors_->setVisible(scene_.overlay() == OverlayKind::kError);
  const Volume& image = scene_.image();
  if (!image.valid()) {
    read_out_->setText(tr("This capture has no image that can be drawn."));
    return;
  }
  const Voxel& at = scene_.cursor();
  QStringList lines{tr("voxel %1, %2, %3").arg(at[0]).arg(at[1]).arg(at[2])};
  if (image.millimetres)
    lines += tr("%L1, %L2, %L3 mm")
                 .arg(at[0] * image.spacing[0], 0, 'f', 1)
                 .arg(at[1] * image.spacing[1], 0, 'f', 1)
                 .arg(at[2] * image.spacing[2], 0, 'f', 1);
  lines += tr("value %L1").arg(image.at(at), 0, 'g', 5);
  const auto label = [&](const Volume& volume) {
    return className(static_cast<int>(volume.at(at)));
  };
  if (scene_.prediction().valid()) lines += tr("predicted: %1").arg(label(scene_.prediction()));
  if (scene_.reference().valid()) lines += tr("reference: %1").arg(label(scene_.reference()));
  read_out_->setText(lines.join(QLatin1Char('\n')));
}

void SegmentationView::setLayoutNumber(int number) {
  layout_number_ = number;
  const int shown = two_dimensional_ ? 2 : number;
  for (int i = 0; i < 3; ++i) {
    PlaneView* plane = planes_.at(static_cast<std::size_t>(i));
    grid_->removeWidget(plane);
    plane->setVisible(shown == 1 || shown == i + 2);
  }
  if (shown == 1) {
    grid_->addWidget(planes_[0], 0, 0);
    grid_->addWidget(planes_[2], 0, 1);
    grid_->addWidget(planes_[1], 1, 0);
  } else {
    grid_->addWidget(planes_.at(static_cast<std::size_t>(shown - 2)), 0, 0, 2, 1);
  }
  grid_->setColumnStretch(0, 1);
  grid_->setColumnStretch(1, shown == 1 ? 1 : 0);
  grid_->setRowStretch(0, 1);
  grid_->setRowStretch(1, 1);
}

void SegmentationView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_X:
      return scene_.setCrosshairShown(!scene_.crosshairShown());
    case Qt::Key_S:
      return scene_.setOverlayShown(!scene_.overlayShown());
    case Qt::Key_O:
      return scene_.setOutline(!scene_.outline());
    case Qt::Key_BracketLeft:
      return scene_.setOpacity(scene_.opacity() - 0.1);
    case Qt::Key_BracketRight:
      return scene_.setOpacity(scene_.opacity() + 0.1);
    case Qt::Key_R:
      for (PlaneView* plane : planes_) plane->resetZoom();
      return scene_.reset();
    case Qt::Key_1:
    case Qt::Key_2:
    case Qt::Key_3:
    case Qt::Key_4:
      return setLayoutNumber(event->key() - Qt::Key_0);
    default:
      return CaptureView::keyPressEvent(event);
  }
}

}  // namespace warmstart
