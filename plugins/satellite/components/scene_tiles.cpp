#include "plugins/satellite/components/scene_tiles.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/log.h"
#include "plugins/satellite/io/vector_labels.h"

namespace warmstart::satellite {
namespace {

at::Tensor tensor_of(const std::vector<float>& values, at::IntArrayRef shape) {
  return at::from_blob(const_cast<float*>(values.data()), shape, at::kFloat).clone();
}

bool holds_data(const RasterInfo& info) {
  return std::any_of(info.bands.begin(), info.bands.end(),
                     [](const RasterBand& band) { return band.valid > 0; });
}

}  // namespace

const std::set<std::string>& wide_types() {
  static const std::set<std::string> types{"UInt16", "Int16", "UInt32", "Int32", "UInt64", "Int64"};
  return types;
}

void SceneSettings::describe(Fields& fields) {
  fields.field("bands", bands,
               "which bands, in this order: names, words of names, or numbers from 1; empty: all");
  fields
      .field("grid", grid, "whose pixels a scene of several files takes where they differ in size")
      .one_of({"finest", "coarsest"});
  describe_files(fields);
  fields.field("tile", tile, "edge of the square tiles that scenes are cut into; 0 = whole images")
      .at_least(0)
      .unit("pixels");
  fields.field("overlap", overlap, "least share of a tile that its neighbour covers too")
      .within(0, 0.9);
  fields.field("part", split.part, "which tiles, by blocks of ground")
      .one_of({"all", "train", "validation", "test"});
  fields.field("test_share", split.test_share, "share of tiles drawn for the test part")
      .within(0, 0.9);
  fields.field("validation_share", split.validation_share, "share drawn for the validation part")
      .within(0, 0.9);
  fields.field("block", split.block, "edge of the blocks of ground that stay in one part")
      .above(0)
      .unit("tiles");
  fields
      .field("gap", split.gap,
             "ground between the parts: tiles closer to a held-out tile are left out")
      .at_least(0)
      .unit("tiles");
  fields.field("draw", split.draw, "which blocks are drawn").at_least(0);
}

void SceneSettings::describe_files(Fields& fields) {
  fields.field("fill", fill, "value of pixels without data");
  fields.field("vrt_outside_folder", vrt_outside_folder,
               "VRTs may draw on files anywhere, not in their own folder alone: only for VRTs that "
               "you made yourself");
}

void require_readable_whole(const RasterInfo& info, std::size_t bands, const Path& file) {
  const auto all = static_cast<std::int64_t>(bands);
  if (info.width <= kMostWindowBytes / 4 / info.height / all) return;
  throw Error("the image is " + std::to_string(info.width) + "x" + std::to_string(info.height) +
                  " with " + std::to_string(bands) + " bands, too large to be read whole",
              file.string(), "cut it into tiles: tile: 256");
}

SceneTiles::SceneTiles(const std::vector<SceneFiles>& files, const SceneSettings& settings,
                       bool masks)
    : settings_(settings) {
  admit(files, settings, masks);
  warn_of_constant_bands();
  cut(settings);
  locate();
  placed_ = std::all_of(scenes_.begin(), scenes_.end(),
                        [](const Scene& scene) { return scene.info().place.has_value(); });
}

void SceneTiles::admit(const std::vector<SceneFiles>& files, const SceneSettings& settings,
                       bool masks) {
  std::vector<Path> paths;
  for (const SceneFiles& one : files) {
    paths.insert(paths.end(), one.images.begin(), one.images.end());
    if (masks && !is_vector_name(one.mask)) paths.push_back(one.mask);
  }
  const std::vector<RasterAdmission> admissions =
      RasterGate({}, {},
                 settings.vrt_outside_folder ? VrtSources::kAnywhere : VrtSources::kInItsFolder)
          .admit(paths);
  const SceneGrid grid = settings.grid == "finest" ? SceneGrid::kFinest : SceneGrid::kCoarsest;
  std::vector<Path> shapes;
  auto next = admissions.begin();
  for (const SceneFiles& one : files) {
    const auto end = next + static_cast<std::ptrdiff_t>(one.images.size());
    Scene scene(one.name, {next, end}, grid);
    next = end;
    std::optional<Scene> mask;
    if (masks && is_vector_name(one.mask)) {
      shapes.push_back(one.mask);
    } else if (masks) {
      mask.emplace(one.name, std::vector<RasterAdmission>{*next++});
      const std::string difference = grid_difference(scene.info(), mask->info());
      if (!difference.empty())
        throw Error("image and mask " + one.name + " differ: " + difference, one.mask.string(),
                    "bring the mask onto the image's grid (gdalwarp -te -ts -t_srs)");
    }
    if (!holds_data(scene.info())) {
      skipped_.push_back(one.name + ": no data in any band");
      continue;
    }
    bands_.push_back(pick_bands(scene.info().bands, settings.bands, scene.file().string()));
    if (bands_.back().size() != bands_.front().size())
      throw Error("the image has " + std::to_string(bands_.back().size()) + " bands, " +
                      scenes_.front().name() + " has " + std::to_string(bands_.front().size()),
                  scene.file().string(), "name the bands that all images have");
    scenes_.push_back(std::move(scene));
    masks_.push_back(std::move(mask));
    files_.push_back(one);
  }
  require_good_vectors(shapes);
  if (scenes_.empty())
    throw Error("no image holds any data", files.empty() ? "" : files.front().name,
                "check the no-data values of the files");
}

void SceneTiles::warn_of_constant_bands() const {
  for (std::size_t b = 0; b < bands_.front().size(); ++b) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t s = 0; s < scenes_.size(); ++s) {
      const RasterBand& band = scenes_[s].info().bands[bands_[s][b]];
      if (band.valid == 0) continue;
      low = std::min(low, band.low), high = std::max(high, band.high);
    }
    if (low != high) continue;
    log_warning("band '" + scenes_.front().info().bands[bands_.front()[b]].name + "' is " +
                c10::str(low) + " in every pixel of " + std::to_string(scenes_.size()) +
                " image(s), so it tells a model nothing (" + scenes_.front().file().string() + ")");
  }
}

