// How far a classifier's confidence is from its accuracy.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart::satellite {

/// Expected calibration error: sum over bins of confidence, (b / bins, (b + 1) / bins], of
/// n_b / n |accuracy_b - confidence_b| (Guo et al. 2017; seed card 16). The summary has the bins.
class CalibrationError final : public Metric {
 public:
  struct Config {
    std::int64_t bins = 15;
    void describe(Fields& fields) {
      fields.field("bins", bins, "equal parts of the confidence from 0 to 1").within(1, 1000);
    }
  };
  explicit CalibrationError(const Config& config) : bins_(static_cast<std::size_t>(config.bins)) {}

  std::vector<CaseValue> evaluate(const std::string&, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor probabilities_K = outputs.get("logits").to(at::kDouble).softmax(0);
    const auto confidence = probabilities_K.max().item<double>();
    const auto place =
        static_cast<std::int64_t>(std::ceil(confidence * static_cast<double>(bins_.size())) - 1);
    Bin& bin = bins_[static_cast<std::size_t>(
        std::clamp<std::int64_t>(place, 0, static_cast<std::int64_t>(bins_.size()) - 1))];
    ++bin.count;
    bin.confidence += confidence;
    bin.right +=
        probabilities_K.argmax(0).item<std::int64_t>() == fields.get("class").item<std::int64_t>();
    return {};
  }

  std::vector<CaseValue> over_all() const override {
    double error = 0, all = 0;
    for (const Bin& bin : bins_) {
      error += std::abs(bin.right - bin.confidence);
      all += bin.count;
    }
    return {{"satellite.calibration_error", "", kWholeData, all > 0 ? error / all : kUndefined}};
  }

  Json summary() const override {
    Json rows = Json::array();
    for (const Bin& bin : bins_)
      rows.push_back({{"count", bin.count}, {"confidence", bin.confidence}, {"right", bin.right}});
    return {{"kind", "reliability"}, {"bins", rows}};
  }
  bool higher_is_better() const override { return false; }

 private:
  struct Bin {
    double count = 0, confidence = 0, right = 0;  ///< sums
  };
  std::vector<Bin> bins_;
};

const Registered<Metric, CalibrationError> calibration_error{Card{
    .name = "calibration_error",
    .summary = "expected calibration error: mean distance of confidence and accuracy",
    .needs = {"logits", "class"},
    .yields = {},
    .papers = {16},
}};

}  // namespace warmstart::satellite
