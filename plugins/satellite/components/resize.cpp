// Images of one size.
#include "core/data/dataset.h"
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
    resize_sample(sample, config_.size, config_.interpolation, config_.antialias);
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
