// Magnitude and phase of the wave's spectrum and, where a mixture's stems are known, their
// magnitudes (seed card 02).
#include <ATen/ATen.h>

#include "plugins/audio/components/spectra.h"
#include "plugins/audio/components/waveform.h"

namespace warmstart::audio {

struct StftMagnitude final : Transform {
  struct Config {
    StftOptions stft{.window = 1024, .fft = 4096, .hop = 256, .window_sum = true};
    void describe(Fields& fields) {
      fields.field("window", stft.window, "length of a frame").at_least(2).unit("samples");
      fields.field("fft", stft.fft, "length of its Fourier transform; 0 = window")
          .at_least(0)
          .unit("samples");
      fields.field("hop", stft.hop, "between two frames").at_least(1).unit("samples");
      fields.field("window_sum", stft.window_sum,
                   "divide by the window's sum: magnitudes of at most 1");
    }
  };
  explicit StftMagnitude(const Config& config) : config_(config) { check_stft(config.stft); }

  void apply(Sample& sample, Random&) const override {
    const at::Tensor spectrum_FT = stft(sample.fields.get("wave"), config_.stft).t();
    sample.fields.set("image", spectrum_FT.abs().contiguous().unsqueeze(0));
    sample.fields.set("phase", spectrum_FT.angle().contiguous());
    for (const char* stem : {"voice", "song"}) {
      if (!sample.fields.has(stem)) continue;
      sample.fields.set(std::string(stem) + "_magnitude",
                        stft(sample.fields.get(stem), config_.stft).t().abs().contiguous());
    }
    // What the way back needs (see istft).
    sample.fields.set("stft", at::tensor({config_.stft.window, config_.stft.fft, config_.stft.hop,
                                          std::int64_t{config_.stft.window_sum}},
                                         at::kLong));
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
};

const Registered<Transform, StftMagnitude> stft_magnitude{Card{
    .name = "stft_magnitude",
    .summary = "magnitude (1, bins, frames) and phase of the wave's short-time spectrum",
    .needs = {"wave"},
    .yields = {"image", "phase", "stft", "voice_magnitude", "song_magnitude"},
    .papers = {2},
}};

}  // namespace warmstart::audio
