// A patch from a random place, with a say in how often it shows foreground.
#include <torch/types.h>

#include "core/data/dataset.h"
#include "plugins/medical/components/volume_tensor.h"

namespace warmstart::medical {

class RandomCrop final : public Transform {
 public:
  struct Config {
    std::vector<std::int64_t> patch{32, 32, 32};
    double foreground_share = 0.33;
    void describe(Fields& fields) {
      fields.field("patch", patch, "size along D, H, W").at_least(1).length(3).unit("voxels");
      fields
          .field("foreground_share", foreground_share,
                 "share of patches centred near a labelled voxel of a random class")
          .within(0, 1);
    }
  };
  explicit RandomCrop(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random& random) const override {
    const at::Tensor& image = sample.fields.get("image");
    std::vector<std::int64_t> start(3);
    for (int a = 0; a < 3; ++a) {
      const std::int64_t room = image.size(a + 1) - config_.patch[a];
      if (room < 0) refuse(sample.id, image);
      start[a] = random.integer(0, room);
    }
    if (sample.fields.has("label") && random.chance(config_.foreground_share)) {
      centre_on_foreground(sample.fields.get("label"), random, start);
    }
    at::Tensor cropped = image;
    for (int a = 0; a < 3; ++a) cropped = cropped.narrow(a + 1, start[a], config_.patch[a]);
    sample.fields.set("image", cropped.contiguous());
    move_origin(sample, {static_cast<double>(start[0]), static_cast<double>(start[1]),
                         static_cast<double>(start[2])});
    if (!sample.fields.has("label")) return;
    at::Tensor label = sample.fields.get("label");
    for (int a = 0; a < 3; ++a) label = label.narrow(a, start[a], config_.patch[a]);
    sample.fields.set("label", label.contiguous());
  }
  bool is_random() const override { return true; }

 private:
  [[noreturn]] void refuse(const std::string& id, const at::Tensor& image) const {
    std::string have, want, missing;
    for (int a = 0; a < 3; ++a) {
      const std::string x = a ? "x" : "";
      have += x + std::to_string(image.size(a + 1));
      want += x + std::to_string(config_.patch[a]);
      missing +=
          x + std::to_string(std::max<std::int64_t>(0, config_.patch[a] - image.size(a + 1)));
    }
    throw Error("the volume is " + have + ", the patch " + want + ": " + missing +
                    " voxels of padding are needed",
                id, "put medical.center_pad {size: [..], mode: reflect} before the crop");
  }

  // A class present in the volume is drawn first, so that a small one is seen as often as a large
  // one.
  void centre_on_foreground(const at::Tensor& label, Random& random,
                            std::vector<std::int64_t>& start) const {
    const at::Tensor flat = label.contiguous().view({-1});
    const std::int64_t* values = flat.data_ptr<std::int64_t>();
    std::vector<std::int64_t> counts;
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
      if (values[i] <= 0) continue;
      if (static_cast<std::size_t>(values[i]) >= counts.size()) counts.resize(values[i] + 1);
      ++counts[values[i]];
    }
    std::vector<std::int64_t> present;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      if (counts[k] > 0) present.push_back(static_cast<std::int64_t>(k));
    }
    if (present.empty()) return;  // nothing to centre on: the random place stays
    const std::int64_t k =
        present[random.integer(0, static_cast<std::int64_t>(present.size()) - 1)];
    std::int64_t left = random.integer(0, counts[k] - 1), place = 0;
    for (; values[place] != k || left-- > 0; ++place) {
    }
    const std::int64_t w = label.size(2), h = label.size(1);
    const std::int64_t at[3] = {place / (w * h), place / w % h, place % w};
    for (int a = 0; a < 3; ++a) {
      const std::int64_t centred = at[a] - config_.patch[a] / 2;
      start[a] = std::clamp<std::int64_t>(centred, 0, label.size(a) - config_.patch[a]);
    }
  }

  Config config_;
};

const Registered<Transform, RandomCrop> random_crop{Card{
    .name = "random_crop",
    .summary = "a patch from a random place, with a share centred on foreground",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
