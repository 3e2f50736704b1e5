// Overlap of predicted and reference regions, a value per foreground class.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"
#include "core/metrics/segmentation_classes.h"

namespace warmstart {

/// 2|A n B| / (|A| + |B|); 1 when both are empty, 0 when one is (seed card 01).
class Dice final : public Metric {
 public:
  struct Config {
    bool background = false;
    void describe(Fields& fields) {
      fields.field("background", background, "also measure class 0");
    }
  };
  explicit Dice(const Config& config) : config_(config) {}

  void begin(const Json& facts) override { names_ = segmentation_class_names(facts, "dice"); }

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const auto classes = static_cast<std::int64_t>(names_.size());
    const SegmentationPair pair = segmentation_pair(sample, outputs, fields, classes);
    const at::Tensor counts = count_class_pairs(sample, pair, classes);
    const at::Tensor both = counts.diagonal().to(at::kDouble).contiguous();
    const at::Tensor sizes = (counts.sum(0) + counts.sum(1)).to(at::kDouble).contiguous();
    std::vector<CaseValue> values;
    for (std::int64_t k = config_.background ? 0 : 1; k < classes; ++k) {
      const double size = sizes.data_ptr<double>()[k];
      const double dice = size > 0 ? 2 * both.data_ptr<double>()[k] / size : 1;
      values.push_back({"dice", names_[static_cast<std::size_t>(k)], sample, dice});
    }
    return values;
  }
  bool higher_is_better() const override { return true; }

 private:
  Config config_;
  std::vector<std::string> names_;
};

const Registered<Metric, Dice> dice{Card{
    .name = "dice",
    .summary = "overlap of predicted and reference regions per class, 0 to 1",
    .needs = {"logits", "label"},
    .yields = {},
    .papers = {1, 17, 18},
}};

}  // namespace warmstart
