// A square from a random place of an image and its label.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/models/image_check.h"
#include "plugins/satellite/components/pixel_grid.h"

namespace warmstart::satellite {

struct RandomSquareCrop final : Transform {
  struct Config {
    std::int64_t size = 64;
    void describe(Fields& fields) {
      fields.field("size", size, "edge of the square").at_least(1).unit("pixels");
    }
  };
  explicit RandomSquareCrop(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    const at::Tensor& image_CHW = sample.fields.get("image");
    const std::int64_t down = image_CHW.size(1) - config_.size,
                       across = image_CHW.size(2) - config_.size;
    if (down < 0 || across < 0)
      throw Error("the image is " + sizes_text(image_CHW.sizes().slice(1)) + ", the crop " +
                      std::to_string(config_.size),
                  sample.id, "crop smaller squares");
    const std::int64_t top = random.integer(0, down), left = random.integer(0, across);
    for (const char* field : {"image", "label", "target"}) {
      if (!sample.fields.has(field) || sample.fields.get(field).dim() < 2) continue;
      sample.fields.set(field, sample.fields.get(field)
                                   .narrow(-2, top, config_.size)
                                   .narrow(-1, left, config_.size)
                                   .contiguous());
    }
    follow_pixels(sample, old_of_crop(left, top));
  }
  bool is_random() const override { return true; }
  Config config_;
};

const Registered<Transform, RandomSquareCrop> random_square_crop{Card{
    .name = "random_crop",
    .summary = "a square from a random place",
    .needs = {"image"},
    .yields = {},
    .papers = {15},
}};

}  // namespace warmstart::satellite
