// A clip earlier or later by a random time; what it uncovers is silent.
#include <ATen/ATen.h>

#include <cmath>

#include "plugins/audio/components/waveform.h"

namespace warmstart::audio {

struct RandomShift final : Transform {
  struct Config {
    double low = 0, high = 0.1;
    void describe(Fields& fields) {
      fields.field("low", low, "smallest delay").unit("s");
      fields.field("high", high, "largest delay").unit("s");
    }
  };
  explicit RandomShift(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    const at::Tensor wave = sample.fields.get("wave");
    const auto delay = std::llround(random.uniform(config_.low, config_.high) *
                                    static_cast<double>(rate_of(sample.fields)));
    sample.fields.set("wave", at::constant_pad_nd(wave, {delay, -delay}));
  }
  bool is_random() const override { return true; }

 private:
  Config config_;
};

const Registered<Transform, RandomShift> random_shift{Card{
    .name = "random_shift",
    .summary = "delays a clip by a random time",
    .needs = {"wave", "rate"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart::audio
