// Intersection over union (Jaccard) of each class over a whole data set: pixels of all samples are
// counted together, so that a sample that lacks a class says nothing of it. A class that occurs
// neither in the reference nor in the prediction has no value.
#include "plugins/satellite/components/class_counts.h"

namespace warmstart::satellite {

struct Iou final : CountedMetric {
  explicit Iou(const Config&) : CountedMetric("satellite.iou") {}
  std::vector<CaseValue> over_all() const override {
    std::vector<CaseValue> values;
    for (std::int64_t k = 0; k < counts().classes(); ++k) {
      const double both = counts().count(k, k),
                   either = counts().in_reference(k) + counts().predicted(k) - both;
      values.push_back(value_of(counts().name(k), either > 0 ? both / either : kUndefined));
    }
    return values;
  }
};

const Registered<Metric, Iou> iou{Card{
    .name = "iou",
    .summary = "intersection over union of each class, over all pixels of the data",
    .needs = {"logits"},
    .yields = {},
    .papers = {15},
}};

}  // namespace warmstart::satellite
