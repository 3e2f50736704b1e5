// Images of one size.
#include <ATen/ATen.h>

#include "core/data/dataset.h"
#include "plugins/satellite/components/pixel_grid.h"
#include "plugins/satellite/components/resample.h"

namespace warmstart::satellite {

struct Resize final : Transform {
  struct Config {
    std::int64_t size = 224;
    std::string interpolation = "bilinear";
    bool antialias = true;
    void describe(Fields& fields) {
      fields.field("size", size, "edge of the square image that results")
          .at_least(1)
          .unit("pixels");
      fields.field("interpolation", interpolation, "between pixels; labels always take the nearest")
          .one_of({"nearest", "bilinear", "bicubic"});
      fields.field("antialias", antialias, "average over pixels where the image shrinks");
    }
  };
  explicit Resize(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random&) const override {
    const at::Tensor& image = sample.fields.get("image");
    follow_pixels(sample, old_of_resize(image.size(2), image.size(1), config_.size));
    sample.fields.set("image", resampled_image(sample.fields.get("image"), config_.size,
                                               config_.interpolation, config_.antialias));
    if (!sample.fields.has("label")) return;
    const at::Tensor label = sample.fields.get("label").to(at::kFloat).unsqueeze(0);
    sample.fields.set(
        "label", resampled_image(label, config_.size, "nearest", false).squeeze(0).to(at::kLong));
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, Resize> resize{Card{
    .name = "resize",
    .summary = "bring images to one size",
    .needs = {"image"},
    .yields = {},
    .papers = {16, 55},
}};

}  // namespace warmstart::satellite
