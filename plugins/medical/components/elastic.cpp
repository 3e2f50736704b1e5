// Random smooth deformation, as in the training of most medical segmentation networks.
#include <torch/types.h>

#include "core/data/dataset.h"
#include "plugins/medical/components/volume_tensor.h"
#include "plugins/medical/geometry/warp.h"

namespace warmstart::medical {

class Elastic final : public Transform {
 public:
  struct Config {
    double displacement = 3, rotation = 0.2, scale = 0.1, probability = 0.5;
    std::int64_t knots = 5;
    void describe(Fields& fields) {
      fields.field("displacement", displacement, "largest shift of a control point")
          .at_least(0)
          .unit("voxels");
      fields.field("knots", knots, "control points along each axis; more: finer").within(4, 32);
      fields.field("rotation", rotation, "largest turn about each axis")
          .within(0, 3.15)
          .unit("radians");
      fields.field("scale", scale, "largest change of size, as a share").within(0, 0.9);
      fields.field("probability", probability, "of deforming a sample at all").within(0, 1);
    }
  };
  explicit Elastic(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random& random) const override {
    if (!random.chance(config_.probability)) return;
    const at::Tensor image = sample.fields.get("image").to(at::kFloat).contiguous();
    const Size3 size{image.size(3), image.size(2), image.size(1)};
    Vector3 spacing{1, 1, 1};
    if (sample.fields.has("spacing")) {
      const at::Tensor mm = sample.fields.get("spacing").to(at::kDouble);
      for (int c = 0; c < 3; ++c) spacing[c] = mm[2 - c].item<double>();
    }
    const Warp warp = draw_warp({.displacement = config_.displacement,
                                 .knots = config_.knots,
                                 .rotation = config_.rotation,
                                 .scale = config_.scale},
                                size, spacing, random);
    const std::size_t voxels = warp.from.size();
    const at::Tensor warped = torch::empty_like(image);
    for (std::int64_t c = 0; c < image.size(0); ++c) {
      const std::size_t skip = static_cast<std::size_t>(c) * voxels;
      warp_linear(warp, {image.data_ptr<float>() + skip, voxels},
                  {warped.data_ptr<float>() + skip, voxels});
    }
    sample.fields.set("image", warped);
    forget_origin(sample);
    if (!sample.fields.has("label")) return;
    const at::Tensor label = sample.fields.get("label").contiguous();
    const at::Tensor moved = torch::empty_like(label);
    warp_nearest(warp, {label.data_ptr<std::int64_t>(), voxels},
                 {moved.data_ptr<std::int64_t>(), voxels});
    sample.fields.set("label", moved);
  }
  bool is_random() const override { return true; }

 private:
  Config config_;
};

const Registered<Transform, Elastic> elastic{Card{
    .name = "elastic",
    .summary = "random smooth deformation with rotation and scale",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
