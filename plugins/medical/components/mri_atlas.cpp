// Patches of a brain template with atlas labels, from Debian's mricron-data: real MR anatomy that
// may be passed on.
#include <torch/nn/functional/pooling.h>
#include <torch/types.h>

#include "core/data/dataset.h"
#include "plugins/medical/components/volume_tensor.h"
#include "plugins/medical/io/gate.h"
#include "plugins/medical/io/label_groups.h"

namespace warmstart::medical {

/// A template and its labels; `names` is empty where the atlas comes without a list.
struct AtlasFiles {
  const char* image;
  const char* label;
  const char* names;
};

namespace {

AtlasFiles atlas_files(const std::string& atlas) {
  if (atlas == "ch2") return {"ch2.nii.gz", "aal.nii.gz", "aal.nii.txt"};
  if (atlas == "ch2bet") return {"ch2bet.nii.gz", "aal.nii.gz", "aal.nii.txt"};
  return {"inia19-t1-brain.nii.gz", "inia19-NeuroMaps.nii.gz", ""};
}

// Every label number to its class, by table.
at::Tensor to_classes(const at::Tensor& labels, const LabelGroups& groups) {
  const at::Tensor numbers = labels.to(at::kLong);
  const at::Tensor table = torch::zeros({numbers.max().item<std::int64_t>() + 1}, at::kLong);
  for (const auto& [label, number] : groups.class_of) {
    if (label < table.size(0)) table[label] = number;
  }
  return table.index_select(0, numbers.flatten()).view(numbers.sizes());
}

}  // namespace

class MriAtlas final : public Dataset {
 public:
  struct Config {
    std::string atlas = "ch2", folder = "/usr/share/mricron/templates", hemisphere = "left";
    std::vector<std::string> groups;
    std::vector<std::int64_t> patch{32, 32, 32}, stride{24, 24, 24};
    std::int64_t downsample = 2, limit = 0;
    double least_foreground = 0.1;
    bool labelled = true;
    void describe(Fields& fields) {
      fields.field("template", atlas, "human head, human brain, or macaque brain (inia19)")
          .one_of({"ch2", "ch2bet", "inia19"});
      fields.field("folder", folder, "where mricron-data keeps its templates");
      fields.field("hemisphere", hemisphere, "which half; the right one is mirrored onto the left")
          .one_of({"left", "right", "both"});
      fields.field("groups", groups, "classes as name=label,label; empty: lobes of the AAL atlas");
      fields.field("patch", patch, "size along D, H, W").at_least(1).length(3).unit("voxels");
      fields.field("stride", stride, "from patch to patch").at_least(1).length(3).unit("voxels");
      fields.field("downsample", downsample, "template voxels averaged along each axis")
          .within(1, 8);
      fields.field("least_foreground", least_foreground, "least labelled share of a patch")
          .within(0, 1);
      fields.field("limit", limit, "use the first so many patches; 0 = all").at_least(0);
      fields.field("labelled", labelled, "hand out the labels too");
    }
  };

  explicit MriAtlas(const Config& config) : config_(config) {
    const AtlasFiles files = atlas_files(config.atlas);
    const Path folder = config.folder;
    for (const char* name : {files.image, files.label}) {
      if (std::filesystem::exists(folder / name)) continue;
      throw Error("the atlas templates are not installed", (folder / name).string(),
                  "apt install mricron-data");
    }
    const bool named = *files.names != '\0';
    if (!named && config.groups.empty()) {
      throw Error("template " + config.atlas + " has no built-in groups",
                  "medical.mri_atlas.groups", "list classes as name=number,number");
    }
    groups_ = read_label_groups(config.groups.empty() ? aal_lobes() : config.groups,
                                named ? folder / files.names : Path());
    load(folder / files.image, folder / files.label);
    list_patches();
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(patches_.size()); }

  Sample get(std::int64_t index) const override {
    const Patch& patch = patches_.at(static_cast<std::size_t>(index));
    const Half& half = halves_[patch.half];
    Sample sample{half.name + " " + std::to_string(patch.start[0]) + "," +
                      std::to_string(patch.start[1]) + "," + std::to_string(patch.start[2]),
                  {}};
    sample.fields.set("image", cut(half.image, patch.start).unsqueeze(0).contiguous());
    if (config_.labelled) sample.fields.set("label", cut(half.label, patch.start).contiguous());
    sample.fields.set("spacing", spacing_.clone());
    sample.fields.set("direction", half.direction.clone());
    sample.fields.set("origin", half.origin.clone());
    move_origin(sample, {static_cast<double>(patch.start[0]), static_cast<double>(patch.start[1]),
                         static_cast<double>(patch.start[2])});
    return sample;
  }

  Json facts() const override {
    Json facts{{"channels", 1}, {"dims", 3}, {"cases", size()}};
    facts["spacing"] = {spacing_[0].item<double>(), spacing_[1].item<double>(),
                        spacing_[2].item<double>()};
    facts["classes"] = groups_.class_names.size();
    facts["class_names"] = groups_.class_names;
    return facts;
  }

