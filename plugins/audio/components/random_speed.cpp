// Faster or slower by a random factor, pitch and formants with it: other voices from the same
// recordings (Ko et al. 2015). Linear interpolation; the length stays, what is missing is silent.
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct RandomSpeed final : Transform {
  struct Config {
    double low = 0.85, high = 1.2;
    void describe(Fields& fields) {
      fields.field("low", low, "smallest factor").within(0.25, 4);
      fields.field("high", high, "largest factor").within(0.25, 4);
    }
  };
  explicit RandomSpeed(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    const at::Tensor wave = sample.fields.get("wave");
    const double speed = random.uniform(config_.low, config_.high);
    const std::int64_t samples = wave.size(0);
    const at::Tensor place = at::arange(samples, at::kDouble) * speed;
    const at::Tensor left = place.floor().to(at::kLong).clamp_max_(samples - 1);
    const at::Tensor right = (left + 1).clamp_max_(samples - 1);
    const at::Tensor share = (place - left).to(at::kFloat).clamp_max_(1);
    const at::Tensor inside = place.le(static_cast<double>(samples - 1)).to(at::kFloat);
    sample.fields.set(
        "wave", at::lerp(wave.index_select(0, left), wave.index_select(0, right), share) * inside);
  }
  bool is_random() const override { return true; }

 private:
  Config config_;
};

const Registered<Transform, RandomSpeed> random_speed{Card{
    .name = "random_speed",
    .summary = "faster or slower by a random factor, pitch and formants with it",
    .needs = {"wave"},
    .yields = {},
    .papers = {},
}};

}  // namespace warmstart::audio
