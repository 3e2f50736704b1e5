// Predict each token of a target from its input and the target's tokens before it. An
// encoder-decoder reads the two apart; a decoder with a prefix mask reads them one after the other.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/models/language_model.h"
#include "core/objectives/router_terms.h"
#include "core/objectives/token_predictions.h"

namespace warmstart {
namespace {

/// Columns of (B,T) up to the last that any row uses.
at::Tensor used_columns(const at::Tensor& tokens_BT, const at::Tensor& used_BT) {
  const at::Tensor any_T = used_BT.any(0);
  const std::int64_t last =
      any_T.nonzero().numel() == 0 ? 1 : any_T.nonzero().max().item<std::int64_t>() + 1;
  return tokens_BT.slice(1, 0, last);
}

struct Seq2seqToken final : Objective, PredictsTokens {
  struct Config {
    RouterWeights router;
    void describe(Fields& fields) { router.describe(fields); }
  };
  explicit Seq2seqToken(const Config& config) : config_(config) {}

  void attach(Model& model, const Json&) override {
    if (dynamic_cast<SequenceToSequence*>(&model) != nullptr) return;
    const auto* language = dynamic_cast<LanguageModel*>(&model);
    if (language != nullptr && language->takes_prefix()) return;
    throw Error("the model reads one text without a prefix", "objective seq2seq_token",
                "use an encoder-decoder, or gpt_decoder with mask: prefix");
  }

  // B batch, S input tokens, T target tokens, V vocabulary.
  Loss evaluate(const Batch& batch, Context& context) override {
    const Batch seen = used_part(batch);
    const at::Tensor& target_BT = seen.get("target");
    const Batch outputs = context.model.run(seen);
    const at::Tensor& logits_BTV = outputs.get("logits");
    if (logits_BTV.dim() != 3 || logits_BTV.size(1) != target_BT.size(1)) {
      throw Error("the model's logits have shape " + sizes_text(logits_BTV.sizes()) +
                      ", seq2seq_token needs (B,T,V)",
                  "objective seq2seq_token",
                  "use t5_encoder_decoder, or gpt_decoder with output: tokens");
    }
    Loss loss;
    loss.total = at::cross_entropy_loss(logits_BTV.flatten(0, 1), target_BT.flatten(), {},
                                        at::Reduction::Mean, kNothingAsked);
    loss.terms.emplace_back("target_token", loss.total.detach());
    if (batch.has("mode")) add_modes(loss, logits_BTV.detach(), target_BT, batch.get("mode"));
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits_BTV.detach());
    return loss;
  }

  TokenPredictions predictions(const Batch& batch, Context& context) override {
    const Loss loss = evaluate(batch, context);
    const Batch seen = used_part(batch);
    const at::Tensor& target_BT = seen.get("target");
    return {.task = "target",
            .read_BS = seen.get("tokens"),
            .text_BT = target_BT.clamp_min(0),
            .target_BT = target_BT,
            .logits_BTV = loss.outputs.get("logits")};
  }

 private:
  /// Input and target without the columns that are padding in every sample.
  static Batch used_part(const Batch& batch) {
    const at::Tensor& full_BT = batch.get("target");
    const at::Tensor& mask_BS = batch.get("attention_mask");
    Batch seen;
    seen.set("tokens", used_columns(batch.get("tokens"), mask_BS.ne(0)));
    seen.set("attention_mask", mask_BS.slice(1, 0, seen.get("tokens").size(1)));
    seen.set("target", used_columns(full_BT, full_BT.ne(kNothingAsked)));
    seen.set("decoder_tokens", batch.get("decoder_tokens").slice(1, 0, seen.get("target").size(1)));
    return seen;
  }

  /// The mean loss of each way in which the batch's texts were hidden, where it occurs.
  static void add_modes(Loss& loss, const at::Tensor& logits_BTV, const at::Tensor& target_BT,
                        const at::Tensor& mode_B) {
    const at::Tensor token_BT =
        at::cross_entropy_loss(logits_BTV.flatten(0, 1), target_BT.flatten(), {},
                               at::Reduction::None, kNothingAsked)
            .view_as(target_BT);
    for (std::int64_t mode = 0; mode < std::ssize(kDenoiserModes); ++mode) {
      const at::Tensor own = mode_B.eq(mode).unsqueeze(1).logical_and(target_BT.ne(kNothingAsked));
      if (own.any().item<bool>())
        loss.terms.emplace_back(std::string("loss_") + kDenoiserModes[mode],
                                token_BT.masked_select(own).mean());
    }
  }

  Config config_;
};

const Registered<Objective, Seq2seqToken> seq2seq_token{{
    .name = "seq2seq_token",
    .summary = "predict a target token by token from its input",
    .needs = {"tokens", "attention_mask", "decoder_tokens", "target"},
    .yields = {"logits", "token_predictions"},
    .papers = {28},
}};

}  // namespace
}  // namespace warmstart
