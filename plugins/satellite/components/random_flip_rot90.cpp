// One of the eight symmetries of the square: from above, no direction is special.
#include <ATen/ATen.h>

#include "core/data/dataset.h"
#include "plugins/satellite/components/pixel_grid.h"

namespace warmstart::satellite {

struct RandomFlipRot90 final : Transform {
  struct Config {
    bool flip = true, rotate = true;
    void describe(Fields& fields) {
      fields.field("flip", flip, "mirror half of the images, at random");
      fields.field("rotate", rotate, "turn by 0, 90, 180 or 270 degrees; images must be square");
    }
  };
  explicit RandomFlipRot90(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    const bool mirrored = random.chance(0.5) && config_.flip;
    const std::int64_t turns = config_.rotate ? random.integer(0, 3) : 0;
    follow(sample, mirrored, turns);
    for (const char* field : {"image", "label", "target"}) {
      if (!sample.fields.has(field) || sample.fields.get(field).dim() < 2) continue;
      at::Tensor moved = sample.fields.get(field);
      if (mirrored) moved = moved.flip({-1});
      sample.fields.set(field, at::rot90(moved, turns, {-2, -1}).contiguous());
    }
  }
  bool is_random() const override { return true; }

 private:
  static void follow(Sample& sample, bool mirrored, std::int64_t turns) {
    std::int64_t width = sample.fields.get("image").size(-1),
                 height = sample.fields.get("image").size(-2);
    if (mirrored) follow_pixels(sample, old_of_mirror(width));
    for (std::int64_t turn = 0; turn < turns; ++turn) {
      follow_pixels(sample, old_of_quarter_turn(width));
      std::swap(width, height);
    }
  }
  Config config_;
};

const Registered<Transform, RandomFlipRot90> random_flip_rot90{Card{
    .name = "random_flip_rot90",
    .summary = "mirror and turn images and labels by quarters",
    .needs = {"image"},
    .yields = {},
    .papers = {15, 16},
}};

}  // namespace warmstart::satellite
