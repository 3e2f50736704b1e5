// Louder or softer by a random number of decibels.
#include <ATen/ATen.h>

#include <cmath>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct RandomGain final : Transform {
  struct Config {
    double low = -6, high = 6;
    void describe(Fields& fields) {
      fields.field("low", low, "smallest gain").unit("dB");
      fields.field("high", high, "largest gain").unit("dB");
    }
  };
  explicit RandomGain(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    const double gain = std::pow(10, random.uniform(config_.low, config_.high) / 20);
    sample.fields.set("wave", sample.fields.get("wave") * gain);
  }
  bool is_random() const override { return true; }

 private:
  Config config_;
};

const Registered<Transform, RandomGain> random_gain{Card{
    .name = "random_gain",
    .summary = "louder or softer by a random number of decibels",
    .needs = {"wave"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart::audio
