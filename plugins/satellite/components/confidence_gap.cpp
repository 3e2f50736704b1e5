// How much surer a classifier is where it is right.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart::satellite {

/// Mean highest probability of samples classified right, minus that of samples classified wrong
/// (seed card 16). Undefined where one of them is missing.
struct ConfidenceGap final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit ConfidenceGap(const Config&) {}
  std::vector<CaseValue> evaluate(const std::string&, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor probabilities_K = outputs.get("logits").to(at::kDouble).softmax(0);
    const bool right =
        probabilities_K.argmax(0).item<std::int64_t>() == fields.get("class").item<std::int64_t>();
    Sum& sum = right ? right_ : wrong_;
    sum.total += probabilities_K.max().item<double>();
    ++sum.count;
    return {};
  }
  std::vector<CaseValue> over_all() const override {
    return {{"satellite.confidence_gap", "", kWholeData, right_.mean() - wrong_.mean()}};
  }
  bool higher_is_better() const override { return true; }

 private:
  struct Sum {
    double total = 0, count = 0;
    double mean() const { return count > 0 ? total / count : kUndefined; }
  };
  Sum right_, wrong_;
};

const Registered<Metric, ConfidenceGap> confidence_gap{Card{
    .name = "confidence_gap",
    .summary = "mean confidence of right predictions minus that of wrong ones",
    .needs = {"logits", "class"},
    .yields = {},
    .papers = {16},
}};

}  // namespace warmstart::satellite
