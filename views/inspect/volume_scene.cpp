#include "views/inspect/volume_scene.h"

#include <algorithm>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

int mixedChannel(int low, int high, double share) {
  return static_cast<int>(std::lround(low + (high - low) * share));
}

QRgb blended(QRgb ground, QRgb colour, double share) {
  return qRgb(mixedChannel(qRed(ground), qRed(colour), share),
              mixedChannel(qGreen(ground), qGreen(colour), share),
              mixedChannel(qBlue(ground), qBlue(colour), share));
}

}  // namespace

QColor falsePositiveColour() { return QColor(0xd5, 0x5e, 0x00); }
QColor falseNegativeColour() { return QColor(0x56, 0xb4, 0xe9); }
QColor confusionColour() { return QColor(0xf0, 0xe4, 0x42); }

void VolumeScene::setVolumes(const Volume& image, const Volume& prediction,
                             const Volume& reference) {
  const bool other = image.size != image_.size;
  image_ = image, prediction_ = prediction, reference_ = reference;
  if (prediction_.size != image_.size) prediction_ = {};
  if (reference_.size != image_.size) reference_ = {};
  if (other && image_.valid()) {
    reset();
  } else {
    emit changed();
  }
}

void VolumeScene::setCursor(Voxel voxel) {
  for (std::size_t i = 0; i < 3; ++i)
    voxel[i] = std::clamp(voxel[i], 0, std::max(0, image_.size[i] - 1));
  if (voxel == cursor_) return;
  cursor_ = voxel;
  emit changed();
}

void VolumeScene::setWindow(double low, double high) {
  const double least = 1e-6 * std::max({1.0, std::abs(low), std::abs(high)});
  window_ = {low, std::max(high, low + least)};
  emit changed();
}

void VolumeScene::setColourMap(look::Map map) { map_ = map, emit changed(); }
void VolumeScene::setOverlay(OverlayKind overlay) { overlay_ = overlay, emit changed(); }
void VolumeScene::setOverlayShown(bool shown) { overlay_shown_ = shown, emit changed(); }
void VolumeScene::setOutline(bool outline) { outline_ = outline, emit changed(); }
void VolumeScene::setCrosshairShown(bool shown) { crosshair_shown_ = shown, emit changed(); }
void VolumeScene::setOpacity(double opacity) {
  opacity_ = std::clamp(opacity, 0.0, 1.0);
  emit changed();
}

void VolumeScene::setClassShown(int label, bool shown) {
  shown ? void(hidden_.remove(label)) : void(hidden_.insert(label));
  emit changed();
}

void VolumeScene::reset() {
  cursor_ = {image_.size[0] / 2, image_.size[1] / 2, image_.size[2] / 2};
  window_ = robustRange(image_);
  opacity_ = 0.5;
  emit changed();
}

QRgb VolumeScene::overlayColour(int predicted, int referred) const {
  if (overlay_ != OverlayKind::kError) {
    const int label = overlay_ == OverlayKind::kPrediction ? predicted : referred;
    return label > 0 && classShown(label) ? look::label(label).rgba() : 0;
  }
  if (predicted == referred || !(classShown(predicted) || classShown(referred))) return 0;
  if (referred == 0) return falsePositiveColour().rgba();
  return predicted == 0 ? falseNegativeColour().rgba() : confusionColour().rgba();
}

QImage VolumeScene::picture(Plane plane) const {
  if (!image_.valid()) return {};
  const int index = cursor_[static_cast<std::size_t>(throughAxis(plane))];
  const std::vector<float> values = planeValues(image_, plane, index);
  QImage picture(image_.size[static_cast<std::size_t>(acrossAxis(plane))],
                 image_.size[static_cast<std::size_t>(downAxis(plane))], QImage::Format_RGB32);
  const double low = window_[0], scale = 255 / (window_[1] - window_[0]);
  const std::array<QRgb, 256>& colours = look::colours(map_);
  const float* value = values.data();
  for (int row = 0; row < picture.height(); ++row) {
    auto* line = reinterpret_cast<QRgb*>(picture.scanLine(row));
    for (int column = 0; column < picture.width(); ++column) {
      const double level = (static_cast<double>(*value++) - low) * scale;
      const int grey = std::isnan(level) ? 0 : static_cast<int>(std::clamp(level, 0.0, 255.0));
      line[column] = colours[static_cast<std::size_t>(grey)];
    }
  }
  if (overlay_shown_) blend(picture, plane, index);
  return picture;
}

void VolumeScene::blend(QImage& picture, Plane plane, int index) const {
  const bool needs_prediction = overlay_ != OverlayKind::kReference;
  const bool needs_reference = overlay_ != OverlayKind::kPrediction;
  if ((needs_prediction && !prediction_.valid()) || (needs_reference && !reference_.valid()))
    return;
  const auto values = [&](const Volume& volume, bool needed) {
    return needed ? planeValues(volume, plane, index) : std::vector<float>();
  };
  const std::vector<float> predicted = values(prediction_, needs_prediction);
  const std::vector<float> referred = values(reference_, needs_reference);
  const int width = picture.width(), height = picture.height();
  std::vector<QRgb> colours(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < colours.size(); ++i)
    colours[i] = overlayColour(needs_prediction ? static_cast<int>(predicted[i]) : 0,
                               needs_reference ? static_cast<int>(referred[i]) : 0);
  const auto at = [&](int x, int y) {
    return colours[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(x)];
  };
  const auto inside = [&](int x, int y) {
    return x > 0 && y > 0 && x + 1 < width && y + 1 < height && at(x - 1, y) == at(x, y) &&
           at(x + 1, y) == at(x, y) && at(x, y - 1) == at(x, y) && at(x, y + 1) == at(x, y);
  };
  for (int y = 0; y < height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = 0; x < width; ++x)
      if (at(x, y) != 0 && !(outline_ && inside(x, y)))
        line[x] = blended(line[x], at(x, y), outline_ ? 1.0 : opacity_);
  }
}

}  // namespace warmstart
