// Scenes with masks of classes: the data set of segmentation recipes.
#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "core/base/error.h"
#include "plugins/satellite/components/scene_map.h"
#include "plugins/satellite/components/scene_tiles.h"
#include "plugins/satellite/io/vector_labels.h"

namespace warmstart::satellite {

/// Fields: image (C,H,W) float in physical units; label (H,W) int64, 255 where the mask has no data
/// or the image has none; location (2) float64, latitude and longitude of the centre in degrees,
/// and geotransform (6) float64 of its pixels, where all scenes have a georeference; date ()
/// float64, share of the year, where a table tells it.
class RasterPairs final : public Dataset {
 public:
  struct Config {
    std::string root, images = "images", masks = "masks", attribute, table;
    std::vector<std::string> classes;
    std::vector<std::int64_t> values;
    SceneSettings scenes;
    std::int64_t limit = 0, predict_tile = 256;
    double predict_overlap = 0.25;
    bool labelled = true, confidence = false, all_touched = false;
    void describe(Fields& fields) {
      fields.field("root", root, "folder with images/ and masks/").required();
      fields.field("images", images,
                   "folder of the images: NAME.tif, or NAME/ with a file for each band");
      fields.field(
          "masks", masks,
          "folder of the masks, NAME.*: one band of whole numbers, or shapes (.geojson, .gpkg)");
      fields.field("table", table,
                   "CSV in the root with a row an image: name, date (YYYY-MM-DD), and latitude and "
                   "longitude of files that say no place; empty: none");
      fields.field("attribute", attribute,
                   "of shapes: what names their class; empty: all are of the second class. What no "
                   "shape covers is of the first");
      fields.field("all_touched", all_touched,
                   "shapes cover every pixel they touch, not those whose centre they hold");
      fields.field("classes", classes, "names of the classes, in the order of their numbers");
      fields
          .field("values", values,
                 "what the masks hold for each class; empty: 0, 1, ... A mask's no-data value is "
                 "left out of training and measures")
          .within(-32768, 65535);
      scenes.describe(fields);
      fields.field("limit", limit, "use the first so many tiles of the part; 0 = all").at_least(0);
      fields.field("labelled", labelled, "read the masks too");
      fields.field("predict_tile", predict_tile, "edge of the tiles that a map is made of")
          .at_least(16)
          .unit("pixels");
      fields
          .field("predict_overlap", predict_overlap, "least share that two of them have in common")
          .within(0, 0.9);
      fields.field("confidence", confidence, "maps come with the probability of the class");
    }
  };

  explicit RasterPairs(const Config& config) : config_(config) {
    check_classes();
    const auto tiles = std::make_shared<SceneTiles>(
        find_pairs(config.root, config.images, config.labelled ? config.masks : ""), config.scenes,
        config.labelled);
    if (!config.table.empty()) tiles->read_table(Path(config.root) / config.table);
    tiles_ = tiles;
    if (config.labelled) check_all_shapes();
  }

  std::int64_t size() const override {
    const auto all = static_cast<std::int64_t>(tiles_->size());
    return config_.limit > 0 ? std::min(config_.limit, all) : all;
  }

  Sample get(std::int64_t index) const override {
    const auto i = static_cast<std::size_t>(index);
    TileImage tile = tiles_->read(i);
    Sample sample{tiles_->name(i), {}};
    if (mapping_) tile = noted_for_map(index, tile);
    sample.fields.set("image", tile.image_CHW);
    if (config_.labelled)
      sample.fields.set("label", label_of(i).masked_fill(tile.has_data_HW.logical_not(), kNoClass));
    tiles_->add_place_and_time(i, sample.fields);
    return sample;
  }

  Json origin(std::int64_t index) const override {
    return tiles_->origin(static_cast<std::size_t>(index));
  }

  Json facts() const override {
    Json facts = tiles_->facts();
    facts["classes"] = config_.classes.size();
    facts["class_names"] = config_.classes;
    facts["no_class"] = kNoClass;
    if (!config_.values.empty()) facts["class_values"] = config_.values;
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    std::vector<SceneFiles> files;
    for (const std::string& path : paths) files.push_back(scene_at(path));
    Config config = config_;
    config.labelled = false, config.limit = 0;
    SceneSettings scenes = config.scenes;
    scenes.split = {}, scenes.small = true;
    scenes.tile = config.predict_tile, scenes.overlap = config.predict_overlap;
    const auto maps = std::make_shared<RasterPairs>(*this);
    maps->config_ = config;
    maps->tiles_ = std::make_shared<const SceneTiles>(files, scenes, false);
    const std::size_t wanted = tiles_->facts()["channels"],
                      have = maps->tiles_->facts()["channels"];
    if (wanted != have)
      throw Error("the scene has " + std::to_string(have) + " bands, the model was trained on " +
                      std::to_string(wanted),
                  paths.front(), "give a scene with the same bands");
    maps->mapping_ = std::make_shared<Mapping>();
    return maps;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    if (!mapping_) return Dataset::save_prediction(index, outputs, folder);
    const auto i = static_cast<std::size_t>(index);
    const std::lock_guard lock(mapping_->mutex);
    if (!mapping_->map)
      mapping_->map = std::make_unique<SceneMap>(
          tiles_->scene(i), MapSettings{config_.classes, config_.values, config_.confidence},
          folder);
    const auto noted = mapping_->has_data.extract(index);
    if (noted.empty())
      throw Error("tile " + std::to_string(index) + " was not read", tiles_->name(i), "");
    mapping_->map->add(tiles_->tile(i).window, outputs, noted.mapped());
    const bool last = i + 1 == tiles_->size() || tiles_->tile(i + 1).scene != tiles_->tile(i).scene;
    if (!last) return {};
    const auto files = mapping_->map->finish();
    mapping_->map.reset();
    return files;
  }