std::set<std::string> SceneTiles::stored_types() const {
  std::set<std::string> types;
  for (std::size_t s = 0; s < scenes_.size(); ++s) {
    for (const std::size_t number : bands_[s]) {
      const RasterBand& band = scenes_[s].info().bands[number];
      if (band.scale == 1 && band.offset == 0) types.insert(band.type);
    }
  }
  return types;
}

std::vector<Footprint> SceneTiles::footprints() const {
  std::vector<Footprint> prints;
  for (const SceneTile& tile : tiles_)
    prints.push_back(
        footprint_of(scenes_[tile.scene].name(), scenes_[tile.scene].info(), tile.window));
  return prints;
}

void SceneTiles::require_like(const SceneTiles& trained) const {
  const std::string file = scenes_.front().file().string();
  const std::size_t have = bands_.front().size(), wanted = trained.bands_.front().size();
  if (have != wanted)
    throw Error("the scene has " + std::to_string(have) + " bands, the model was trained on " +
                    std::to_string(wanted),
                file, "give a scene with the same bands");
  const auto one_of = [](const std::set<std::string>& types, const std::set<std::string>& wanted) {
    return std::any_of(types.begin(), types.end(),
                       [&](const std::string& type) { return wanted.count(type) > 0; });
  };
  const std::set<std::string> mine = stored_types(), theirs = trained.stored_types();
  const bool wider = one_of(mine, wide_types()) && theirs == std::set<std::string>{"Byte"};
  const bool narrower = mine == std::set<std::string>{"Byte"} && one_of(theirs, wide_types());
  if (!wider && !narrower) return;
  throw Error(
      "the scene holds " + *mine.rbegin() + " values, the model was trained on " + *theirs.rbegin(),
      file, "give the values that it was trained on");
}

void SceneTiles::cut(const SceneSettings& settings) {
  std::vector<SceneTile> all;
  std::vector<Footprint> prints;
  for (std::size_t s = 0; s < scenes_.size(); ++s) {
    const RasterInfo& info = scenes_[s].info();
    if (settings.tile == 0) require_readable_whole(info, bands_[s].size(), scenes_[s].file());
    if (!settings.small && settings.tile > 0 && std::min(info.width, info.height) < settings.tile)
      throw Error("the image is " + std::to_string(info.width) + "x" + std::to_string(info.height) +
                      ", smaller than a tile of " + std::to_string(settings.tile),
                  scenes_[s].file().string(), "use smaller tiles");
    for (const Window& window :
         tiles_over(info.width, info.height, settings.tile, settings.overlap)) {
      all.push_back({s, window});
      prints.push_back(footprint_of(scenes_[s].name(), info, window));
    }
  }
  for (const std::size_t i : tiles_of_part(prints, settings.split)) tiles_.push_back(all[i]);
}

