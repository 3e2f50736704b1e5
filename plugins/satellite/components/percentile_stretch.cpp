// Stretches each band between two of its percentiles, as maps are shown.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/satellite/components/band_statistics.h"

namespace warmstart::satellite {

struct PercentileStretch final : Transform {
  struct Config {
    double low = 2, high = 98, top = 1;
    void describe(Fields& fields) {
      fields.field("low", low, "percentile of the band that becomes 0").within(0, 100).unit("%");
      fields.field("high", high, "percentile that becomes top").within(0, 100).unit("%");
      fields.field("top", top, "largest value of the result").above(0);
    }
  };
  explicit PercentileStretch(const Config& config) : config_(config) {
    if (config.low < config.high) return;
    throw Error("low is not below high", "satellite.percentile_stretch", "for example 2 and 98");
  }
  void apply(Sample& sample, Random&) const override {
    sample.fields.set(
        "image", stretched(sample.fields.get("image"), config_.low, config_.high) * config_.top);
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, PercentileStretch> percentile_stretch{Card{
    .name = "percentile_stretch",
    .summary = "stretch each band of an image between two of its percentiles",
    .needs = {"image"},
    .yields = {},
    .papers = {55},
}};

}  // namespace warmstart::satellite
