// The voice's share of the power in time and frequency (Narayanan and Wang 2013): the mask that
// regression learns where the binary one is learnt as classes.
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct IdealRatioMask final : Transform {
  struct Config {
    double exponent = 0.5;
    void describe(Fields& fields) {
      fields.field("exponent", exponent, "of the power ratio V^2 / (V^2 + S^2)").above(0);
    }
  };
  explicit IdealRatioMask(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor voice = sample.fields.get("voice_magnitude").square();
    const at::Tensor song = sample.fields.get("song_magnitude").square();
    sample.fields.set("mask", (voice / (voice + song + 1e-20)).pow(config_.exponent));
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
};

const Registered<Transform, IdealRatioMask> ideal_ratio_mask{Card{
    .name = "ideal_ratio_mask",
    .summary = "mask (bins, frames): the voice's share of the power",
    .needs = {"voice_magnitude", "song_magnitude"},
    .yields = {"mask"},
    .papers = {2},
}};

}  // namespace warmstart::audio
