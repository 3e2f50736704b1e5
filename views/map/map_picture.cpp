#include "views/map/map_picture.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace warmstart {
namespace {

constexpr double kLowShare = 0.02, kHighShare = 0.98;

/// The band that is called so, as a whole word ("B4 red", "Red"); -1 = none.
int bandCalled(const RasterFacts& facts, const QString& colour) {
  for (std::size_t i = 0; i < facts.bands.size(); ++i) {
    const QString name = QString::fromStdString(facts.bands[i].name).toLower();
    const QStringList words = name.split(QRegularExpression(QStringLiteral("[^a-z0-9]+")));
    if (words.contains(colour)) return static_cast<int>(i);
  }
  return -1;
}

std::vector<int> firstBands(const RasterFacts& facts) {
  const int red = bandCalled(facts, QStringLiteral("red"));
  const int green = bandCalled(facts, QStringLiteral("green"));
  const int blue = bandCalled(facts, QStringLiteral("blue"));
  if (red >= 0 && green >= 0 && blue >= 0) return {red, green, blue};
  if (facts.bands.size() >= 3) return {0, 1, 2};
  return {0};
}

int placeOf(float value, double low, double high) {
  const double place = (value - low) / (high > low ? high - low : 1) * 255;
  return static_cast<int>(std::lround(std::clamp(place, 0.0, 255.0)));
}

QRgb classColour(float value, const LayerLook& look, const std::vector<QRgb>& colours) {
  const int label = classOf(value);
  if (label < 0 || look.hidden.contains(label)) return 0;
  if (label == 0) return kZeroColour;
  if (colours.size() < 2) return 0;
  return colours[1 + static_cast<std::size_t>(label - 1) % (colours.size() - 1)];
}

}  // namespace

LayerLook firstLook(const MapLayer& layer) {
  LayerLook look;
  if (layer.kind == MapLayer::Kind::kBands) {
    look.bands = firstBands(layer.raster->facts());
    look.map = look::Map::kGrey;
  } else if (layer.kind == MapLayer::Kind::kDifference) {
    look.map = look::Map::kDiverging;
  } else {
    look.opacity = 0.6;
    look.hidden = {0};
  }
  stretch(look, layer, layer.spreads);
  return look;
}

void stretch(LayerLook& look, const MapLayer& layer, const std::vector<BandSpread>& spreads) {
  for (std::size_t i = 0; i < look.bands.size() && i < look.low.size(); ++i) {
    const auto band = static_cast<std::size_t>(look.bands[i]);
    if (band >= spreads.size() || spreads[band].sorted.empty()) continue;
    look.low[i] = spreads[band].at(kLowShare), look.high[i] = spreads[band].at(kHighShare);
    if (layer.kind != MapLayer::Kind::kDifference) continue;
    const double reach = std::max(look.high[i] - look.low[i], 1e-12);
    look.low[i] = -reach, look.high[i] = reach;
  }
}

QImage pictureOf(const MapTile& tile, const MapLayer& layer, const LayerLook& look,
                 const std::vector<QRgb>& label_colours, QRgb differs) {
  QImage image(tile.columns, tile.rows, QImage::Format_ARGB32_Premultiplied);
  const auto plane = static_cast<std::size_t>(tile.columns) * static_cast<std::size_t>(tile.rows);
  const auto& colours = look::colours(look.map);
  const bool composite = layer.kind == MapLayer::Kind::kBands && look.bands.size() == 3;
  for (int row = 0; row < tile.rows; ++row) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(row));
    for (int column = 0; column < tile.columns; ++column) {
      const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(tile.columns) +
                      static_cast<std::size_t>(column);
      const float value = tile.values[at];
      if (composite) {
        const float green = tile.values[plane + at], blue = tile.values[2 * plane + at];
        line[column] = std::isfinite(value) && std::isfinite(green) && std::isfinite(blue)
                           ? qRgb(placeOf(value, look.low[0], look.high[0]),
                                  placeOf(green, look.low[1], look.high[1]),
                                  placeOf(blue, look.low[2], look.high[2]))
                           : 0;
      } else if (!std::isfinite(value)) {
        line[column] = 0;
      } else if (layer.kind == MapLayer::Kind::kClasses) {
        line[column] = classColour(value, look, label_colours);
      } else if (layer.of_classes) {
        line[column] = value != 0 ? differs : 0;
      } else {
        line[column] = colours[static_cast<std::size_t>(placeOf(value, look.low[0], look.high[0]))];
      }
    }
  }
  return image;
}

}  // namespace warmstart
