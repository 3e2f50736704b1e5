#include "views/map/class_areas.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

#include "views/map/raster_pieces.h"

namespace warmstart {
namespace {

constexpr std::int64_t kStripe = std::int64_t{1} << 21;  ///< pixels read at a time
constexpr std::size_t kMostCounted = 65536;              ///< classes
constexpr double kHectare = 1e4, kSquareKilometre = 1e6;

}  // namespace

std::optional<ClassAreas> countAreas(MapRaster& raster, std::atomic<double>& done,
                                     const std::atomic<bool>& stop) {
  const RasterFacts& facts = raster.facts();
  ClassAreas areas;
  areas.placed = pixelArea(facts, 0).has_value();
  const std::int64_t stripe = std::max<std::int64_t>(1, kStripe / facts.width);
  for (std::int64_t top = 0; top < facts.height; top += stripe) {
    if (stop) return std::nullopt;
    const std::int64_t rows = std::min(stripe, facts.height - top);
    const ReadPieces read =
        readPieces(raster, {0},
                   {0, static_cast<double>(top), static_cast<double>(facts.width),
                    static_cast<double>(rows), facts.width, rows});
    areas.unreadable += read.lost;
    areas.without_data -= read.lost;  // they are no numbers either
    areas.pixels -= read.lost;
    for (std::int64_t row = 0; row < rows; ++row) {
      const double pixel = pixelArea(facts, top + row).value_or(0);
      for (std::int64_t column = 0; column < facts.width; ++column) {
        const float value = read.values[static_cast<std::size_t>(row * facts.width + column)];
        ++areas.pixels;
        if (!std::isfinite(value)) {
          ++areas.without_data;
          continue;
        }
        ClassArea& area = areas.classes[classOf(value)];
        ++area.pixels;
        area.square_metres += pixel;
      }
    }
    if (areas.classes.size() > kMostCounted) {
      areas.classes.clear();
      areas.problem = QCoreApplication::translate(
          "Map", "It holds so many different numbers that these are no classes.");
      return areas;
    }
    done = static_cast<double>(top + rows) / static_cast<double>(facts.height);
  }
  return areas;
}

QString areaText(double square_metres) {
  const QLocale locale;
  if (square_metres >= kSquareKilometre)
    return QCoreApplication::translate("Map", "%1 km\u00b2")
        .arg(locale.toString(square_metres / kSquareKilometre, 'f', 2));
  if (square_metres >= kHectare)
    return QCoreApplication::translate("Map", "%1 ha")
        .arg(locale.toString(square_metres / kHectare, 'f', 2));
  return QCoreApplication::translate("Map", "%1 m\u00b2")
      .arg(locale.toString(square_metres, 'f', 1));
}

}  // namespace warmstart
