// How far what an encoder is fed lies from what it was pretrained on (the contract distance of seed
// card 55): a probe of the data, not of the model.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"
#include "plugins/satellite/components/band_statistics.h"

namespace warmstart::satellite {

/// Over all pixels of all samples, in units of the contract: contract_distance.mean = (m - mean) /
/// std and contract_distance.deviation = s / std - 1 of each band, contract_distance.size = edge /
/// size - 1; contract_distance itself is the largest of their amounts. 0: fed exactly as in
/// pretraining.
class ContractDistance final : public Metric {
 public:
  struct Config {
    std::int64_t size = 224;
    std::vector<double> mean{0}, std{1};
    void describe(Fields& fields) {
      fields.field("size", size, "edge of the images in pretraining").at_least(1).unit("pixels");
      fields.field(
          "mean", mean,
          "of what the encoder was fed in pretraining, for each band or one for all; 0 and 1: "
          "the data are normalised by the contract already");
      fields.field("std", std, "standard deviation likewise").above(0);
    }
  };
  explicit ContractDistance(const Config& config) : config_(config) {}

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch&,
                                  const Batch& fields) override {
    const at::Tensor image = fields.get("image").to(at::kCPU, at::kDouble);
    if (image.dim() != 3) throw Error("the sample is no image", sample, "measure on images");
    const at::Tensor told =
        (image - for_channels(config_.mean, image, "mean", sample).to(at::kDouble)) /
        for_channels(config_.std, image, "std", sample).to(at::kDouble);
    const at::Tensor flat = told.flatten(1);
    if (!sum_.defined()) sum_ = at::zeros({flat.size(0)}, at::kDouble), squares_ = sum_.clone();
    if (sum_.size(0) != flat.size(0))
      throw Error("the image has " + std::to_string(flat.size(0)) + " bands, others have " +
                      std::to_string(sum_.size(0)),
                  sample, "pick the same bands of all images");
    sum_ = sum_ + flat.sum(1), squares_ = squares_ + flat.square().sum(1);
    pixels_ += flat.size(1);
    edges_ += std::sqrt(static_cast<double>(flat.size(1)));
    ++samples_;
    return {};
  }

  std::vector<CaseValue> over_all() const override {
    std::vector<CaseValue> values;
    if (samples_ == 0) return values;
    const auto add = [&](const std::string& what, const std::string& part, double value) {
      values.push_back({"satellite.contract_distance" + what, part, kWholeData, value});
    };
    for (std::int64_t band = 0; band < sum_.size(0); ++band) {
      const double mean = sum_[band].item<double>() / static_cast<double>(pixels_);
      const double square = squares_[band].item<double>() / static_cast<double>(pixels_);
      const std::string name = "band " + std::to_string(band + 1);
      add(".mean", name, mean);
      add(".deviation", name, std::sqrt(std::max(0.0, square - mean * mean)) - 1);
    }
    add(".size", "", edges_ / samples_ / static_cast<double>(config_.size) - 1);
    double most = 0;
    for (const CaseValue& value : values) most = std::max(most, std::abs(value.value));
    add("", "", most);
    return values;
  }
  bool higher_is_better() const override { return false; }

 private:
  Config config_;
  at::Tensor sum_, squares_;  // of each band
  std::int64_t pixels_ = 0;
  double edges_ = 0;
  int samples_ = 0;
};

const Registered<Metric, ContractDistance> contract_distance{Card{
    .name = "contract_distance",
    .summary = "how far what an encoder is fed lies from what it was pretrained on",
    .needs = {"image"},
    .yields = {},
    .papers = {55},
}};

}  // namespace warmstart::satellite
