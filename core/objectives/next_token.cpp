// Predict each token from those before it.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/objective.h"
#include "core/objectives/router_terms.h"

namespace warmstart {
namespace {

constexpr std::int64_t kIgnoredToken = -100;

struct NextToken final : Objective {
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
    at::Tensor target = tokens_BT.slice(1, 1);
    if (batch.has("attention_mask")) {
      target = target.masked_fill(batch.get("attention_mask").slice(1, 1).eq(0), kIgnoredToken);
    }
    Loss loss;
    loss.total = at::cross_entropy_loss(logits_BTV.slice(1, 0, -1).flatten(0, 1), target.flatten(),
                                        {}, at::Reduction::Mean, kIgnoredToken);
    loss.terms.emplace_back("next_token", loss.total.detach());
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits_BTV.detach());
    return loss;
  }

 private:
  Config config_;
};

const Registered<Objective, NextToken> next_token{{
    .name = "next_token",
    .summary = "predict each token from those before it",
    .needs = {"tokens"},
    .yields = {"logits"},
    .papers = {5, 28, 72},
}};

}  // namespace
}  // namespace warmstart
