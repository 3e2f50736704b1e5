// The sensitivity index that belongs to the mean area under the curve, as PANNs report it.
#include "core/claim/statistics.h"
#include "core/metrics/ranking.h"

namespace warmstart {

struct DPrime final : RankingMetric {
  explicit DPrime(const Config&) : RankingMetric("d_prime") {}
  std::vector<CaseValue> over_all() const override {
    DefinedMean mean;
    for (const CaseValue& value : each_class(area_under_curve)) mean.add(value.value);
    return {{name(), "", kWholeData, d_prime_of(mean.value())}};
  }
};

const Registered<Metric, DPrime> d_prime{Card{
    .name = "d_prime",
    .summary = "sqrt(2) times the normal quantile of the mean auc; undefined at 0 and 1",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart
