// The average of the surface distances of both directions, in mm; undefined when a mask is empty.
#include "core/catalog/catalog.h"
#include "core/metrics/segmentation_classes.h"
#include "plugins/medical/components/surface_metrics.h"

namespace warmstart::medical {

class Asd final : public Metric {
 public:
  struct Config {
    void describe(Fields&) {}
  };
  explicit Asd(const Config&) {}
  void begin(const Json& facts) override {
    names_ = segmentation_class_names(facts, "medical.asd");
  }
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    return measure_surfaces("medical.asd", sample, names_, outputs, fields,
                            average_surface_distance);
  }
  bool higher_is_better() const override { return false; }
  std::string unit() const override { return "mm"; }

 private:
  std::vector<std::string> names_;
};

const Registered<Metric, Asd> asd{Card{
    .name = "asd",
    .summary = "average symmetric surface distance in mm, per class",
    .needs = {"logits", "label", "spacing"},
    .yields = {},
    .papers = {1, 17},
}};

}  // namespace warmstart::medical
