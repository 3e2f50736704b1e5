// Connectionist temporal classification (Graves et al. 2006; seed card 39): the negative logarithm
// of the probability of all paths of characters and blanks that read as the transcript. Some frames
// and channels are hidden while training, as wav2vec 2.0 is fine-tuned.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/objectives/objective.h"
#include "plugins/audio/components/span_mask.h"
#include "plugins/audio/components/wav2vec2.h"

namespace warmstart::audio {
namespace {

struct Ctc final : Objective {
  struct Config {
    SpanOptions time{.starts = 0.05}, channels{.starts = 0.004, .span = 64};
    std::int64_t frozen_steps = 0;
    void describe(Fields& fields) {
      fields.field("starts", time.starts, "share of frames where a hidden span starts; 0 = none")
          .within(0, 1);
      fields.field("span", time.span, "length of a hidden span").at_least(1).unit("frames");
      fields
          .field("channel_starts", channels.starts,
                 "share of channels where a span set to zero starts; 0 = none")
          .within(0, 1);
      fields.field("channel_span", channels.span, "length of such a span")
          .at_least(1)
          .unit("channels");
      fields
          .field("frozen_steps", frozen_steps,
                 "steps at the start that train the output layer alone")
          .at_least(0)
          .unit("steps");
    }
  };

  explicit Ctc(const Config& config) : config_(config) {}

  void attach(Model& model, const Json& facts) override {
    require_wav2vec2(model, kName);
    if (facts.contains("alphabet")) return;
    throw Error("the data has no transcripts", std::string("objective ") + kName,
                "use audio.transcripts");
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    Wav2vec2& model = require_wav2vec2(context.model, kName);
    const Wav2vec2::Frames frames = model.frames(batch);
    at::Tensor contexts_BTD = model.contexts(frames, hide(frames, model, context));
    if (context.training && context.step < config_.frozen_steps)
      contexts_BTD = contexts_BTD.detach();
    const at::Tensor logits_BTK = model.logits(contexts_BTD);
    const at::Tensor& labels_BL = batch.get("transcript");
    const at::Tensor label_lengths = labels_BL.ge(0).sum(1).to(at::kCPU, at::kLong);
    check_lengths(labels_BL.to(at::kCPU), frames.lengths, batch);
    Loss loss;
    loss.total =
        at::ctc_loss(logits_BTK.log_softmax(2).transpose(0, 1), labels_BL.clamp_min(0),
                     at::tensor(frames.lengths, at::kLong), label_lengths, 0, at::Reduction::Mean);
    loss.outputs.set("logits", logits_BTK.detach());
    return loss;
  }

 private:
  static constexpr const char* kName = "audio.ctc";

  Wav2vec2::Hidden hide(const Wav2vec2::Frames& frames, const Wav2vec2& model,
                        const Context& context) const {
    Wav2vec2::Hidden hidden;
    if (!context.training) return hidden;
    const at::Device device = frames.latents.device();
    if (config_.time.starts > 0)
      hidden.frames = span_mask(frames.lengths, frames.latents.size(1), config_.time,
                                mix_seed(context.seed, "ctc.time"))
                          .to(device);
    if (config_.channels.starts > 0) {
      const std::vector<std::int64_t> widths(frames.lengths.size(), model.width());
      hidden.channels =
          span_mask(widths, model.width(), config_.channels, mix_seed(context.seed, "ctc.channels"))
              .to(device);
    }
    return hidden;
  }

  /// Error when a transcript needs more frames than there are: one a label, and a blank between
  /// equal neighbours.
  static void check_lengths(const at::Tensor& labels_BL, const std::vector<std::int64_t>& frames,
                            const Batch& batch) {
    const at::Tensor next_BL = labels_BL.slice(1, 1), now_BL = labels_BL.slice(1, 0, -1);
    const at::Tensor twice = next_BL.eq(now_BL).logical_and(next_BL.ge(0)).sum(1);
    const at::Tensor needed = (labels_BL.ge(0).sum(1) + twice).to(at::kLong);
    for (std::size_t b = 0; b < frames.size(); ++b) {
      const auto row = static_cast<std::int64_t>(b);
      if (needed[row].item<std::int64_t>() <= frames[b]) continue;
      const std::string clip = batch.has("index")
                                   ? std::to_string(batch.get("index")[row].item<std::int64_t>())
                                   : std::to_string(row) + " of the batch";
      throw Error("CTC: " + std::to_string(needed[row].item<std::int64_t>()) + " labels > " +
                      std::to_string(frames[b]) + " frames in clip " + clip,
                  std::string("objective ") + kName,
                  "correct the transcript, or use a model with more frames a second");
    }
  }

  Config config_;
};

const Registered<Objective, Ctc> ctc{Card{
    .name = "ctc",
    .summary = "the transcript's probability over all its alignments with the frames",
    .needs = {"wave", "transcript"},
    .yields = {"logits"},
    .papers = {39},
}};

}  // namespace
}  // namespace warmstart::audio
