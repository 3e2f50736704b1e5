// Predict each token from those before it.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/router_terms.h"
#include "core/objectives/token_predictions.h"

namespace warmstart {
namespace {

struct NextToken final : Objective, PredictsTokens {
  struct Config {
    RouterWeights router;
    void describe(Fields& fields) { router.describe(fields); }
  };

  explicit NextToken(const Config& config) : config_(config) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    const Batch outputs = context.model.run(batch);
    const at::Tensor& logits_BTV = outputs.get("logits");
    const at::Tensor& tokens_BT = batch.get("tokens");
    if (logits_BTV.dim() != 3 || logits_BTV.size(1) != tokens_BT.size(1)) {
      throw Error("the model's logits have shape " + sizes_text(logits_BTV.sizes()) +
                      ", next_token needs (B,T,V)",
                  "objective next_token", "use gpt_decoder");
    }
    Loss loss;
    loss.total = at::cross_entropy_loss(logits_BTV.slice(1, 0, -1).flatten(0, 1),
                                        next_tokens(batch).flatten(), {}, at::Reduction::Mean,
                                        kNothingAsked);
    loss.terms.emplace_back("next_token", loss.total.detach());
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits_BTV.detach());
    return loss;
  }

  TokenPredictions predictions(const Batch& batch, Context& context) override {
    const Loss loss = evaluate(batch, context);
    const at::Tensor& tokens_BT = batch.get("tokens");
    // What is said at a place is of the token behind it: both move on by one.
    return {.task = "next",
            .read_BS = tokens_BT,
            .text_BT = tokens_BT,
            .target_BT = at::constant_pad_nd(next_tokens(batch), {1, 0}, kNothingAsked),
            .logits_BTV =
                at::constant_pad_nd(loss.outputs.get("logits").slice(1, 0, -1), {0, 0, 1, 0})};
  }

 private:
  /// (B,T-1)
  static at::Tensor next_tokens(const Batch& batch) {
    const at::Tensor next = batch.get("tokens").slice(1, 1);
    if (!batch.has("attention_mask")) return next;
    return next.masked_fill(batch.get("attention_mask").slice(1, 1).eq(0), kNothingAsked);
  }

  Config config_;
};

const Registered<Objective, NextToken> next_token{{
    .name = "next_token",
    .summary = "predict each token from those before it",
    .needs = {"tokens"},
    .yields = {"logits", "token_predictions"},
    .papers = {5, 28, 72},
}};

}  // namespace
}  // namespace warmstart
