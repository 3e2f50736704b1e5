// Label ranking average precision (seed card 20): how high a sample's own labels stand among all.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

/// Of each sample the mean over its labels of (its labels scored at least as high) / (all labels
/// scored at least as high), as scikit-learn's label_ranking_average_precision_score; undefined for
/// a sample without labels.
struct Lrap final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Lrap(const Config&) {}

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor logits_K = outputs.get("logits").to(at::kCPU);
    const at::Tensor own_K = fields.get("target").to(at::kCPU).gt(0.5);
    if (logits_K.dim() != 1 || logits_K.sizes() != own_K.sizes()) {
      throw Error("the model gives " + std::to_string(logits_K.numel()) +
                      " scores, the sample has " + std::to_string(own_K.numel()) + " classes",
                  sample, "set the model's classes to ${data.classes}");
    }
    if (!own_K.any().item<bool>()) return {{"lrap", "", sample, kUndefined}};
    // higher_KK[i][j]: label j is scored at least as high as label i.
    const at::Tensor higher_KK = logits_K.unsqueeze(0).ge(logits_K.unsqueeze(1));
    const at::Tensor rank_K = higher_KK.sum(1).to(at::kDouble);
    const at::Tensor hits_K = higher_KK.logical_and(own_K.unsqueeze(0)).sum(1).to(at::kDouble);
    const at::Tensor precision = (hits_K / rank_K).masked_select(own_K).mean();
    return {{"lrap", "", sample, precision.item<double>()}};
  }

  bool higher_is_better() const override { return true; }
};

const Registered<Metric, Lrap> lrap{Card{
    .name = "lrap",
    .summary = "how high a sample's own labels stand in the ranking of all (LRAP)",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {20},
}};

}  // namespace warmstart
