// Images with several labels each, told by a table: the data set of multi-label scene recipes.
#include <ATen/ATen.h>

#include <map>

#include "core/base/error.h"
#include "plugins/satellite/components/image_split.h"
#include "plugins/satellite/components/whole_images.h"
#include "plugins/satellite/io/label_table.h"

namespace warmstart::satellite {

/// Fields: image (C,H,W) float in the file's units; target (K) float, 1 for each label that the
/// image has, else 0; location (2) and geotransform (6) where all images have a georeference.
class LabelledImages final : public WholeImages {
 public:
  struct Config {
    std::string root, table = "labels.csv";
    LabelColumns columns;
    SceneSettings scenes;
    ImageSplit split;
    void describe(Fields& fields) {
      fields.field("root", root, "folder that the table's files lie below").required();
      fields.field(
          "table", table,
          "CSV or TSV in the root with a row an image: its file (or folder of band files), "
          "and its labels");
      fields.field("file_column", columns.file, "column of the files");
      fields.field("labels_column", columns.labels,
                   "column of an image's labels, written between | or ;. Empty: the table has a "
                   "column of 0 and 1 for each label");
      fields.field("labels", columns.names,
                   "names of the labels, in this order; empty: all of the table");
      fields.field("split_column", columns.split,
                   "column that says train, validation or test; empty: parts are drawn");
      fields.field("bands", scenes.bands, "which bands, in this order; empty: all");
      fields
          .field("grid", scenes.grid,
                 "whose pixels an image of several files takes where they differ in size")
          .one_of({"finest", "coarsest"});
      fields.field("part", split.part, "which images")
          .one_of({"all", "train", "validation", "test"});
      split.describe(fields);
      scenes.describe_files(fields);
    }
  };

  explicit LabelledImages(const Config& config) : config_(config) {
    config.split.check("satellite.labelled_images");
    if (!config.columns.split.empty() && config.split.split == "blocks")
      throw Error("split_column and split: blocks both say which part an image is in",
                  "satellite.labelled_images.split", "leave one of them out");
    const LabelTable table = read_label_table(Path(config.root) / config.table, config.columns);
    class_names_ = table.names;
    const std::vector<SceneFiles> images = images_of(table, config.root);
    for (const LabelRow& row : table.rows) labels_[row.file] = row.labels;
    std::vector<SceneFiles> chosen;
    for (PartedImage& one : parted(table, images))
      if (config.split.wants(one.part)) chosen.push_back(std::move(one.image));
    if (chosen.empty())
      throw Error("no image falls into the part '" + config.split.part + "'", config.root,
                  config.columns.split.empty() ? "give it a larger share"
                                               : "name it in the column " + config.columns.split);
    images_ = std::make_shared<const SceneTiles>(chosen, config.scenes, false);
  }

  Sample get(std::int64_t index) const override {
    const auto i = static_cast<std::size_t>(index);
    Sample sample{images_->name(i), {}};
    sample.fields.set("image", images_->read(i).image_CHW);
    const auto labels = labels_.find(sample.id);
    if (labels != labels_.end()) {
      at::Tensor target_K = at::zeros({static_cast<std::int64_t>(class_names_.size())}, at::kFloat);
      for (const std::size_t label : labels->second)
        target_K[static_cast<std::int64_t>(label)] = 1.0F;
      sample.fields.set("target", target_K);
    }
    images_->add_place_and_time(i, sample.fields);
    return sample;
  }

  /// Who trained on folders of band files gives such a folder for each image.
  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    const bool folders = images_->files(0).images.size() > 1;
    const auto files = std::make_shared<LabelledImages>(*this);
    files->labels_.clear();
    files->images_ = std::make_shared<const SceneTiles>(
        folders ? scenes_apart(paths) : images_at(paths), config_.scenes, false);
    files->images_->require_like(*images_);
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const auto i = static_cast<std::size_t>(index);
    const Path first = images_->scene(i).file();
    const bool alone = images_->files(i).images.size() == 1;
    const std::string file = (alone ? first : first.parent_path()).string();
    return write_row(index, file, /*several_labels=*/true, outputs, folder);
  }

 private:
  std::vector<PartedImage> parted(const LabelTable& table,
                                  const std::vector<SceneFiles>& images) const {
    if (config_.columns.split.empty()) return config_.split.parts_of(images, config_.scenes);
    std::vector<PartedImage> all;
    for (std::size_t i = 0; i < images.size(); ++i) all.push_back({images[i], table.rows[i].part});
    return all;
  }

  Config config_;
  std::map<std::string, std::vector<std::size_t>> labels_;  // by the image's name
};

const Registered<Dataset, LabelledImages> labelled_images{Card{
    .name = "labelled_images",
    .summary = "images with several labels each, from a table (CSV or TSV), any number of bands",
    .needs = {},
    .yields = {"image", "target", "location", "geotransform"},
    .papers = {55},
}};

}  // namespace warmstart::satellite
