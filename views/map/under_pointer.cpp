#include "views/map/under_pointer.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr int kMostValues = 13;  ///< bands of a layer that are told

QString underText(const char* text) { return QCoreApplication::translate("Map", text); }

QString valueText(const MapLayer& layer, float value) {
  if (!std::isfinite(value)) return underText("no data");
  const auto& classes = layer.raster->facts().classes;
  const auto label = static_cast<std::size_t>(std::max(0, classOf(value)));
  const bool named = layer.kind == MapLayer::Kind::kClasses || layer.of_classes;
  if (named && label < classes.size() && !classes[label].empty())
    return QString::fromStdString(classes[label]);
  return QLocale().toString(value, 'g', 7);
}

QString layerText(const MapLayer& layer, const QPointF& ground) {
  const RasterFacts& facts = layer.raster->facts();
  const QPointF pixel = layer.to_ground.inverted().map(ground);
  if (!layer.bounds().contains(pixel)) return {};
  const std::size_t count =
      layer.other ? 1 : std::min<std::size_t>(facts.bands.size(), kMostValues);
  std::vector<int> bands(count);
  for (std::size_t i = 0; i < count; ++i) bands[i] = static_cast<int>(i);
  const RasterPart part{std::floor(pixel.x()), std::floor(pixel.y()), 1, 1, 1, 1};
  QStringList texts;
  try {
    for (const float value : layer.raster->read(bands, part)) texts += valueText(layer, value);
    if (layer.other) texts += valueText(layer, layer.other->read(bands, part).front());
  } catch (const Error&) {
    return underText("%1: cannot be read").arg(layer.name);
  }
  if (layer.other) return underText("%1: %2 against %3").arg(layer.name, texts[0], texts[1]);
  if (facts.bands.size() > count) texts += QStringLiteral("...");
  return QStringLiteral("%1: %2").arg(layer.name, texts.join(QStringLiteral("  ")));
}

}  // namespace

QString earthText(double latitude, double longitude) {
  const auto side = [](double value, const char* positive, const char* negative) {
    return QStringLiteral("%1\u00b0 %2")
        .arg(QLocale().toString(std::abs(value), 'f', 5),
             underText(value < 0 ? negative : positive));
  };
  return side(latitude, QT_TRANSLATE_NOOP("Map", "N"), QT_TRANSLATE_NOOP("Map", "S")) +
         QStringLiteral(", ") +
         side(longitude, QT_TRANSLATE_NOOP("Map", "E"), QT_TRANSLATE_NOOP("Map", "W"));
}

QString textUnder(const MapScene& scene, const std::vector<LayerLook>& looks,
                  const QPointF& ground) {
  if (scene.layers.empty() || !scene.bounds().contains(ground)) return {};
  MapRaster& raster = *scene.layers.front().raster;
  const RasterFacts& facts = raster.facts();
  QStringList parts{underText("column %1, row %2")
                        .arg(static_cast<qint64>(std::floor(ground.x())))
                        .arg(static_cast<qint64>(std::floor(ground.y())))};
  if (facts.placed) {
    const QPointF place = transformOf(facts.transform).map(ground);
    const int digits = facts.geographic ? 6 : 1;
    parts += underText("x %1, y %2 (%3)")
                 .arg(QLocale().toString(place.x(), 'f', digits),
                      QLocale().toString(place.y(), 'f', digits),
                      facts.crs_name.empty() ? underText("unknown reference system")
                                             : QString::fromStdString(facts.crs_name));
    if (const auto earth = raster.latitudeLongitude(ground.x(), ground.y()))
      parts += earthText((*earth)[0], (*earth)[1]);
  } else {
    parts += underText("without georeference");
  }
  for (std::size_t i = looks.size(); i-- > 0;) {
    if (!looks[i].shown) continue;
    const QString text = layerText(scene.layers[i], ground);
    if (!text.isEmpty()) parts += text;
  }
  return parts.join(QStringLiteral("  \u00b7  "));
}

}  // namespace warmstart
