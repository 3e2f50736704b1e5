// The mean cross-entropy of a target's tokens, each given those before it.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

struct TargetLoss final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit TargetLoss(const Config&) {}

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor& logits_TV = outputs.get("logits");
    const at::Tensor target_T = fields.get("target").to(logits_TV.device());
    if (logits_TV.dim() != 2 || logits_TV.size(0) != target_T.size(0)) {
      throw Error("the model gives no score for each token of the target", "metric target_loss",
                  "measure t5_encoder_decoder on data with text.mixture_of_denoisers");
    }
    const at::Tensor loss =
        at::cross_entropy_loss(logits_TV.to(at::kDouble), target_T, {}, at::Reduction::Mean, -100);
    return {{"target_loss", "", sample, loss.item<double>()}};
  }
  bool higher_is_better() const override { return false; }
  std::string unit() const override { return "nats"; }
};

const Registered<Metric, TargetLoss> target_loss{Card{
    .name = "target_loss",
    .summary = "mean cross-entropy of a target's tokens",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {28},
}};

}  // namespace warmstart
