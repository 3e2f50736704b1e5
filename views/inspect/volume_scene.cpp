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

QRgb withAlpha(QRgb colour, double share) {
  return qRgba(qRed(colour), qGreen(colour), qBlue(colour),
               static_cast<int>(std::lround(qAlpha(colour) * share)));
}

}  // namespace

QColor falsePositiveColour() { return QColor(0xd5, 0x5e, 0x00); }
QColor falseNegativeColour() { return QColor(0x56, 0xb4, 0xe9); }
QColor confusionColour() { return QColor(0xf0, 0xe4, 0x42); }

QRgb confidenceColour(double probability) {
  // One half or less is as good as a guess between two classes.
  const double doubt = std::clamp(2 * (1 - probability), 0.0, 1.0);
  const QRgb colour = look::colours(look::Map::kCividis)[static_cast<std::size_t>(doubt * 255)];
  return withAlpha(colour, doubt);
}

void VolumeScene::setVolumes(const SampleVolumes& volumes, const std::array<double, 2>& range) {
  const bool other = volumes.image.size != volumes_.image.size;
  volumes_ = volumes;
  for (Volume* volume : {&volumes_.prediction, &volumes_.reference, &volumes_.confidence}) {
    if (volume->size != volumes_.image.size) *volume = {};
  }
  first_window_ = range;
  if (other && image().valid()) {
    cursor_ = {image().size[0] / 2, image().size[1] / 2, image().size[2] / 2};
    window_ = first_window_;
  }
  change();
}

void VolumeScene::change() {
  ++look_;
  emit changed();
}

void VolumeScene::setCursor(Voxel voxel) {
  for (std::size_t i = 0; i < 3; ++i)
    voxel[i] = std::clamp(voxel[i], 0, std::max(0, image().size[i] - 1));
  if (voxel == cursor_) return;
  cursor_ = voxel;
  emit changed();
}

void VolumeScene::setWindow(double low, double high) {
  const double least = 1e-6 * std::max({1.0, std::abs(low), std::abs(high)});
  window_ = {low, std::max(high, low + least)};
  change();
}

void VolumeScene::setColourMap(look::Map map) { map_ = map, change(); }
void VolumeScene::setOverlay(OverlayKind overlay) { overlay_ = overlay, change(); }
void VolumeScene::setOverlayShown(bool shown) { overlay_shown_ = shown, change(); }
void VolumeScene::setOutline(bool outline) { outline_ = outline, change(); }
void VolumeScene::setCrosshairShown(bool shown) { crosshair_shown_ = shown, change(); }
void VolumeScene::setRadiological(bool radiological) { radiological_ = radiological, change(); }
void VolumeScene::setOpacity(double opacity) {
  opacity_ = std::clamp(opacity, 0.0, 1.0);
  change();
}

void VolumeScene::setClassShown(int label, bool shown) {
  shown ? void(hidden_.remove(label)) : void(hidden_.insert(label));
  change();
}

bool VolumeScene::has(OverlayKind overlay) const {
  switch (overlay) {
    case OverlayKind::kPrediction:
      return prediction().valid();
    case OverlayKind::kReference:
      return reference().valid();
    case OverlayKind::kError:
      return prediction().valid() && reference().valid();
    case OverlayKind::kConfidence:
      return confidence().valid();
  }
  return false;
}

void VolumeScene::reset() {
  cursor_ = {image().size[0] / 2, image().size[1] / 2, image().size[2] / 2};
  window_ = first_window_;
  opacity_ = 0.5;
  change();
}

QVariantMap VolumeScene::state() const {
  QVariantList hidden, cursor, size;
  for (const int label : hidden_) hidden << label;
  for (std::size_t i = 0; i < 3; ++i) cursor << cursor_[i], size << image().size[i];
  return {{"window", QVariantList{window_[0], window_[1]}},
          {"overlay", static_cast<int>(overlay_)},
          {"overlayShown", overlay_shown_},
          {"outline", outline_},
          {"crosshair", crosshair_shown_},
          {"radiological", radiological_},
          {"opacity", opacity_},
          {"hidden", hidden},
          {"cursor", cursor},
          {"size", size}};
}

