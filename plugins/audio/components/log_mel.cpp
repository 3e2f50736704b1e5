// Log-mel spectrograms, as PANNs (10 log10), torchaudio users (natural logarithm) and TERA have
// them.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "plugins/audio/components/mel_front_end.h"

namespace warmstart::audio {

struct LogMel final : Transform {
  struct Config {
    MelFrontEnd::Options mel;
    std::string log = "natural";
    double floor = 1e-6;
    void describe(Fields& fields) {
      mel.describe(fields);
      fields.field("log", log, "natural logarithm, or decibel (10 log10)")
          .one_of({"natural", "decibel"});
      fields.field("floor", floor, "smallest power that is not raised before the logarithm")
          .above(0);
    }
  };
  explicit LogMel(const Config& config) : config_(config), mel_(config.mel) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor power_TM = mel_.power(sample).clamp_min_(config_.floor);
    const at::Tensor level =
        config_.log == "decibel" ? power_TM.log10_().mul_(10) : power_TM.log_();
    sample.fields.set("image", level.t().contiguous().unsqueeze(0));
    mel_.describe_frames(sample.fields);
    mel_.describe_bands(sample.fields);
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
  MelFrontEnd mel_;
};

const Registered<Transform, LogMel> log_mel{Card{
    .name = "log_mel",
    .summary = "log-mel spectrogram (1, mels, frames) of the wave",
    .needs = {"wave", "rate"},
    .yields = {"image", "stft", "bands"},
    .papers = {11, 73},
}};

}  // namespace warmstart::audio
