// The 95th percentile of the surface distances of both directions pooled, in mm; undefined when a
// mask is empty.
#include "core/catalog/catalog.h"
#include "core/metrics/segmentation_classes.h"
#include "plugins/medical/components/surface_metrics.h"

namespace warmstart::medical {

class Hd95 final : public Metric {
 public:
  struct Config {
    void describe(Fields&) {}
  };
  explicit Hd95(const Config&) {}
  void begin(const Json& facts) override {
    names_ = segmentation_class_names(facts, "medical.hd95");
  }
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    return measure_surfaces("medical.hd95", sample, names_, outputs, fields, hausdorff95);
  }
  bool higher_is_better() const override { return false; }
  std::string unit() const override { return "mm"; }

 private:
  std::vector<std::string> names_;
};

const Registered<Metric, Hd95> hd95{Card{
    .name = "hd95",
    .summary = "95th percentile of pooled surface distances in mm, per class",
    .needs = {"logits", "label", "spacing"},
    .yields = {},
    .papers = {1, 17},
}};

}  // namespace warmstart::medical
