// Scenes with masks of classes or of numbers: the data set of segmentation and regression recipes.
#include <ATen/ATen.h>

#include <limits>
#include <map>
#include <mutex>

#include "core/base/error.h"
#include "core/data/map_files.h"
#include "plugins/satellite/components/mask_reader.h"
#include "plugins/satellite/components/scene_map.h"
#include "plugins/satellite/components/scene_tiles.h"
#include "plugins/satellite/components/tile_scores.h"

namespace warmstart::satellite {

/// Fields: image (C,H,W) float in physical units; of masks of classes label (H,W) int64, 255 where
/// the mask has no data or the image has none; of masks of numbers target (1,H,W) float, NaN there;
/// location (2) float64, latitude and longitude of the centre in degrees,
/// and geotransform (6) float64 of its pixels, where all scenes have a georeference; date ()
/// float64, share of the year, where a table tells it.
class RasterPairs final : public Dataset, public MapFiles {
 public:
  struct Config {
    std::string root, images = "images", masks = "masks", masks_hold = "classes", attribute, layer,
                      table;
    std::vector<std::string> classes;
    std::vector<std::int64_t> values;
    SceneSettings scenes;
    std::int64_t limit = 0, predict_tile = 0;
    double predict_overlap = 0.25;
    bool labelled = true, confidence = false, all_touched = false;
    void describe(Fields& fields) {
      fields.field("root", root, "folder with images/ and masks/").required();
      fields.field("images", images,
                   "folder of the images: NAME.tif, or NAME/ with a file for each band");
      fields.field("masks", masks,
                   "folder of the masks, NAME.*: one band of numbers, or shapes (.geojson, .gpkg)");
      fields
          .field("masks_hold", masks_hold,
                 "classes: whole numbers that stand for them, or shapes; numbers: a value for each "
                 "pixel, such as a density or a height, for regression")
          .one_of({"classes", "numbers"});
      fields.field("table", table,
                   "CSV in the root with a row an image: name, date (YYYY-MM-DD), and latitude and "
                   "longitude of files that say no place; empty: none");
      fields.field("attribute", attribute,
                   "of shapes: what names their class; empty: all are of the second class. What no "
                   "shape covers is of the first");
      fields.field("layer", layer,
                   "of files of shapes that have several: which; empty: they have one alone");
      fields.field("all_touched", all_touched,
                   "shapes cover every pixel they touch, not those whose centre they hold");
      fields.field("classes", classes,
                   "names of the classes, in the order of their numbers; none where masks hold "
                   "numbers, and where none are read");
      fields
          .field("values", values,
                 "what the masks hold for each class; empty: 0, 1, ... A mask's no-data value is "
                 "left out of training and measures")
          .within(-32768, 65535);
      scenes.describe(fields);
      fields.field("limit", limit, "use the first so many tiles of the part; 0 = all").at_least(0);
      fields.field("labelled", labelled, "read the masks too");
      fields
          .field(
              "predict_tile", predict_tile,
              "edge of the tiles that a map is made of, 16 or more; 0 = as the model takes them, "
              "256 where it takes any")
          .at_least(0)
          .unit("pixels");
      fields
          .field("predict_overlap", predict_overlap, "least share that two of them have in common")
          .within(0, 0.9);
      fields.field("confidence", confidence, "maps come with the probability of the class");
    }
  };

  explicit RasterPairs(const Config& config) : config_(config) {
    check_settings();
    const auto tiles = std::make_shared<SceneTiles>(
        find_pairs(config.root, config.images, config.labelled ? config.masks : ""), config.scenes,
        config.labelled);
    if (!config.table.empty()) tiles->read_table(Path(config.root) / config.table);
    tiles_ = tiles;
    masks_ = MaskReader({numbers(),
                         {config.attribute, config.classes, config.layer, config.all_touched},
                         config.values});
    if (config.labelled) masks_.check(*tiles_);
    check_limit();
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
    if (config_.labelled) add_reference(i, tile.has_data_HW.logical_not(), sample.fields);
    tiles_->add_place_and_time(i, sample.fields);
    if (mapping_) sample.fields.set("geotransform", tiles_->geotransform(i));
    return sample;
  }

  Json origin(std::int64_t index) const override {
    return tiles_->origin(static_cast<std::size_t>(index));
  }