void VolumeScene::setState(const QVariantMap& state) {
  const QVariantList window = state.value(QStringLiteral("window")).toList();
  if (window.size() == 2) setWindow(window[0].toDouble(), window[1].toDouble());
  overlay_ = static_cast<OverlayKind>(
      std::clamp(state.value(QStringLiteral("overlay"), static_cast<int>(overlay_)).toInt(), 0, 3));
  overlay_shown_ = state.value(QStringLiteral("overlayShown"), overlay_shown_).toBool();
  outline_ = state.value(QStringLiteral("outline"), outline_).toBool();
  crosshair_shown_ = state.value(QStringLiteral("crosshair"), crosshair_shown_).toBool();
  radiological_ = state.value(QStringLiteral("radiological"), radiological_).toBool();
  hidden_.clear();
  for (const QVariant& label : state.value(QStringLiteral("hidden")).toList())
    hidden_.insert(label.toInt());
  const QVariantList cursor = state.value(QStringLiteral("cursor")).toList();
  const QVariantList size = state.value(QStringLiteral("size")).toList();
  const bool same = cursor.size() == 3 && size.size() == 3 && size[0] == image().size[0] &&
                    size[1] == image().size[1] && size[2] == image().size[2];
  if (same) setCursor({cursor[0].toInt(), cursor[1].toInt(), cursor[2].toInt()});
  setOpacity(state.value(QStringLiteral("opacity"), opacity_).toDouble());
}

void VolumeScene::setClasses(const StoredClasses& classes) {
  if (classes == classes_) return;
  classes_ = classes;
  change();
}

QRgb VolumeScene::labelColour(int label) const {
  const int stored = classes_.of(label);
  return stored > 0 && classShown(label) ? look::label(stored).rgba() : 0;
}

QRgb VolumeScene::overlayColour(int predicted, int referred) const {
  if (overlay_ != OverlayKind::kError)
    return labelColour(overlay_ == OverlayKind::kPrediction ? predicted : referred);
  if (predicted == referred || !(classShown(predicted) || classShown(referred))) return 0;
  const int found = classes_.of(predicted), wanted = classes_.of(referred);
  if (found < 0 || wanted < 0) return 0;  // nobody says what is right there
  if (wanted == 0) return falsePositiveColour().rgba();
  return found == 0 ? falseNegativeColour().rgba() : confusionColour().rgba();
}

const QImage& VolumeScene::picture(Plane plane) const {
  Kept& kept = kept_.at(static_cast<std::size_t>(plane));
  const int index = cursor_[static_cast<std::size_t>(throughAxis(plane))];
  if (kept.look != look_ || kept.index != index) kept = {drawn(plane, index), index, look_};
  return kept.picture;
}

QImage VolumeScene::drawn(Plane plane, int index) const {
  if (!image().valid()) return {};
  if (greys_look_ != look_) {
    greys_ = GreyTable(image(), window_, map_);
    greys_look_ = look_;
  }
  const SliceWalk walk = sliceWalk(image(), plane, index, radiological_);
  QImage picture(walk.width, walk.height, QImage::Format_RGB32);
  greys_.draw(picture, image(), walk);
  if (overlay_shown_ && has(overlay_)) blend(picture, overlayColours(plane, index));
  return picture;
}

std::vector<QRgb> VolumeScene::overlayColours(Plane plane, int index) const {
  // Label maps may lie in another order than the image.
  const auto walk = [&](const Volume& volume) {
    return sliceWalk(volume, plane, index, radiological_);
  };
  std::vector<QRgb> colours;
  if (overlay_ == OverlayKind::kConfidence) {
    for (const float value : sliceValues(confidence(), walk(confidence())))
      colours.push_back(confidenceColour(static_cast<double>(value)));
    return colours;
  }
  const Volume& shown = overlay_ == OverlayKind::kReference ? reference() : prediction();
  const std::vector<int> labels = sliceLabels(shown, walk(shown));
  const std::vector<int> referred =
      overlay_ == OverlayKind::kError ? sliceLabels(reference(), walk(reference())) : labels;
  colours.resize(labels.size());
  // Neighbours are mostly of one class.
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool as_before = i > 0 && labels[i] == labels[i - 1] && referred[i] == referred[i - 1];
    colours[i] = as_before ? colours[i - 1] : overlayColour(labels[i], referred[i]);
  }
  return colours;
}

void VolumeScene::blend(QImage& picture, const std::vector<QRgb>& colours) const {
  const int width = picture.width(), height = picture.height();
  const bool outline = outline_ && overlay_ != OverlayKind::kConfidence;
  const auto at = [&](int x, int y) {
    return colours[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(x)];
  };
  const auto inside = [&](int x, int y) {
    return x > 0 && y > 0 && x + 1 < width && y + 1 < height && at(x - 1, y) == at(x, y) &&
           at(x + 1, y) == at(x, y) && at(x, y - 1) == at(x, y) && at(x, y + 1) == at(x, y);
  };
  const double share = (outline ? 1.0 : opacity_) / 255;
  for (int y = 0; y < height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = 0; x < width; ++x)
      if (at(x, y) != 0 && !(outline && inside(x, y)))
        line[x] = blended(line[x], at(x, y), qAlpha(at(x, y)) * share);
  }
}

}  // namespace warmstart
