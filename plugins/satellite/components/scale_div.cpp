// Divides by the number that stored values were multiplied with (10000 for reflectances).
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/satellite/components/band_statistics.h"

namespace warmstart::satellite {

struct ScaleDiv final : Transform {
  struct Config {
    double by = 10000;
    void describe(Fields& fields) { fields.field("by", by, "what values are divided by").above(0); }
  };
  explicit ScaleDiv(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random&) const override {
    const at::Tensor image = sample.fields.get("image").to(at::kFloat);
    const double most = image.max().item<double>();
    if (config_.by >= 100 && most > 0 && most <= 1.5) {
      const double high = channel_percentile(image, 99).max().item<double>();
      throw Error("the values are scaled already: their 99th percentile is " + c10::str(high) +
                      ", and scale_div would divide by " + c10::str(config_.by),
                  sample.id, "leave satellite.scale_div out");
    }
    sample.fields.set("image", image / config_.by);
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, ScaleDiv> scale_div{Card{
    .name = "scale_div",
    .summary = "divide by the factor of stored values, 10000 for reflectances",
    .needs = {"image"},
    .yields = {},
    .papers = {15, 55},
}};

}  // namespace warmstart::satellite
