// Another microphone and room for each drawing: the spectrum is multiplied by a random smooth
// curve, d(f) = sum_k c_k cos(pi k mel(f) / mel(rate/2)) decibels, k = 1..bends, c_k uniform.
#include <ATen/ATen.h>

#include "plugins/audio/components/waveform.h"

namespace warmstart::audio {

struct RandomEqualiser final : Transform {
  struct Config {
    double decibel = 5;
    std::int64_t bends = 4;
    void describe(Fields& fields) {
      fields.field("decibel", decibel, "largest height of each bend").at_least(0).unit("dB");
      fields.field("bends", bends, "half waves of the finest bend over the whole range")
          .at_least(1);
    }
  };
  explicit RandomEqualiser(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random& random) const override {
    const at::Tensor wave_N = sample.fields.get("wave");
    const std::int64_t samples = wave_N.size(0);
    const double nyquist = static_cast<double>(rate_of(sample.fields)) / 2;
    const at::Tensor hertz = at::linspace(0, nyquist, samples / 2 + 1, at::kDouble);
    const at::Tensor mel = (hertz / 700).log1p() / std::log1p(nyquist / 700);
    at::Tensor curve = at::zeros_like(mel);
    for (std::int64_t k = 1; k <= config_.bends; ++k) {
      const double height = random.uniform(-config_.decibel, config_.decibel);
      curve += height * (mel * (static_cast<double>(k) * kHalfTurn)).cos();
    }
    const at::Tensor gain = at::pow(10.0, curve / 20).to(at::kFloat);
    sample.fields.set("wave", at::fft_irfft(at::fft_rfft(wave_N) * gain, samples));
  }
  bool is_random() const override { return true; }

 private:
  static constexpr double kHalfTurn = 3.14159265358979323846;
  Config config_;
};

const Registered<Transform, RandomEqualiser> random_equaliser{Card{
    .name = "random_equaliser",
    .summary =
        "colours a sound by a random smooth curve over frequency, as another microphone would",
    .needs = {"wave", "rate"},
    .yields = {},
    .papers = {},
}};

}  // namespace warmstart::audio
