// Share of all pixels (or samples) whose highest score is the right class, over a whole data set.
#include "plugins/satellite/components/class_counts.h"

namespace warmstart::satellite {

struct OverallAccuracy final : CountedMetric {
  explicit OverallAccuracy(const Config&) : CountedMetric("satellite.overall_accuracy") {}
  std::vector<CaseValue> over_all() const override {
    double right = 0;
    for (std::int64_t k = 0; k < counts().classes(); ++k) right += counts().count(k, k);
    const double all = counts().all();
    return {value_of("", all > 0 ? right / all : kUndefined)};
  }
};

const Registered<Metric, OverallAccuracy> overall_accuracy{Card{
    .name = "overall_accuracy",
    .summary = "share of all pixels or samples that are classified right",
    .needs = {"logits"},
    .yields = {},
    .papers = {15},
}};

}  // namespace warmstart::satellite
