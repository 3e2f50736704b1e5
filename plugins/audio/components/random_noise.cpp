// White noise at a random level below the sound's own.
#include <ATen/ATen.h>

#include <cmath>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct RandomNoise final : Transform {
  struct Config {
    double low = 10, high = 40;
    void describe(Fields& fields) {
      fields.field("low", low, "smallest ratio of signal to noise").unit("dB");
      fields.field("high", high, "largest ratio of signal to noise").unit("dB");
    }
  };
  explicit RandomNoise(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    const at::Tensor wave = sample.fields.get("wave");
    const double level = std::sqrt(wave.square().mean().item<double>()) *
                         std::pow(10, -random.uniform(config_.low, config_.high) / 20);
    at::Tensor noise = at::empty_like(wave);
    float* values = noise.data_ptr<float>();
    for (std::int64_t i = 0; i < noise.numel(); ++i)
      values[i] = static_cast<float>(level * random.normal());
    sample.fields.set("wave", wave + noise);
  }
  bool is_random() const override { return true; }

 private:
  Config config_;
};

const Registered<Transform, RandomNoise> random_noise{Card{
    .name = "random_noise",
    .summary = "adds white noise at a random level below the sound's own",
    .needs = {"wave"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart::audio
