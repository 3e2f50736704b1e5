// Images in class folders: the data set of scene classification recipes.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/base/random.h"
#include "plugins/satellite/components/scene_tiles.h"

namespace warmstart::satellite {

/// Fields: image (C,H,W) float in the file's units; class () int64; location (2) and geotransform
/// (6) where all images have a georeference; date () where a table tells it.
class ImageFolder final : public Dataset {
 public:
  struct Config {
    std::string root, table;
    std::vector<std::string> bands;
    std::string part = "all";
    double test_share = 0.2, fill = 0;
    std::int64_t per_class = 0, draw = 0;
    void describe(Fields& fields) {
      fields.field("root", root, "folder of class folders of images").required();
      fields.field("bands", bands, "which bands, in this order; empty: all");
      fields.field("table", table,
                   "CSV in the root with a row an image (CLASS/NAME): name, date (YYYY-MM-DD), and "
                   "latitude and longitude of files that say no place; empty: none");
      fields.field("part", part, "all, or images drawn by their names, class by class")
          .one_of({"all", "train", "test"});
      fields.field("test_share", test_share, "share of each class drawn for the test part")
          .within(0, 0.9);
      fields.field("fill", fill, "value of pixels without data");
      fields.field("per_class", per_class, "use so many images of each class; 0 = all").at_least(0);
      fields.field("draw", draw, "which ones are drawn").at_least(0);
    }
  };

  explicit ImageFolder(const Config& config) : config_(config) {
    std::map<std::string, std::vector<SceneFiles>> classes;
    for (SceneFiles& image : find_class_folders(config.root))
      classes[image.label].push_back(std::move(image));
    std::vector<SceneFiles> chosen;
    for (auto& [label, images] : classes) {
      class_names_.push_back(label);
      for (SceneFiles& image : drawn(std::move(images))) chosen.push_back(std::move(image));
    }
    if (chosen.empty())
      throw Error("no image falls into the part '" + config.part + "'", config.root,
                  "give it a larger share");
    use(chosen);
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(images_->size()); }

  Sample get(std::int64_t index) const override {
    const auto i = static_cast<std::size_t>(index);
    Sample sample{images_->name(i), {}};
    sample.fields.set("image", images_->read(i).image_CHW);
    const std::string& label = images_->files(i).label;
    if (!label.empty()) {
      const auto place = std::find(class_names_.begin(), class_names_.end(), label);
      sample.fields.set("class", at::scalar_tensor(place - class_names_.begin(), at::kLong));
    }
    images_->add_place_and_time(i, sample.fields);
    return sample;
  }

  Json origin(std::int64_t index) const override {
    return images_->origin(static_cast<std::size_t>(index));
  }

  Json facts() const override {
    Json facts = images_->facts();
    facts["classes"] = class_names_.size();
    facts["class_names"] = class_names_;
    return facts;
  }

 private:
  /// The part's images of one class: the same ones for the same `draw`, whatever the order.
  std::vector<SceneFiles> drawn(std::vector<SceneFiles> images) const {
    const auto place = [&](const SceneFiles& image) {
      return mix_seed(static_cast<std::uint64_t>(config_.draw), "satellite.image/" + image.name);
    };
    std::sort(images.begin(), images.end(), [&](const SceneFiles& a, const SceneFiles& b) {
      return std::pair(place(a), a.name) < std::pair(place(b), b.name);
    });
    const auto test = static_cast<std::ptrdiff_t>(
        std::llround(config_.test_share * static_cast<double>(images.size())));
    if (config_.part == "test") images.erase(images.begin() + test, images.end());
    if (config_.part == "train") images.erase(images.begin(), images.begin() + test);
    if (config_.per_class > 0 && static_cast<std::size_t>(config_.per_class) < images.size())
      images.resize(static_cast<std::size_t>(config_.per_class));
    return images;
  }

  void use(const std::vector<SceneFiles>& images) {
    SceneSettings settings;
    settings.bands = config_.bands, settings.fill = config_.fill;
    const auto tiles = std::make_shared<SceneTiles>(images, settings, false);
    if (!config_.table.empty()) tiles->read_table(Path(config_.root) / config_.table);
    images_ = tiles;
  }

  Config config_;
  std::vector<std::string> class_names_;
  std::shared_ptr<const SceneTiles> images_;
};

const Registered<Dataset, ImageFolder> image_folder{Card{
    .name = "image_folder",
    .summary = "images in class folders (GeoTIFF, JPEG, PNG, ...), any number of bands",
    .needs = {},
    .yields = {"image", "class", "location", "geotransform", "date"},
    .papers = {16, 55},
}};

}  // namespace warmstart::satellite
