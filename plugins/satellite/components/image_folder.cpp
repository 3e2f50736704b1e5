// Images in class folders: the data set of scene classification recipes.
#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "plugins/satellite/components/image_split.h"
#include "plugins/satellite/components/whole_images.h"

namespace warmstart::satellite {

/// Fields: image (C,H,W) float in the file's units; class () int64; reference () bool, true of the
/// train part's images; location (2) and geotransform (6) where all images have a georeference;
/// date () where a table tells it.
class ImageFolder final : public WholeImages {
 public:
  struct Config {
    std::string root, table;
    SceneSettings scenes;
    ImageSplit split;
    std::int64_t per_class = 0;
    void describe(Fields& fields) {
      fields.field("root", root, "folder of class folders of images").required();
      fields.field("bands", scenes.bands, "which bands, in this order; empty: all");
      fields.field("table", table,
                   "CSV in the root with a row an image (CLASS/NAME): name, date (YYYY-MM-DD), and "
                   "latitude and longitude of files that say no place; empty: none");
      fields
          .field("part", split.part,
                 "all; train, validation or test; or probe: train and test together, train marked "
                 "as what a probe of features learns from")
          .one_of({"all", "train", "validation", "test", "probe"});
      split.describe(fields);
      scenes.describe_files(fields);
      fields
          .field(
              "per_class", per_class,
              "use so many images of each class (in probe: of each part), or all where there are "
              "fewer; 0 = all")
          .at_least(0);
    }
  };

  explicit ImageFolder(const Config& config) : config_(config) {
    config.split.check("satellite.image_folder");
    std::map<std::string, std::vector<PartedImage>> classes;
    for (PartedImage& one : config.split.parts_of(find_class_folders(config.root), config.scenes)) {
      const std::string label = one.image.label;
      classes[label].push_back(std::move(one));
    }
    std::vector<SceneFiles> chosen;
    for (auto& [label, images] : classes) {
      class_names_.push_back(label);
      choose(std::move(images), chosen);
    }
    if (!scarce_.empty())
      log_warning("per_class is " + std::to_string(config.per_class) + ", but the part '" +
                  config.split.part + "' has fewer of" + scarce_ + "; all of these are used (" +
                  config.root + ")");
    if (chosen.empty())
      throw Error("no image falls into the part '" + config.split.part + "'", config.root,
                  "give it a larger share");
    use(chosen);
  }

  Sample get(std::int64_t index) const override {
    const auto i = static_cast<std::size_t>(index);
    Sample sample{images_->name(i), {}};
    sample.fields.set("image", images_->read(i).image_CHW);
    const std::string& label = images_->files(i).label;
    if (!label.empty()) {
      const auto place = std::find(class_names_.begin(), class_names_.end(), label);
      sample.fields.set("class", at::scalar_tensor(place - class_names_.begin(), at::kLong));
      const bool reference = references_.count(images_->files(i).images.front()) > 0;
      sample.fields.set("reference", at::scalar_tensor(reference, at::kBool));
    }
    images_->add_place_and_time(i, sample.fields);
    return sample;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    const auto files = std::make_shared<ImageFolder>(*this);
    files->images_ = std::make_shared<const SceneTiles>(images_at(paths), config_.scenes, false);
    files->images_->require_like(*images_);
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const std::string file = images_->scene(static_cast<std::size_t>(index)).file().string();
    return write_row(index, file, /*several_labels=*/false, outputs, folder);
  }

 private:
  /// Adds what is wanted of one class.
  void choose(std::vector<PartedImage> images, std::vector<SceneFiles>& chosen) {
    config_.split.sort_drawn(images);
    // The two parts of `probe` are counted each for itself, those of `all` together.
    std::map<SplitPart, std::int64_t> taken;
    for (PartedImage& one : images) {
      if (!config_.split.wants(one.part)) continue;
      std::int64_t& count = taken[config_.split.part == "all" ? SplitPart::kNone : one.part];
      if (config_.per_class > 0 && count == config_.per_class) continue;
      ++count;
      if (one.part == SplitPart::kTrain) references_.insert(one.image.images.front());
      chosen.push_back(std::move(one.image));
    }
    for (const auto& [part, count] : taken) {
      if (count < config_.per_class)
        scarce_ += " " + class_names_.back() + " (" + std::to_string(count) + ")";
    }
  }

  void use(const std::vector<SceneFiles>& images) {
    const auto tiles = std::make_shared<SceneTiles>(images, config_.scenes, false);
    if (!config_.table.empty()) tiles->read_table(Path(config_.root) / config_.table);
    images_ = tiles;
  }

  Config config_;
  std::set<Path> references_;  // files of the train part
  std::string scarce_;         // classes with fewer images than per_class
};

const Registered<Dataset, ImageFolder> image_folder{Card{
    .name = "image_folder",
    .summary = "images in class folders (GeoTIFF, JPEG, PNG, ...), any number of bands",
    .needs = {},
    .yields = {"image", "class", "reference", "location", "geotransform", "date"},
    .papers = {16, 55},
}};

}  // namespace warmstart::satellite