 private:
  /// The map that is being made, tile after tile.
  struct Mapping {
    std::mutex mutex;
    std::map<std::int64_t, at::Tensor> has_data;
    std::unique_ptr<SceneMap> map;
  };

  void check_classes() const {
    const std::size_t classes = config_.classes.size();
    if (classes < 2 || classes > kNoClass)
      throw Error("classes has " + std::to_string(classes) + " names",
                  "satellite.raster_pairs.classes", "name 2 to 255 classes");
    if (!config_.values.empty() && config_.values.size() != classes)
      throw Error("values has " + std::to_string(config_.values.size()) + " numbers for " +
                      std::to_string(classes) + " classes",
                  "satellite.raster_pairs.values", "give one value for each class");
  }

  /// Keeps what save_prediction needs of the tile, and fills it up to its full size by repeating
  /// its edge.
  TileImage noted_for_map(std::int64_t index, const TileImage& tile) const {
    const std::lock_guard lock(mapping_->mutex);
    mapping_->has_data[index] = tile.has_data_HW;
    const std::int64_t down = config_.predict_tile - tile.image_CHW.size(1),
                       across = config_.predict_tile - tile.image_CHW.size(2);
    if (down <= 0 && across <= 0) return tile;
    return {at::replication_pad2d(tile.image_CHW, {0, across, 0, down}), tile.has_data_HW};
  }

  void check_all_shapes() const {
    std::set<Path> seen;
    for (std::size_t i = 0; i < tiles_->size(); ++i) {
      const Path& mask = tiles_->files(i).mask;
      if (is_vector_name(mask) && seen.insert(mask).second) check_shapes(mask, burning());
    }
  }

  BurnSettings burning() const { return {config_.attribute, config_.classes, config_.all_touched}; }

  at::Tensor burned_label(std::size_t i) const {
    const Window& window = tiles_->tile(i).window;
    const std::vector<std::uint8_t> burned =
        burn_labels(tiles_->files(i).mask, tiles_->scene(i).info(), window, burning());
    return at::tensor(at::ArrayRef<std::uint8_t>(burned), at::kByte)
        .to(at::kLong)
        .view({window.height, window.width});
  }

  at::Tensor label_of(std::size_t i) const {
    if (tiles_->mask(i) == nullptr) return burned_label(i);
    const Scene& mask = *tiles_->mask(i);
    const Window& window = tiles_->tile(i).window;
    const std::vector<float> stored = mask.read({0}, window);
    at::Tensor label = at::full({window.height, window.width}, kNoClass, at::kLong);
    std::int64_t* const out = label.data_ptr<std::int64_t>();
    for (std::size_t p = 0; p < stored.size(); ++p)
      if (!std::isnan(stored[p])) out[p] = class_of(stored[p], mask);
    return label;
  }

  std::int64_t class_of(float stored, const Scene& mask) const {
    const auto classes = static_cast<std::int64_t>(config_.classes.size());
    for (std::int64_t k = 0; k < classes; ++k) {
      const std::int64_t value =
          config_.values.empty() ? k : config_.values[static_cast<std::size_t>(k)];
      if (stored == static_cast<float>(value)) return k;
    }
    throw Error("mask " + mask.name() + " holds " + c10::str(stored) + ", which is no class",
                mask.file().string(), "correct `values`, or the mask and its no-data value");
  }

  Config config_;
  std::shared_ptr<const SceneTiles> tiles_;
  std::shared_ptr<Mapping> mapping_;  // null but while a map is made
};

const Registered<Dataset, RasterPairs> raster_pairs{Card{
    .name = "raster_pairs",
    .summary = "georeferenced images with masks of classes, whole or cut into tiles",
    .needs = {},
    .yields = {"image", "label", "location", "geotransform", "date"},
    .papers = {15},
}};

}  // namespace warmstart::satellite