  Json facts() const override {
    Json facts = tiles_->facts();
    if (numbers()) facts["targets"] = 1;
    if (config_.classes.empty()) return facts;
    facts["classes"] = config_.classes.size();
    facts["class_names"] = config_.classes;
    facts["no_class"] = kNoClass;
    if (!config_.values.empty()) facts["class_values"] = config_.values;
    return facts;
  }

  std::int64_t map_tile() const override { return config_.predict_tile; }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    return for_maps(paths, {config_.predict_tile > 0 ? config_.predict_tile : kFreeMapTile, false});
  }

  std::shared_ptr<Dataset> for_maps(const std::vector<std::string>& paths,
                                    const MapRequest& request) const override {
    SceneSettings scenes = config_.scenes;
    scenes.split = {}, scenes.small = true;
    scenes.tile = request.tile, scenes.overlap = config_.predict_overlap;
    const auto maps = std::make_shared<RasterPairs>(*this);
    maps->config_.labelled = false, maps->config_.limit = 0;
    maps->config_.predict_tile = request.tile;
    maps->config_.confidence = config_.confidence || request.confidence;
    maps->check_confidence();
    maps->tiles_ = std::make_shared<const SceneTiles>(scenes_apart(paths), scenes, false);
    maps->tiles_->require_like(*tiles_);
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
    const TileGrid grid{config_.predict_tile, config_.predict_tile, tiles_->geotransform(i)};
    mapping_->map->add(tiles_->tile(i).window, scores_on_tile(outputs, grid, tiles_->name(i)),
                       noted.mapped());
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

  bool numbers() const { return config_.masks_hold == "numbers"; }

  void check_settings() const {
    const auto refuse = [](const char* key, const std::string& what, const char* hint) {
      throw Error(what, std::string("satellite.raster_pairs.") + key, hint);
    };
    const std::size_t classes = config_.classes.size();
    if (numbers() && (classes > 0 || !config_.values.empty() || !config_.attribute.empty()))
      refuse("masks_hold", "masks of numbers have no classes, values and attribute",
             "leave these out, or set masks_hold: classes");
    const bool unnamed = classes == 0 && !config_.labelled;
    if (!numbers() && !unnamed && (classes < 2 || classes > kNoClass))
      refuse("classes", "classes has " + std::to_string(classes) + " names",
             "name 2 to 255 classes");
    if (!config_.values.empty() && config_.values.size() != classes)
      refuse("values",
             "values has " + std::to_string(config_.values.size()) + " numbers for " +
                 std::to_string(classes) + " classes",
             "give one value for each class");
    if (config_.predict_tile > 0 && config_.predict_tile < 16)
      refuse("predict_tile", "tiles of " + std::to_string(config_.predict_tile) + " pixels",
             "give 16 or more, or 0");
    check_confidence();
  }

  void check_confidence() const {
    if (numbers() && config_.confidence)
      throw Error("a map of numbers has no confidence", "satellite.raster_pairs.confidence",
                  "leave it out");
  }

  void check_limit() const {
    const auto all = static_cast<std::int64_t>(tiles_->size());
    if (config_.limit > all)
      throw Error("limit is " + std::to_string(config_.limit) + ", the part has " +
                      std::to_string(all) + " tiles",
                  "satellite.raster_pairs.limit", "ask for fewer, or 0 for all");
  }

  void add_reference(std::size_t i, const at::Tensor& missing_HW, Batch& fields) const {
    if (numbers()) {
      fields.set("target", masks_.numbers(*tiles_, i)
                               .masked_fill(missing_HW, std::numeric_limits<double>::quiet_NaN()));
    } else {
      fields.set("label", masks_.classes(*tiles_, i).masked_fill(missing_HW, kNoClass));
    }
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

  Config config_;
  std::shared_ptr<const SceneTiles> tiles_;
  MaskReader masks_;
  std::shared_ptr<Mapping> mapping_;  // null but while a map is made
};

const Registered<Dataset, RasterPairs> raster_pairs{Card{
    .name = "raster_pairs",
    .summary = "georeferenced images with masks of classes or numbers, whole or cut into tiles",
    .needs = {},
    .yields = {"image", "label", "target", "location", "geotransform", "date"},
    .papers = {15},
}};

}  // namespace warmstart::satellite
