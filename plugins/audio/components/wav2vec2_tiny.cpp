// wav2vec 2.0 at a size that two cores train in minutes (seed card 39): frames of 20 ms of speech
// at 8 kHz.
#include "plugins/audio/components/wav2vec2.h"

namespace warmstart::audio {
namespace {

struct Wav2vec2Tiny final : Wav2vec2 {
  struct Config : Wav2vec2Options {
    Config() {
      rate = 8000;
      wave.channels = {64, 64, 96};
      wave.kernels = {20, 8, 4};
      wave.strides = {10, 4, 4};
      body.width = 96, body.depth = 3, body.heads = 4, body.max_length = 500;
      position_kernel = 15, position_groups = 8;
      codes = 64, code_width = 64, match_width = 64;
    }
  };
  explicit Wav2vec2Tiny(const Config& config) : Wav2vec2(config) {}
};

const Registered<Model, Wav2vec2Tiny> wav2vec2_tiny{Card{
    .name = "wav2vec2_tiny",
    .summary = "wav2vec 2.0 from the waveform, small: three convolutions, three blocks",
    .needs = {"wave"},
    .yields = {"logits", "features", "frames"},
    .papers = {39},
}};

}  // namespace
}  // namespace warmstart::audio
