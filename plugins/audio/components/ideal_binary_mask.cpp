// Where in time and frequency the voice is louder than its accompaniment (seed card 02).
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct IdealBinaryMask final : Transform {
  struct Config {
    double soft_low = 0.02, soft_high = 0.98;
    void describe(Fields& fields) {
      fields.field("soft_low", soft_low, "value where the accompaniment is louder").within(0, 0.5);
      fields.field("soft_high", soft_high, "value where the voice is louder").within(0.5, 1);
    }
  };
  explicit IdealBinaryMask(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor louder =
        sample.fields.get("voice_magnitude").gt(sample.fields.get("song_magnitude"));
    sample.fields.set(
        "mask",
        louder.to(at::kFloat).mul_(config_.soft_high - config_.soft_low).add_(config_.soft_low));
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
};

const Registered<Transform, IdealBinaryMask> ideal_binary_mask{Card{
    .name = "ideal_binary_mask",
    .summary = "mask (bins, frames): high where the voice is louder than the accompaniment",
    .needs = {"voice_magnitude", "song_magnitude"},
    .yields = {"mask"},
    .papers = {2},
}};

}  // namespace warmstart::audio
