// Zero mean and unit deviation for each band: by given statistics, or by the image's own.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/satellite/components/band_statistics.h"

namespace warmstart::satellite {

struct Standardize final : Transform {
  struct Config {
    std::vector<double> mean, std;
    void describe(Fields& fields) {
      fields.field("mean", mean,
                   "of each band, or one number for all; empty: the image's own statistics");
      fields.field("std", std, "standard deviation likewise").above(0);
    }
  };
  explicit Standardize(const Config& config) : config_(config) {
    if (config.mean.empty() == config.std.empty()) return;
    throw Error("only one of mean and std is given", "satellite.standardize",
                "give both, or neither");
  }
  void apply(Sample& sample, Random&) const override {
    const at::Tensor image = sample.fields.get("image").to(at::kFloat);
    if (config_.mean.empty()) {
      const at::Tensor flat = image.flatten(1);
      const at::Tensor deviation = flat.std(1, /*unbiased=*/false).clamp_min(1e-6);
      sample.fields.set("image",
                        (image - flat.mean(1).view({-1, 1, 1})) / deviation.view({-1, 1, 1}));
      return;
    }
    sample.fields.set("image", (image - for_channels(config_.mean, image, "mean", sample.id)) /
                                   for_channels(config_.std, image, "std", sample.id));
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, Standardize> standardize{Card{
    .name = "standardize",
    .summary = "zero mean and unit deviation for each band",
    .needs = {"image"},
    .yields = {},
    .papers = {55},
}};

}  // namespace warmstart::satellite
