// Brings volumes to one voxel size.
#include <torch/types.h>

#include <cmath>

#include "core/data/dataset.h"
#include "plugins/medical/components/volume_tensor.h"

namespace warmstart::medical {

struct ResampleSpacing final : Transform {
  struct Config {
    std::vector<double> spacing{1, 1, 1};
    void describe(Fields& fields) {
      fields.field("spacing", spacing, "voxel size along D, H, W").above(0).length(3).unit("mm");
    }
  };
  explicit ResampleSpacing(const Config& config) : config_(config) {}

  /// The image linearly, the label by the nearest voxel, over the same field of view; "spacing"
  /// becomes what it now is, and the first voxel's centre moves with its size.
  void apply(Sample& sample, Random&) const override {
    const at::Tensor& image = sample.fields.get("image");
    const at::Tensor own = sample.fields.get("spacing").to(at::kDouble);
    std::vector<std::int64_t> size;
    std::vector<double> reached;
    for (int a = 0; a < 3; ++a) {
      const double length = static_cast<double>(image.size(a + 1)) * own[a].item<double>();
      size.push_back(std::max<std::int64_t>(1, std::llround(length / config_.spacing[a])));
      reached.push_back(length / static_cast<double>(size.back()));
    }
    if (image.sizes().slice(1) == at::IntArrayRef(size)) return;
    sample.fields.set("image", resample_linear(image, size));
    if (sample.fields.has("label")) {
      sample.fields.set("label", resample_nearest(sample.fields.get("label"), size));
    }
    std::array<double, 3> first{};
    for (int a = 0; a < 3; ++a) first[a] = (reached[a] / own[a].item<double>() - 1) / 2;
    move_origin(sample, first);
    sample.fields.set("spacing", torch::tensor(reached, at::kDouble));
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, ResampleSpacing> resample_spacing{Card{
    .name = "resample_spacing",
    .summary = "resample volume and label to a voxel size in mm",
    .needs = {"image", "spacing"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
