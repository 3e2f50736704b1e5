// One window of a few consecutive frames, drawn anew in each epoch: what a network with a fixed
// context trains on (seed card 02).
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct ContextWindows final : Transform {
  struct Config {
    std::int64_t frames = 9, hop = 1;
    void describe(Fields& fields) {
      fields.field("frames", frames, "of a window").at_least(1);
      fields.field("hop", hop, "windows start at every so many frames").at_least(1);
    }
  };
  explicit ContextWindows(const Config& config) : config_(config) {}

  /// The spectrogram is padded by frames / 2 of its minimum on each side, the mask by its own.
  void apply(Sample& sample, Random& random) const override {
    const at::Tensor image = sample.fields.get("image");
    const std::int64_t side = config_.frames / 2;
    const std::int64_t starts = image.size(2) + 2 * side - config_.frames + 1;
    const std::int64_t start = random.integer(0, (starts - 1) / config_.hop) * config_.hop;
    const auto cut = [&](const at::Tensor& map) {
      return at::constant_pad_nd(map, {side, side}, map.min().item<float>())
          .narrow(-1, start, config_.frames)
          .contiguous();
    };
    Batch window;
    window.set("image", cut(image));
    if (sample.fields.has("mask")) window.set("mask", cut(sample.fields.get("mask")));
    for (const char* stem : {"voice_magnitude", "song_magnitude"}) {
      if (sample.fields.has(stem)) window.set(stem, cut(sample.fields.get(stem)));
    }
    sample.fields = std::move(window);
  }
  bool is_random() const override { return true; }

 private:
  Config config_;
};

const Registered<Transform, ContextWindows> context_windows{Card{
    .name = "context_windows",
    .summary = "a random window of a few frames of the spectrogram and its mask",
    .needs = {"image"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
