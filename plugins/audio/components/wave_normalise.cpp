// A clip with mean 0 and variance 1, as wav2vec 2.0 hears it (seed card 39); the silence behind a
// short clip stays silence.
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct WaveNormalise final : Transform {
  struct Config {
    double epsilon = 1e-7;
    void describe(Fields& fields) {
      fields.field("epsilon", epsilon, "added to the variance before the root").above(0);
    }
  };
  explicit WaveNormalise(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor wave = sample.fields.get("wave");
    const std::int64_t own =
        sample.fields.has("samples")
            ? std::min(wave.size(0), sample.fields.get("samples").item<std::int64_t>())
            : wave.size(0);
    const at::Tensor sound = wave.narrow(0, 0, own);
    const at::Tensor normal = (sound - sound.mean()) / (sound.var(false) + config_.epsilon).sqrt();
    sample.fields.set("wave", at::constant_pad_nd(normal, {0, wave.size(0) - own}));
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
};

const Registered<Transform, WaveNormalise> wave_normalise{Card{
    .name = "wave_normalise",
    .summary = "a clip with mean 0 and variance 1",
    .needs = {"wave"},
    .yields = {},
    .papers = {39},
}};

}  // namespace warmstart::audio
