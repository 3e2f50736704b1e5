// Mel-frequency cepstral coefficients.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "plugins/audio/components/mel_front_end.h"

namespace warmstart::audio {

struct Mfcc final : Transform {
  struct Config {
    MelFrontEnd::Options mel;
    std::int64_t coefficients = 13;
    double floor = 1e-10, range = 80;
    void describe(Fields& fields) {
      mel.describe(fields);
      fields.field("coefficients", coefficients, "cepstral coefficients, the first included")
          .at_least(1);
      fields.field("floor", floor, "smallest power that is not raised before the logarithm")
          .above(0);
      fields
          .field("range", range,
                 "levels lower than the loudest by more are raised to that; 0 = off")
          .at_least(0)
          .unit("dB");
    }
  };
  explicit Mfcc(const Config& config) : config_(config), mel_(config.mel) {
    if (config.coefficients > config.mel.mel.mels) {
      throw Error(std::to_string(config.coefficients) + " coefficients from " +
                      std::to_string(config.mel.mel.mels) + " mel bands",
                  "transform audio.mfcc", "ask for at most as many coefficients as bands");
    }
    cosine_MC_ = cosine_matrix(config.coefficients, config.mel.mel.mels);
  }

  void apply(Sample& sample, Random&) const override {
    at::Tensor level_TM = mel_.power(sample).clamp_min_(config_.floor).log10_().mul_(10);
    if (config_.range > 0) level_TM.clamp_min_(level_TM.max().item<float>() - config_.range);
    sample.fields.set("image", at::mm(level_TM, cosine_MC_).t().contiguous().unsqueeze(0));
    mel_.describe_frames(sample.fields);
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
  MelFrontEnd mel_;
  at::Tensor cosine_MC_;
};

const Registered<Transform, Mfcc> mfcc{Card{
    .name = "mfcc",
    .summary = "mel-frequency cepstral coefficients (1, coefficients, frames) of the wave",
    .needs = {"wave", "rate"},
    .yields = {"image", "stft"},
    .papers = {73},
}};

}  // namespace warmstart::audio
