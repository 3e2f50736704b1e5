#include "views/map/capture_raster.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "views/inspect/array_values.h"
#include "views/inspect/stored_classes.h"
#include "views/map/map_scene.h"

namespace warmstart {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestGrid = 1e8;  ///< pixels along an edge
constexpr double kRounding = 1e-6;  ///< of a pixel: edges that meet are told from those that do not

/// Samples, rows and columns, by an array of a value for each pixel, or as the header says:
/// features of samples are no pixels.
std::vector<std::int64_t> tileShape(const Capture& capture) {
  for (const char* name : {"prediction", "image"}) {
    const Array* array = capture.find(name);
    if (array == nullptr || array->shape.size() < 3) continue;
    return {array->shape.front(), array->shape[array->shape.size() - 2], array->shape.back()};
  }
  const Json size = capture.info().value("tile", Json());
  const auto edge = [](const Json& each) { return each.is_number_integer() && each > 0; };
  if (!size.is_array() || size.size() != 2 || !std::all_of(size.begin(), size.end(), edge))
    return {};
  return {static_cast<std::int64_t>(capture.samples().size()), size[0].get<std::int64_t>(),
          size[1].get<std::int64_t>()};
}

std::vector<MapTransform> transformsOf(const Capture& capture) {
  const Array* array = capture.find("geotransform");
  if (array == nullptr || array->shape.size() != 2 || array->shape[1] != 6) return {};
  std::vector<MapTransform> transforms(static_cast<std::size_t>(array->shape[0]));
  for (std::size_t i = 0; i < transforms.size(); ++i) {
    readValues(*array, static_cast<std::int64_t>(i) * 6, std::span<double>(transforms[i]));
    if (!std::all_of(transforms[i].begin(), transforms[i].end(),
                     [](double value) { return std::isfinite(value); }))
      return {};
  }
  return transforms;
}

RasterFacts placeOf(const Json& origin) {
  RasterFacts facts;
  facts.placed = true;
  facts.crs = origin.value("crs", ""), facts.crs_name = origin.value("crs_name", "");
  facts.geographic = origin.value("geographic", false);
  facts.metres = origin.value("metres", 0.0);
  return facts;
}

/// Shifts the first tile's grid so that it begins where the outermost tile does. False where the
/// tiles lie so far apart that they are on no grid.
bool spanTiles(TileGrid& grid) {
  QRectF all;
  for (const TileGrid::Tile& tile : grid.tiles) all |= grid.outline(tile).boundingRect();
  if (!(all.width() < kLargestGrid && all.height() < kLargestGrid)) return false;
  const double left = std::floor(all.left() + kRounding), top = std::floor(all.top() + kRounding);
  grid.facts.width = std::llround(std::ceil(all.right() - kRounding) - left);
  grid.facts.height = std::llround(std::ceil(all.bottom() - kRounding) - top);
  for (TileGrid::Tile& tile : grid.tiles) tile.to_grid *= QTransform::fromTranslate(-left, -top);
  MapTransform& t = grid.facts.transform;
  const MapTransform first = t;
  t[0] = first[0] + left * first[1] + top * first[2];
  t[3] = first[3] + left * first[4] + top * first[5];
  return true;
}

}  // namespace

QPolygonF TileGrid::outline(const Tile& tile) const {
  return tile.to_grid.map(
      QPolygonF(QRectF(0, 0, static_cast<double>(shape[2]), static_cast<double>(shape[1]))));
}

const TileGrid::Tile* TileGrid::tileOf(int sample) const {
  const auto found = std::find_if(tiles.begin(), tiles.end(),
                                  [sample](const Tile& tile) { return tile.sample == sample; });
  return found == tiles.end() ? nullptr : &*found;
}

bool TileGrid::covers(const Capture& capture, const std::string& array) const {
  const Array* found = capture.find(array);
  if (found == nullptr || found->shape.size() < 3 || found->shape.size() > 4) return false;
  const auto& its = found->shape;
  return its.front() == shape[0] && its[its.size() - 2] == shape[1] && its.back() == shape[2];
}

std::vector<TileGrid> tileGridsOf(const Capture& capture) {
  const std::vector<MapTransform> transforms = transformsOf(capture);
  const std::vector<std::int64_t> shape = tileShape(capture);
  const auto origins = capture.info().find("origins");
  if (shape.empty() || shape[0] != std::ssize(transforms) || origins == capture.info().end() ||
      !origins->is_array() || origins->size() != transforms.size())
    return {};
  std::vector<TileGrid> grids;
  std::vector<QTransform> to_first;  // from the ground to the first tile of each
  for (std::size_t i = 0; i < transforms.size(); ++i) {
    const Json& origin = (*origins)[i];
    if (!origin.is_object()) return {};
    const QString scene = QString::fromStdString(origin.value("scene", ""));
    const Path file = origin.value("file", "");
    auto grid = std::find_if(grids.begin(), grids.end(), [&](const TileGrid& one) {
      return one.scene == scene && one.file == file;
    });
    if (grid == grids.end()) {
      bool invertible = false;
      to_first.push_back(transformOf(transforms[i]).inverted(&invertible));
      if (!invertible) return {};
      grids.push_back({scene, file, {}, shape, placeOf(origin)});
      grid = std::prev(grids.end());
      grid->facts.transform = transforms[i];
    }
    const auto number = static_cast<std::size_t>(grid - grids.begin());
    grid->tiles.push_back({static_cast<int>(i), transformOf(transforms[i]) * to_first[number]});
  }
  for (TileGrid& grid : grids) {
    if (!spanTiles(grid)) return {};
  }
  return grids;
}

