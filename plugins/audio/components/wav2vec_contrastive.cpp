// wav2vec 2.0's pretraining (Baevski et al. 2020, equations 2 to 4; seed card 39): the context of a
// hidden frame must tell its quantized latent from those of other hidden frames of the same clip,
// while the codebooks stay in use.
//   L = -log exp(cos(c_t,q_t)/k) / sum_{q in {q_t} + K others} exp(cos(c_t,q)/k)
//       + diversity (G V - perplexity) / (G V) + penalty mean(z^2)
#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/objectives/objective.h"
#include "plugins/audio/components/span_mask.h"
#include "plugins/audio/components/wav2vec2.h"

namespace warmstart::audio {
namespace {

struct Wav2vecContrastive final : Objective {
  struct Config {
    SpanOptions mask{.at_least = 1};
    std::int64_t negatives = 100;
    double kappa = 0.1, diversity = 0.1, penalty = 10;
    double temperature = 2, lowest_temperature = 0.5, temperature_factor = 0.999995;
    void describe(Fields& fields) {
      fields.field("starts", mask.starts, "share of frames where a hidden span starts")
          .above(0)
          .within(0, 1);
      fields.field("span", mask.span, "length of a hidden span").at_least(1).unit("frames");
      fields.field("negatives", negatives, "other hidden frames that each one is compared with")
          .at_least(1);
      fields.field("kappa", kappa, "temperature of the comparison").above(0);
      fields.field("diversity", diversity, "weight of unused codebook entries").at_least(0);
      fields.field("penalty", penalty, "weight of the mean square of the latents").at_least(0);
      fields.field("temperature", temperature, "of the Gumbel softmax at the start").above(0);
      fields.field("lowest_temperature", lowest_temperature, "where it stops falling").above(0);
      fields.field("temperature_factor", temperature_factor, "on the temperature, each step")
          .above(0)
          .within(0, 1);
    }
  };

  explicit Wav2vecContrastive(const Config& config) : config_(config) {}

  void attach(Model& model, const Json&) override { require_wav2vec2(model, kName); }

  Loss evaluate(const Batch& batch, Context& context) override {
    Wav2vec2& model = require_wav2vec2(context.model, kName);
    const Wav2vec2::Frames frames = model.frames(batch);
    const at::Tensor hidden_BT = span_mask(frames.lengths, frames.latents.size(1), config_.mask,
                                           mix_seed(context.seed, "wav2vec.mask"))
                                     .to(frames.latents.device());
    const at::Tensor place_N = hidden_BT.flatten().nonzero().squeeze(1);
    const Quantized target = model.quantizer().forward(
        frames.latents.flatten(0, 1).index_select(0, place_N), draw_at(context));
    const at::Tensor contexts_BTD = model.contexts(frames, {.frames = hidden_BT, .channels = {}});
    const at::Tensor other_NK = others(hidden_BT, mix_seed(context.seed, "wav2vec.negatives"));
    const at::Tensor scores_NK =
        compare(model.predicted(contexts_BTD.flatten(0, 1).index_select(0, place_N)),
                model.target(target.values), other_NK);
    Loss loss = sum_up(scores_NK, target, frames, model);
    loss.outputs.set("hidden", hidden_BT);
    loss.outputs.set("negatives", other_NK);
    return loss;
  }

 private:
  static constexpr const char* kName = "audio.wav2vec_contrastive";

  std::optional<GumbelDraw> draw_at(const Context& context) const {
    if (!context.training) return std::nullopt;
    const double now = config_.temperature *
                       std::pow(config_.temperature_factor, static_cast<double>(context.step));
    return GumbelDraw{std::max(now, config_.lowest_temperature),
                      mix_seed(context.seed, "wav2vec.gumbel")};
  }

  /// (N,K) for each hidden frame the numbers of K other hidden frames of its clip.
  at::Tensor others(const at::Tensor& hidden_BT, std::uint64_t seed) const {
    const at::Tensor counts = hidden_BT.sum(1).to(at::kCPU, at::kLong).contiguous();
    at::Tensor other_NK =
        at::empty({counts.sum().item<std::int64_t>(), config_.negatives}, at::kLong);
    std::int64_t* out = other_NK.data_ptr<std::int64_t>();
    std::int64_t first = 0;
    for (std::int64_t b = 0; b < counts.numel(); ++b) {
      const std::int64_t count = counts.data_ptr<std::int64_t>()[b];
      if (count == 1) refuse_lonely(b);
      Random random(mix_seed(seed, "clip", static_cast<std::uint64_t>(b)));
      for (std::int64_t t = 0; t < count; ++t) {
        for (std::int64_t k = 0; k < config_.negatives; ++k) {
          const std::int64_t draw = random.integer(0, count - 2);
          *out++ = first + draw + (draw >= t ? 1 : 0);
        }
      }
      first += count;
    }
    if (first == 0) {
      throw Error("no clip of the batch is as long as a hidden span of " +
                      std::to_string(config_.mask.span) + " frames",
                  std::string("objective ") + kName, "use longer clips or a smaller span");
    }
    return other_NK.to(hidden_BT.device());
  }

  [[noreturn]] static void refuse_lonely(std::int64_t clip) {
    throw Error("clip " + std::to_string(clip) +
                    " of the batch has one hidden frame, and nothing "
                    "to compare it with",
                std::string("objective ") + kName, "use a span of at least 2 frames");
  }

  /// (N,1+K) scores, the right one first; an equal wrong one does not count.
  at::Tensor compare(const at::Tensor& context_ND, const at::Tensor& target_ND,
                     const at::Tensor& other_NK) const {
    const at::Tensor wrong_NKD =
        target_ND.index_select(0, other_NK.flatten()).unflatten(0, other_NK.sizes());
    const at::Tensor right_N1D = target_ND.unsqueeze(1);
    const at::Tensor same_NK = wrong_NKD.eq(right_N1D).all(2);
    const at::Tensor scores = at::cosine_similarity(context_ND.unsqueeze(1),
                                                    at::cat({right_N1D, wrong_NKD}, 1), 2, 1e-8) /
                              config_.kappa;
    const at::Tensor hidden = at::cat({at::zeros_like(same_NK.narrow(1, 0, 1)), same_NK}, 1);
    return scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  }

  Loss sum_up(const at::Tensor& scores_NK, const Quantized& target, const Wav2vec2::Frames& frames,
              Wav2vec2& model) const {
    const auto entries = static_cast<double>(model.quantizer().entries());
    const at::Tensor contrastive = -scores_NK.log_softmax(1).select(1, 0).mean();
    const at::Tensor unused = (entries - target.perplexity) / entries;
    at::Tensor square = frames.raw.square().mean(2);
    square = frames.visible.defined() ? (square * frames.visible).sum() / frames.visible.sum()
                                      : square.mean();
    Loss loss;
    loss.total = contrastive + config_.diversity * unused + config_.penalty * square;
    loss.terms.emplace_back("contrastive", contrastive.detach());
    loss.terms.emplace_back("codebook_perplexity", target.perplexity.detach());
    loss.terms.emplace_back("contrastive_accuracy",
                            scores_NK.detach().argmax(1).eq(0).to(at::kFloat).mean());
    loss.terms.emplace_back("latent_square", square.detach());
    return loss;
  }

  Config config_;
};

const Registered<Objective, Wav2vecContrastive> wav2vec_contrastive{Card{
    .name = "wav2vec_contrastive",
    .summary = "tell the quantized latent of a hidden frame from those of others, as wav2vec 2.0",
    .needs = {"wave"},
    .yields = {},
    .papers = {39},
}};

}  // namespace
}  // namespace warmstart::audio
