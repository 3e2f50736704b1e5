// Share of each class that is found, over a whole data set; their mean is the balanced accuracy. A
// class that does not occur in the reference has no value.
#include "plugins/satellite/components/class_counts.h"

namespace warmstart::satellite {

struct Recall final : CountedMetric {
  explicit Recall(const Config&) : CountedMetric("satellite.recall") {}
  std::vector<CaseValue> over_all() const override {
    std::vector<CaseValue> values;
    for (std::int64_t k = 0; k < counts().classes(); ++k) {
      const double there = counts().in_reference(k);
      values.push_back(
          value_of(counts().name(k), there > 0 ? counts().count(k, k) / there : kUndefined));
    }
    return values;
  }
};

const Registered<Metric, Recall> recall{Card{
    .name = "recall",
    .summary = "share of each class that is found, over all pixels or samples of the data",
    .needs = {"logits"},
    .yields = {},
    .papers = {16},
}};

}  // namespace warmstart::satellite
