// Mean over classes of the average precision; a value for each class.
#include "core/metrics/ranking.h"

namespace warmstart {

struct MeanAveragePrecision final : RankingMetric {
  explicit MeanAveragePrecision(const Config&) : RankingMetric("mean_average_precision") {}
  std::vector<CaseValue> over_all() const override { return each_class(average_precision); }
};

const Registered<Metric, MeanAveragePrecision> mean_average_precision{Card{
    .name = "mean_average_precision",
    .summary = "mean over classes of the average precision of the samples' ranking",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart
