#include "plugins/audio/components/alterations.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/base/random.h"
#include "plugins/audio/components/distinct_draw.h"

namespace warmstart::audio {
namespace {

/// frames_TF and mask_TF are one utterance's and are written to.
void alter_time(at::Tensor frames_TF, at::Tensor mask_TF, const AlterationOptions& options,
                Random& random) {
  const std::int64_t frames = frames_TF.size(0), starts = frames - options.width + 1;
  const std::int64_t blocks =
      std::min<std::int64_t>(starts, std::llround(static_cast<double>(frames) * options.time /
                                                  static_cast<double>(options.width)));
  const at::Tensor before = frames_TF.clone();
  const double fate = random.uniform();
  for (const std::int64_t start : distinct_draw(blocks, starts, random)) {
    mask_TF.narrow(0, start, options.width).fill_(1);
    at::Tensor block = frames_TF.narrow(0, start, options.width);
    if (fate < options.zero_share) {
      block.zero_();
    } else if (fate < options.zero_share + options.replace_share) {
      block.copy_(before.narrow(0, random.integer(0, starts - 1), options.width));
    }
  }
}

void alter_frequency(at::Tensor frames_TF, at::Tensor mask_TF, const AlterationOptions& options,
                     Random& random) {
  const std::int64_t bands = frames_TF.size(1);
  const auto widest =
      static_cast<std::int64_t>(std::floor(static_cast<double>(bands) * options.frequency));
  const std::int64_t width = random.integer(0, widest);
  const std::int64_t start = random.integer(0, bands - width);
  frames_TF.narrow(1, start, width).zero_();
  mask_TF.narrow(1, start, width).fill_(1);
}

void alter_magnitude(at::Tensor frames_TF, const AlterationOptions& options, Random& random) {
  if (!random.chance(options.magnitude)) return;
  at::Tensor noise = at::empty(frames_TF.sizes(), at::kFloat);
  float* values = noise.data_ptr<float>();
  for (std::int64_t i = 0; i < noise.numel(); ++i)
    values[i] = static_cast<float>(options.deviation * random.normal());
  frames_TF.add_(noise.to(frames_TF.options()));
}

}  // namespace

void AlterationOptions::describe(Fields& fields) {
  fields.field("time", time, "share of frames in altered blocks; 0 = off").within(0, 1);
  fields.field("width", width, "length of a block").at_least(1).unit("frames");
  fields.field("zero_share", zero_share, "of the utterances, those whose blocks become zero")
      .within(0, 1);
  fields
      .field("replace_share", replace_share,
             "of the utterances, those whose blocks become other frames; the rest stays")
      .within(0, 1);
  fields.field("frequency", frequency, "widest zeroed band, as a share of all; 0 = off")
      .within(0, 1);
  fields.field("magnitude", magnitude, "chance that an utterance gets noise; 0 = off").within(0, 1);
  fields.field("deviation", deviation, "of that noise").at_least(0);
}

Altered alter(const at::Tensor& frames_BTF, const AlterationOptions& options, std::uint64_t seed) {
  if (options.time > 0 && frames_BTF.size(1) < options.width) {
    throw Error(std::to_string(frames_BTF.size(1)) + " frames < mask width " +
                    std::to_string(options.width),
                "audio.tera", "use longer clips or a smaller width");
  }
  Altered altered{frames_BTF.clone(), at::zeros_like(frames_BTF)};
  for (std::int64_t b = 0; b < frames_BTF.size(0); ++b) {
    Random random(mix_seed(seed, "tera", static_cast<std::uint64_t>(b)));
    const at::Tensor frames = altered.frames[b], mask = altered.mask[b];
    if (options.time > 0) alter_time(frames, mask, options, random);
    if (options.frequency > 0) alter_frequency(frames, mask, options, random);
    if (options.magnitude > 0) alter_magnitude(frames, options, random);
  }
  if (options.time <= 0 && options.frequency <= 0) altered.mask.fill_(1);
  return altered;
}

}  // namespace warmstart::audio
