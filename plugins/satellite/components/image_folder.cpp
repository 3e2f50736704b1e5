// Images in class folders: the data set of scene classification recipes.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/data/prediction_table.h"
#include "plugins/satellite/components/scene_tiles.h"

namespace warmstart::satellite {

/// Fields: image (C,H,W) float in the file's units; class () int64; reference () bool, true of the
/// train part's images; location (2) and geotransform (6) where all images have a georeference;
/// date () where a table tells it.
class ImageFolder final : public Dataset {
 public:
  struct Config {
    std::string root, table, part = "all", split = "names";
    SceneSettings scenes;
    double test_share = 0.2, validation_share = 0, block = 3, gap = 1;
    std::int64_t per_class = 0, draw = 0;
    void describe(Fields& fields) {
      fields.field("root", root, "folder of class folders of images").required();
      fields.field("bands", scenes.bands, "which bands, in this order; empty: all");
      fields.field("table", table,
                   "CSV in the root with a row an image (CLASS/NAME): name, date (YYYY-MM-DD), and "
                   "latitude and longitude of files that say no place; empty: none");
      fields
          .field("part", part,
                 "all; train, validation or test; or probe: train and test together, train marked "
                 "as what a probe of features learns from")
          .one_of({"all", "train", "validation", "test", "probe"});
      fields
          .field("split", split,
                 "how parts are drawn: names: images by their names, class by class; blocks: whole "
                 "blocks of ground, so that no held-out image has a neighbour in training")
          .one_of({"names", "blocks"});
      fields.field("test_share", test_share, "share of images drawn for the test part")
          .within(0, 0.9);
      fields.field("validation_share", validation_share, "share drawn for the validation part")
          .within(0, 0.9);
      fields.field("block", block, "split: blocks: edge of the blocks that stay in one part")
          .above(0)
          .unit("images");
      fields
          .field(
              "gap", gap,
              "split: blocks: ground between the parts: images closer to a held-out one are left "
              "out")
          .at_least(0)
          .unit("images");
      scenes.describe_files(fields);
      fields
          .field(
              "per_class", per_class,
              "use so many images of each class (in probe: of each part), or all where there are "
              "fewer; 0 = all")
          .at_least(0);
      fields.field("draw", draw, "which ones are drawn").at_least(0);
    }
  };

  explicit ImageFolder(const Config& config) : config_(config) {
    if (config.test_share + config.validation_share > 1)
      throw Error("test_share and validation_share are more than all images together",
                  "satellite.image_folder.validation_share", "give smaller shares");
    std::map<std::string, std::vector<Candidate>> classes;
    for (Candidate& one : candidates(find_class_folders(config.root))) {
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
                  config.part + "' has fewer of" + scarce_ + "; all of these are used (" +
                  config.root + ")");
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
      const bool reference = references_.count(images_->files(i).images.front()) > 0;
      sample.fields.set("reference", at::scalar_tensor(reference, at::kBool));
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
    const auto files = write_prediction({{"file", file, file}}, outputs,
                                        {class_names_, false, index == 0, folder}, file);
    return index + 1 == size() ? files : std::vector<std::filesystem::path>{};
  }

 private:
  struct Candidate {
    SceneFiles image;
    SplitPart part = SplitPart::kTrain;
  };

  std::vector<Candidate> candidates(const std::vector<SceneFiles>& images) const {
    return config_.split == "names" ? drawn_by_name(images) : drawn_by_ground(images);
  }

  /// Images in the order of their draw, the same for the same `draw` whatever the files' order.
  void sort_drawn(std::vector<Candidate>& images) const {
    const auto place = [&](const SceneFiles& image) {
      return mix_seed(static_cast<std::uint64_t>(config_.draw), "satellite.image/" + image.name);
    };
    std::sort(images.begin(), images.end(), [&](const Candidate& a, const Candidate& b) {
      return std::pair(place(a.image), a.image.name) < std::pair(place(b.image), b.image.name);
    });
  }

  std::vector<Candidate> drawn_by_name(const std::vector<SceneFiles>& images) const {
    std::map<std::string, std::vector<Candidate>> classes;
    for (const SceneFiles& image : images) classes[image.label].push_back({image});
    std::vector<Candidate> all;
    for (auto& [label, members] : classes) {
      sort_drawn(members);
      const auto count = [&](double share) {
        return static_cast<std::size_t>(std::llround(share * static_cast<double>(members.size())));
      };
      const std::size_t test = count(config_.test_share),
                        held_out = test + count(config_.validation_share);
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (i < held_out) members[i].part = i < test ? SplitPart::kTest : SplitPart::kValidation;
        all.push_back(std::move(members[i]));
      }
    }
    return all;
  }

  std::vector<Candidate> drawn_by_ground(const std::vector<SceneFiles>& images) const {
    const SceneTiles tiles(images, config_.scenes, false);
    SpatialSplit split;
    split.test_share = config_.test_share, split.validation_share = config_.validation_share;
    split.block = config_.block, split.gap = config_.gap, split.draw = config_.draw;
    const std::vector<SplitPart> parts = parts_of_tiles(tiles.footprints(), split);
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      if (!tiles.scene(i).info().place)
        throw Error("the image has no georeference, so that it lies in no block of ground",
                    tiles.scene(i).file().string(), "use split: names");
      all.push_back({tiles.files(i), parts[i]});
    }
    return all;
  }

  bool wanted(SplitPart part) const {
    const std::string& asked = config_.part;
    if (asked == "all") return true;
    if (asked == "probe") return part == SplitPart::kTrain || part == SplitPart::kTest;
    return part == (asked == "train"  ? SplitPart::kTrain
                    : asked == "test" ? SplitPart::kTest
                                      : SplitPart::kValidation);
  }

  /// Adds what is wanted of one class.
  void choose(std::vector<Candidate> images, std::vector<SceneFiles>& chosen) {
    sort_drawn(images);
    // The two parts of `probe` are counted each for itself, those of `all` together.
    std::map<SplitPart, std::int64_t> taken;
    for (Candidate& one : images) {
      if (!wanted(one.part)) continue;
      std::int64_t& count = taken[config_.part == "all" ? SplitPart::kNone : one.part];
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
  std::vector<std::string> class_names_;
  std::set<Path> references_;  // files of the train part
  std::string scarce_;         // classes with fewer images than per_class
  std::shared_ptr<const SceneTiles> images_;
};

const Registered<Dataset, ImageFolder> image_folder{Card{
    .name = "image_folder",
    .summary = "images in class folders (GeoTIFF, JPEG, PNG, ...), any number of bands",
    .needs = {},
    .yields = {"image", "class", "reference", "location", "geotransform", "date"},
    .papers = {16, 55},
}};

}  // namespace warmstart::satellite
