// The learned share of coordinate attention in each block of attn_resnet (seed card 16).
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart::satellite {

/// Parts: "block 1", ...; nothing for a network without fusion.
struct FusionShare final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit FusionShare(const Config&) {}
  std::vector<CaseValue> evaluate(const std::string&, const Batch& outputs, const Batch&) override {
    if (outputs.has("fusion")) share_ = outputs.get("fusion");
    return {};
  }
  std::vector<CaseValue> over_all() const override {
    std::vector<CaseValue> values;
    for (std::int64_t block = 0; share_.defined() && block < share_.size(0); ++block)
      values.push_back({"satellite.fusion_share", "block " + std::to_string(block + 1), kWholeData,
                        share_[block].item<double>()});
    return values;
  }
  bool higher_is_better() const override { return true; }
  at::Tensor share_;
};

const Registered<Metric, FusionShare> fusion_share{Card{
    .name = "fusion_share",
    .summary = "learned share of coordinate attention in each block",
    .needs = {"fusion"},
    .yields = {},
    .papers = {16},
}};

}  // namespace warmstart::satellite
