// How well a predicted mask agrees with the ideal binary one: mean cross-entropy with labels
// softened as in training (seed card 02).
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart::audio {

struct MaskCrossEntropy final : Metric {
  struct Config {
    double soft_low = 0.02, soft_high = 0.98;
    void describe(Fields& fields) {
      fields.field("soft_low", soft_low, "label where the accompaniment is louder").within(0, 0.5);
      fields.field("soft_high", soft_high, "label where the voice is louder").within(0.5, 1);
    }
  };
  explicit MaskCrossEntropy(const Config& config) : config_(config) {}
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor label = fields.get("voice_magnitude")
                                 .gt(fields.get("song_magnitude"))
                                 .to(at::kFloat)
                                 .mul_(config_.soft_high - config_.soft_low)
                                 .add_(config_.soft_low);
    return {{"audio.mask_cross_entropy", "", sample,
             at::binary_cross_entropy_with_logits(outputs.get("logits"), label).item<double>()}};
  }
  bool higher_is_better() const override { return false; }

 private:
  Config config_;
};

const Registered<Metric, MaskCrossEntropy> mask_cross_entropy{Card{
    .name = "mask_cross_entropy",
    .summary = "cross-entropy of a predicted mask with the ideal binary one",
    .needs = {"logits", "voice_magnitude", "song_magnitude"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
