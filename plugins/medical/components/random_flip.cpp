// Mirrors volumes.
#include <torch/types.h>

#include "core/data/dataset.h"
#include "plugins/medical/components/volume_tensor.h"

namespace warmstart::medical {

struct RandomFlip final : Transform {
  struct Config {
    std::vector<std::int64_t> axes{2};
    double probability = 0.5;
    void describe(Fields& fields) {
      fields.field("axes", axes, "which may be mirrored: 0 = D, 1 = H, 2 = W (left-right)")
          .within(0, 2);
      fields.field("probability", probability, "for each of them").within(0, 1);
    }
  };
  explicit RandomFlip(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    std::vector<std::int64_t> image_axes, label_axes;
    for (const std::int64_t axis : config_.axes) {
      if (!random.chance(config_.probability)) continue;
      image_axes.push_back(axis + 1);
      label_axes.push_back(axis);
    }
    if (image_axes.empty()) return;
    std::array<double, 3> first{};
    for (const std::int64_t axis : label_axes)
      first[axis] = static_cast<double>(sample.fields.get("image").size(axis + 1) - 1);
    move_origin(sample, first);
    sample.fields.set("image", sample.fields.get("image").flip(image_axes));
    if (sample.fields.has("label")) {
      sample.fields.set("label", sample.fields.get("label").flip(label_axes));
    }
    if (!sample.fields.has("direction")) return;
    const at::Tensor direction = sample.fields.get("direction").clone();
    for (const std::int64_t axis : label_axes) direction[axis].neg_();
    sample.fields.set("direction", direction);
  }
  bool is_random() const override { return true; }
  Config config_;
};

const Registered<Transform, RandomFlip> random_flip{Card{
    .name = "random_flip",
    .summary = "mirror along chosen axes",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