CaptureRaster::CaptureRaster(const CapturePtr& capture, const std::string& array,
                             const TileGrid& grid, bool classes)
    : MapRaster(capture->path()) {
  facts_ = grid.facts;
  const Array& values = *capture->find(array);
  rows_ = values.shape.at(values.shape.size() - 2), columns_ = values.shape.back();
  const auto bands = static_cast<std::size_t>(values.shape.size() == 4 ? values.shape[1] : 1);
  const std::size_t size = bands * static_cast<std::size_t>(rows_ * columns_);
  for (const TileGrid::Tile& tile : grid.tiles) {
    tiles_.push_back({tile.to_grid, std::vector<float>(size)});
    readValues(values, tile.sample * static_cast<std::int64_t>(size),
               std::span(tiles_.back().values));
  }
  nameBands(*capture, bands, classes);
  if (classes) asStored(*capture);
}

CaptureRaster::CaptureRaster(const Path& file, const TileGrid& grid, TileValues values)
    : MapRaster(file), columns_(values.columns), rows_(values.rows) {
  facts_ = grid.facts;
  facts_.bands = {{"band 1", "", "Float32"}};
  const QTransform to_tile =
      QTransform::fromScale(static_cast<double>(grid.shape[2]) / static_cast<double>(columns_),
                            static_cast<double>(grid.shape[1]) / static_cast<double>(rows_));
  for (std::size_t i = 0; i < values.tiles.size(); ++i)
    tiles_.push_back({to_tile * grid.tiles.at(i).to_grid, std::move(values.tiles[i])});
}

void CaptureRaster::nameBands(const Capture& capture, std::size_t bands, bool classes) {
  for (std::size_t band = 0; band < bands; ++band)
    facts_.bands.push_back({"band " + std::to_string(band + 1), "", classes ? "Byte" : "Float32"});
  if (!classes) return;
  for (const QString& name : capture.classes()) facts_.classes.push_back(name.toStdString());
}

/// A mask of the values 1 to 8 says 1 where the model says class 0: the map speaks as the files do.
void CaptureRaster::asStored(const Capture& capture) {
  const StoredClasses stored(capture.info());
  if (stored.count() == 0) return;
  std::vector<std::string> names;
  for (int i = 0; i < static_cast<int>(stored.count()); ++i) {
    const auto place = static_cast<std::size_t>(stored.of(i));
    names.resize(std::max(names.size(), place + 1));
    names[place] = facts_.classes[static_cast<std::size_t>(i)];
  }
  facts_.classes = std::move(names);
  for (Tile& tile : tiles_) {
    for (float& value : tile.values) {
      const bool known = value >= 0 && value < static_cast<float>(stored.count());
      value = static_cast<float>(known ? stored.of(static_cast<int>(value)) : kNone);
    }
  }
}

std::vector<float> CaptureRaster::read(const std::vector<int>& bands, const RasterPart& part) {
  const auto plane = static_cast<std::size_t>(part.columns * part.rows);
  std::vector<float> values(bands.size() * plane, static_cast<float>(kNone));
  for (std::size_t i = 0; i < bands.size(); ++i) {
    for (const Tile& tile : tiles_) drawTile(tile, bands[i], part, values.data() + i * plane);
  }
  return values;
}

void CaptureRaster::drawTile(const Tile& tile, int band, const RasterPart& part, float* out) const {
  const double across = part.width / static_cast<double>(part.columns),
               down = part.height / static_cast<double>(part.rows);
  const QTransform to_tile = tile.to_grid.inverted();
  const QRectF covered =
      tile.to_grid.mapRect(QRectF(0, 0, static_cast<double>(columns_), static_cast<double>(rows_)));
  const auto within = [](double place, std::int64_t most) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(place)), 0, most);
  };
  const std::int64_t first_row = within((covered.top() - part.top) / down, part.rows),
                     end_row = within((covered.bottom() - part.top) / down + 1, part.rows),
                     first_column = within((covered.left() - part.left) / across, part.columns),
                     end_column = within((covered.right() - part.left) / across + 1, part.columns);
  const float* const plane = tile.values.data() + band * rows_ * columns_;
  for (std::int64_t row = first_row; row < end_row; ++row) {
    for (std::int64_t column = first_column; column < end_column; ++column) {
      const QPointF at =
          to_tile.map(QPointF(part.left + (static_cast<double>(column) + 0.5) * across,
                              part.top + (static_cast<double>(row) + 0.5) * down));
      const auto x = static_cast<std::int64_t>(std::floor(at.x())),
                 y = static_cast<std::int64_t>(std::floor(at.y()));
      if (x < 0 || y < 0 || x >= columns_ || y >= rows_) continue;
      out[row * part.columns + column] = plane[y * columns_ + x];
    }
  }
}

std::optional<std::array<double, 2>> CaptureRaster::latitudeLongitude(double, double) {
  return std::nullopt;  // what knows reference systems is the reader of files
}

}  // namespace warmstart
