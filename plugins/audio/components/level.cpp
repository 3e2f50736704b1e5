// A clip at one loudness, so that neither the distance to the microphone nor its gain matters.
#include <ATen/ATen.h>

#include <cmath>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct Level final : Transform {
  struct Config {
    std::string of = "rms";
    double decibel = -25;
    void describe(Fields& fields) {
      fields
          .field(
              "of", of,
              "what is brought to the level: rms, the root of the mean square (as TERA), or peak")
          .one_of({"rms", "peak"});
      fields.field("decibel", decibel, "relative to full scale").within(-100, 0).unit("dB");
    }
  };
  explicit Level(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor wave = sample.fields.get("wave");
    const double now = config_.of == "peak" ? wave.abs().max().item<double>()
                                            : std::sqrt(wave.square().mean().item<double>());
    if (now > 0) sample.fields.set("wave", wave * (std::pow(10, config_.decibel / 20) / now));
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
};

const Registered<Transform, Level> level{Card{
    .name = "level",
    .summary = "scales a clip to a given loudness or peak",
    .needs = {"wave"},
    .yields = {},
    .papers = {73},
}};

}  // namespace warmstart::audio
