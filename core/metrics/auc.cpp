// Mean over classes of the area under the receiver operating characteristic.
#include "core/metrics/ranking.h"

namespace warmstart {

struct Auc final : RankingMetric {
  explicit Auc(const Config&) : RankingMetric("auc") {}
  std::vector<CaseValue> over_all() const override { return each_class(area_under_curve); }
};

const Registered<Metric, Auc> auc{Card{
    .name = "auc",
    .summary = "chance that a sample of a class scores above one without it, mean over classes",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart
