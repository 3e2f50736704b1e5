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
    apart_ = dynamic_cast<SequenceToSequence*>(&model) != nullptr;
    const auto* language = dynamic_cast<LanguageModel*>(&model);
    if (apart_ || (language != nullptr && language->takes_prefix())) return;
    throw Error("the model reads one text without a prefix", "objective seq2seq_token",
                "use an encoder-decoder, or gpt_decoder with mask: prefix");
  }

  // B batch, S input tokens, T target tokens, V vocabulary.
  Loss evaluate(const Batch& batch, Context& context) override {
    const Batch seen = used_part(batch);
    const at::Tensor& target_BT = seen.get("target");
    Batch outputs;
    const at::Tensor logits_BTV =
        apart_ ? read_apart(seen, context, outputs) : read_in_a_row(seen, context, outputs);
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

  static at::Tensor read_apart(const Batch& seen, Context& context, Batch& outputs) {
    outputs = context.model.run(seen);
    return outputs.get("logits");
  }

  /// Input and target in one row without a gap; the logits of the places before target tokens. The
  /// decoder's first token (the start) is not needed: the input's last one stands there.
  static at::Tensor read_in_a_row(const Batch& seen, Context& context, Batch& outputs) {
    const at::Tensor& tokens_BS = seen.get("tokens");
    const at::Tensor& decoder_BT = seen.get("decoder_tokens");
    const at::Tensor prefix_B = seen.get("attention_mask").sum(1);
    const std::int64_t targets = decoder_BT.size(1);
    // Place of target t's predecessor: prefix - 1 + t.
    const at::Tensor place_BT =
        (prefix_B - 1).unsqueeze(1) + at::arange(targets, prefix_B.options()).unsqueeze(0);
    const std::int64_t length = place_BT.max().item<std::int64_t>() + 1;
    at::Tensor row_BL = at::constant_pad_nd(tokens_BS, {0, length - tokens_BS.size(1)});
    row_BL = row_BL.scatter(1, place_BT.slice(1, 1), decoder_BT.slice(1, 1));
    Batch joined;
    joined.set("tokens", row_BL);
    joined.set("prefix", prefix_B);
    outputs = context.model.run(joined);
    const at::Tensor& logits_BLV = outputs.get("logits");
    return logits_BLV.gather(1, place_BT.unsqueeze(2).expand({-1, -1, logits_BLV.size(2)}));
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
  bool apart_ = true;
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
