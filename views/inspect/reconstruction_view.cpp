#include "views/inspect/reconstruction_view.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <cmath>

#include "views/inspect/voxel_reader.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredCaptureView reconstruction_view{
    {.kind = "reconstruction", .create = []() -> CaptureView* { return new ReconstructionView; }}};

QString meanText(double sum, qint64 count) {
  return count == 0 ? ReconstructionView::tr("none")
                    : QStringLiteral("%L1").arg(sum / static_cast<double>(count), 0, 'g', 4);
}

}  // namespace

Volume differenceOf(const Volume& reconstruction, const Volume& target) {
  if (!reconstruction.valid() || reconstruction.size != target.size) return {};
  auto values = std::make_shared<std::vector<float>>();
  values->reserve(static_cast<std::size_t>(target.size[0]) *
                  static_cast<std::size_t>(target.size[1]) *
                  static_cast<std::size_t>(target.size[2]));
  eachVoxel(target, [&](const Voxel& voxel, std::int64_t) {
    values->push_back(static_cast<float>(reconstruction.at(voxel) - target.at(voxel)));
  });
  Volume difference = target;
  difference.type = VoxelType::kFloat32;
  difference.slope = 1, difference.intercept = 0;
  difference.data = reinterpret_cast<const std::byte*>(values->data());
  difference.owner = values;
  return difference;
}

ReconstructionView::ReconstructionView(QWidget* parent)
    : CaptureView(parent),
      grid_(new QGridLayout),
      plane_(new QComboBox(this)),
      errors_(new QLabel(this)) {
  const std::array<QString, 4> titles{tr("Target"), tr("Input: hidden parts are coloured"),
                                      tr("Reconstruction"), tr("Reconstruction minus target")};
  for (std::size_t i = 0; i < 4; ++i) {
    auto* column = new QVBoxLayout;
    auto* title = new QLabel(titles[i], this);
    views_[i] = new PlaneView(scenes_[i], Plane::kAxial, this);
    views_[i]->setAccessibleName(titles[i]);
    column->addWidget(title);
    column->addWidget(views_[i], 1);
    grid_->addLayout(column, static_cast<int>(i / 2), static_cast<int>(i % 2));
    scenes_[i].setCrosshairShown(false);
    connect(&scenes_[i], &VolumeScene::changed, this, [this, i] { link(static_cast<Part>(i)); });
  }
  scenes_[kDifference].setColourMap(look::Map::kDiverging);
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal})
    plane_->addItem(planeName(plane));
  plane_->setAccessibleName(tr("Plane"));
  connect(plane_, &QComboBox::activated, this,
          [this](int plane) { setPlane(static_cast<Plane>(plane)); });
  errors_->setTextFormat(Qt::PlainText);
  errors_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* top = new QHBoxLayout;
  top->addWidget(plane_);
  top->addSpacing(look::kGrid);
  top->addWidget(errors_, 1);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addLayout(top);
  all->addLayout(grid_, 1);
}

void ReconstructionView::setPlane(Plane plane) {
  plane_->setCurrentIndex(static_cast<int>(plane));
  for (PlaneView* view : views_) view->setPlane(plane);
}

void ReconstructionView::setCapture(const CapturePtr& capture, int sample, const QStringList&) {
  const auto volume = [&](const char* name) {
    const Array* array = capture->find(name);
    return array ? volumeOf(capture, *array, sample, true) : Volume();
  };
  const Volume target = volume("target"), input = volume("input"), mask = volume("mask");
  const Volume reconstruction = volume("reconstruction");
  const Volume difference = differenceOf(reconstruction, target);
  const bool other = target.size != scenes_[kTarget].image().size;
  linking_ = true;
  const auto put = [&](Part part, const Volume& image, const Volume& labels) {
    const std::array<double, 2> range =
        image.valid() ? robustRange(image) : std::array<double, 2>{0, 1};
    scenes_[part].setVolumes({image, labels, {}, {}}, range);
  };
  put(kTarget, target, {});
  put(kInput, input, mask);
  put(kReconstruction, reconstruction, {});
  put(kDifference, difference, {});
  linking_ = false;
  if (other) link(kTarget);
  if (difference.valid()) {
    const std::array<double, 2> range = robustRange(difference);
    const double most = std::max(std::abs(range[0]), std::abs(range[1]));
    scenes_[kDifference].setWindow(-most, most);
  }
  showErrors(target, reconstruction, mask);
}

void ReconstructionView::link(Part changed) {
  if (linking_) return;
  linking_ = true;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i == static_cast<std::size_t>(changed)) continue;
    scenes_[i].setCursor(scenes_[changed].cursor());
    // The difference has a window of its own.
    if (changed != kDifference && i != static_cast<std::size_t>(kDifference))
      scenes_[i].setWindow(scenes_[changed].window()[0], scenes_[changed].window()[1]);
  }
  linking_ = false;
}

void ReconstructionView::showErrors(const Volume& target, const Volume& reconstruction,
                                    const Volume& mask) {
  if (!target.valid() || reconstruction.size != target.size || mask.size != target.size) {
    errors_->setText(tr("This capture lacks target, reconstruction or mask."));
    return;
  }
  std::array<double, 2> sums{};
  std::array<qint64, 2> counts{};
  eachVoxel(target, [&](const Voxel& voxel, std::int64_t) {
    const std::size_t hidden = mask.at(voxel) > 0.5 ? 1 : 0;
    const double error = reconstruction.at(voxel) - target.at(voxel);
    sums[hidden] += error * error;
    ++counts[hidden];
  });
  errors_->setText(
      tr("Mean squared error: hidden %1, visible %2 (%3 % hidden)")
          .arg(meanText(sums[1], counts[1]), meanText(sums[0], counts[0]))
          .arg(100.0 * static_cast<double>(counts[1]) / static_cast<double>(counts[0] + counts[1]),
               0, 'f', 0));
}

QString ReconstructionView::errors() const { return errors_->text(); }

}  // namespace warmstart