void SceneTiles::locate() {
  std::vector<std::array<double, 2>> found;
  for (std::size_t i = 0; i < tiles_.size();) {
    const std::size_t scene = tiles_[i].scene;
    std::vector<std::array<double, 2>> centres;
    for (; i < tiles_.size() && tiles_[i].scene == scene; ++i) {
      const Window& window = tiles_[i].window;
      centres.push_back({static_cast<double>(window.column) + static_cast<double>(window.width) / 2,
                         static_cast<double>(window.row) + static_cast<double>(window.height) / 2});
    }
    const auto& place = scenes_[scene].info().place;
    const auto points =
        place ? latitudes_longitudes(*place, centres) : std::vector<std::array<double, 2>>{};
    if (points.empty()) return;
    found.insert(found.end(), points.begin(), points.end());
  }
  locations_ = std::move(found);
}

const Scene* SceneTiles::mask(std::size_t i) const {
  const auto& mask = masks_[tiles_.at(i).scene];
  return mask ? &*mask : nullptr;
}

std::string SceneTiles::name(std::size_t i) const {
  const SceneTile& tile = tiles_.at(i);
  const std::string& name = scenes_[tile.scene].name();
  if (settings_.tile == 0) return name;
  return name + " @" + std::to_string(tile.window.column) + "," + std::to_string(tile.window.row);
}

TileImage SceneTiles::read(std::size_t i) const {
  const SceneTile& tile = tiles_.at(i);
  const auto& bands = bands_[tile.scene];
  const std::vector<float> values = scenes_[tile.scene].read(bands, tile.window);
  const at::Tensor raw = tensor_of(
      values, {static_cast<std::int64_t>(bands.size()), tile.window.height, tile.window.width});
  const at::Tensor missing = raw.isnan();
  return {raw.masked_fill(missing, settings_.fill), missing.all(0).logical_not()};
}

void SceneTiles::read_table(const Path& file) {
  table_.emplace(file);
  for (const Scene& scene : scenes_) table_->of(scene.name());
}

void SceneTiles::add_place_and_time(std::size_t i, Batch& fields) const {
  const ImageNote note = table_ ? table_->of(scene(i).name()) : ImageNote();
  std::optional<std::array<double, 2>> location = note.location;
  if (!locations_.empty()) location = locations_[i];
  if (location) fields.set("location", at::tensor({(*location)[0], (*location)[1]}, at::kDouble));
  if (placed_) fields.set("geotransform", geotransform(i));
  if (note.year_share) fields.set("date", at::scalar_tensor(*note.year_share, at::kDouble));
}

at::Tensor SceneTiles::geotransform(std::size_t i) const {
  const Window& window = tiles_.at(i).window;
  const Place place = scene(i).info().place.value_or(Place());
  std::array<double, 6> moved = place.transform;
  const auto corner = place.at(static_cast<double>(window.column), static_cast<double>(window.row));
  moved[0] = corner[0], moved[3] = corner[1];
  return at::tensor(at::ArrayRef<double>(moved), at::kDouble);
}

Json SceneTiles::origin(std::size_t i) const {
  if (!placed_) return nullptr;
  const Scene& from = scene(i);
  const std::string& crs = from.info().place->crs;
  const GroundUnit unit = ground_unit(crs);
  return {{"scene", from.name()},
          {"file", std::filesystem::absolute(from.file()).string()},
          {"crs", crs},
          {"crs_name", crs.empty() ? "" : crs_name(crs)},
          {"geographic", unit.geographic},
          {"metres", unit.metres}};
}

Json SceneTiles::facts() const {
  Json names = Json::array();
  for (const std::size_t band : bands_.front())
    names.push_back(scenes_.front().info().bands[band].name);
  const auto& place = scenes_.front().info().place;
  Json facts{{"channels", bands_.front().size()},
             {"dims", 2},
             {"band_names", names},
             {"stored_types", stored_types()},
             {"samples", tiles_.size()},
             {"scenes", scenes_.size()},
             {"crs", place ? crs_name(place->crs) : "none"}};
  if (!skipped_.empty()) facts["skipped"] = skipped_;
  return facts;
}

}  // namespace warmstart::satellite