 private:
  struct Half {
    std::string name;
    at::Tensor image, label;  // (D,H,W)
    at::Tensor direction, origin;
  };
  struct Patch {
    std::size_t half;
    std::array<std::int64_t, 3> start;
  };

  void load(const Path& image_file, const Path& label_file) {
    Gate gate;
    const auto admitted = gate.admit({image_file, label_file});
    const Volume image = read_volume(admitted[0]), label = read_volume(admitted[1]);
    if (const std::string difference = grid_difference(image.grid, label.grid, 0.1);
        !difference.empty()) {
      throw Error("label grid differs from image (" + difference + ")", label_file.string(),
                  "install the package again");
    }
    spacing_ = spacing_tensor(image.grid) * static_cast<double>(config_.downsample);
    add_halves(to_tensor(image), to_classes(to_tensor(label), groups_), image.grid);
  }

  // W runs from left to right; the middle plane belongs to neither half.
  void add_halves(const at::Tensor& image, const at::Tensor& label, const Grid& grid) {
    const std::int64_t half = image.size(2) / 2;
    for (const char* side : {"left", "right"}) {
      if (config_.hemisphere != "both" && config_.hemisphere != side) continue;
      const bool mirror = std::string(side) == "right";
      const auto take = [&](const at::Tensor& whole) {
        return (mirror ? whole.flip({2}) : whole).narrow(2, 0, half);
      };
      const Sample first = first_voxel(grid, mirror);
      halves_.push_back({side, shrink(take(image)), shrink(take(label)),
                         first.fields.get("direction"), first.fields.get("origin")});
    }
  }

  // Where the first voxel of a half lies; it is the mean of as many as are averaged.
  Sample first_voxel(const Grid& grid, bool mirror) const {
    Sample sample{"", {}};
    sample.fields.set("spacing", spacing_tensor(grid));
    at::Tensor direction = direction_tensor(grid);
    sample.fields.set("direction", direction);
    sample.fields.set("origin", origin_tensor(grid));
    const double middle = static_cast<double>(config_.downsample - 1) / 2;
    const double last = static_cast<double>(canonical(grid).size[0] - 1);
    move_origin(sample, {middle, middle, mirror ? last - middle : middle});
    if (mirror) direction[2].neg_();
    return sample;
  }

  at::Tensor shrink(const at::Tensor& volume) const {
    const std::int64_t k = config_.downsample;
    if (k == 1) return volume.contiguous();
    if (volume.scalar_type() != at::kLong) {
      return torch::nn::functional::avg_pool3d(volume.unsqueeze(0),
                                               torch::nn::functional::AvgPool3dFuncOptions(k))
          .squeeze(0);
    }
    at::Tensor result = volume;
    for (std::int64_t axis = 0; axis < 3; ++axis) {
      result = result.slice(axis, k / 2, result.size(axis) / k * k, k);
    }
    return result.contiguous();
  }

  at::Tensor cut(const at::Tensor& volume, const std::array<std::int64_t, 3>& start) const {
    at::Tensor patch = volume;
    for (int a = 0; a < 3; ++a) patch = patch.narrow(a, start[a], config_.patch[a]);
    return patch;
  }

  void list_patches() {
    for (std::size_t h = 0; h < halves_.size(); ++h) list_patches_of(h);
    if (patches_.empty()) {
      throw Error("no patch fits into the template", "medical.mri_atlas.patch",
                  "the half brain has " + std::to_string(halves_[0].image.size(0)) + "x" +
                      std::to_string(halves_[0].image.size(1)) + "x" +
                      std::to_string(halves_[0].image.size(2)) +
                      " voxels; ask for smaller patches");
    }
    if (config_.limit > 0 && config_.limit < size()) {
      patches_.resize(static_cast<std::size_t>(config_.limit));
    }
  }

  void list_patches_of(std::size_t h) {
    const at::Tensor& label = halves_[h].label;
    std::array<std::int64_t, 3> at{};
    for (at[0] = 0; at[0] + config_.patch[0] <= label.size(0); at[0] += config_.stride[0]) {
      for (at[1] = 0; at[1] + config_.patch[1] <= label.size(1); at[1] += config_.stride[1]) {
        for (at[2] = 0; at[2] + config_.patch[2] <= label.size(2); at[2] += config_.stride[2]) {
          const double share = (cut(label, at) > 0).to(at::kFloat).mean().item<double>();
          if (share >= config_.least_foreground) patches_.push_back({h, at});
        }
      }
    }
  }

  Config config_;
  LabelGroups groups_;
  std::vector<Half> halves_;
  std::vector<Patch> patches_;
  at::Tensor spacing_;
};

const Registered<Dataset, MriAtlas> mri_atlas{Card{
    .name = "mri_atlas",
    .summary = "patches of a brain template with grouped atlas labels",
    .needs = {},
    .yields = {"image", "label", "spacing", "direction", "origin"},
    .papers = {1},
}};

}  // namespace warmstart::medical
