// Which classes are taken for which, on the watch set.
#include <ATen/ATen.h>

#include "core/inspect/inspector.h"
#include "core/metrics/segmentation_classes.h"

namespace warmstart {
namespace {

struct ConfusionInspector final : Inspector {
  struct Config {
    void describe(Fields&) {}
  };
  explicit ConfusionInspector(const Config&) {}

  Capture capture(const Batch& watch, const std::vector<std::string>& ids, Objective& objective,
                  Context& context) override {
    const at::Tensor logits = objective.evaluate(watch, context).outputs.get("logits");
    const at::Tensor& reference = watch.get(watch.has("label") ? "label" : "class");
    const std::int64_t classes = logits.size(1);
    std::vector<at::Tensor> counts;
    for (std::int64_t i = 0; i < logits.size(0); ++i) {
      const SegmentationPair pair{logits[i].argmax(0).to(at::kCPU),
                                  reference[i].to(at::kCPU, at::kLong)};
      counts.push_back(count_class_pairs(ids.at(static_cast<std::size_t>(i)), pair, classes));
    }
    Capture out;
    out.header = {{"kind", "confusion"},
                  {"axes", {{"counts", "reference predicted"}, {"cases", "S reference predicted"}}},
                  {"units", {{"counts", "places, or samples"}, {"cases", "places, or samples"}}}};
    const at::Tensor cases = at::stack(counts);
    out.tensors = {{"counts", cases.sum(0)}, {"cases", cases}};
    return out;
  }
};

const Registered<Inspector, ConfusionInspector> confusion_inspector{
    {.name = "confusion",
     .summary = "which classes are taken for which",
     .needs = {"class_logits"},  // of a class for each sample or place, as the label is one
     .yields = {},
     .papers = {}}};

}  // namespace
}  // namespace warmstart
