// Zero mean, unit standard deviation, over the whole volume or over what is not background.
#include <torch/types.h>

#include "core/data/dataset.h"

namespace warmstart::medical {

struct ZScore final : Transform {
  struct Config {
    std::string mask = "none";
    void describe(Fields& fields) {
      fields
          .field("mask", mask,
                 "which voxels give mean and deviation; with nonzero, background stays 0")
          .one_of({"none", "nonzero"});
    }
  };
  explicit ZScore(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random&) const override {
    const at::Tensor image = sample.fields.get("image").to(at::kFloat);
    if (config_.mask == "none") {
      const double deviation = image.std(/*unbiased=*/false).item<double>();
      sample.fields.set("image", (image - image.mean()) / std::max(deviation, 1e-6));
      return;
    }
    const at::Tensor inside = image != 0;
    const double count = std::max<double>(1, inside.sum().item<double>());
    const double mean = image.sum(at::kDouble).item<double>() / count;
    const at::Tensor centred = (image - mean) * inside;
    const double deviation = std::sqrt(centred.square().sum(at::kDouble).item<double>() / count);
    sample.fields.set("image", centred / std::max(deviation, 1e-6));
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, ZScore> zscore{Card{
    .name = "zscore",
    .summary = "shift and scale intensities to zero mean and unit deviation",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
