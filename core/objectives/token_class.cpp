// A class for each token that has one: tagging (Devlin et al. 2019, section 5.3, where the first
// piece of a word carries the word's tag).
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/router_terms.h"
#include "core/objectives/token_predictions.h"

namespace warmstart {
namespace {

struct TokenClass final : Objective, PredictsTokens {
  struct Config {
    RouterWeights router;
    void describe(Fields& fields) { router.describe(fields); }
  };
  explicit TokenClass(const Config& config) : config_(config) {}

  // B batch, T tokens, K classes.
  Loss evaluate(const Batch& batch, Context& context) override {
    const at::Tensor& tags_BT = batch.get("tags");
    const Batch outputs = context.model.run(batch);
    const at::Tensor& logits_BTK = outputs.get("logits");
    check(logits_BTK, tags_BT);
    const at::Tensor tagged_BT = tags_BT.ne(kNothingAsked);
    Loss loss;
    loss.total = at::cross_entropy_loss(logits_BTK.flatten(0, 1), tags_BT.flatten(), {},
                                        at::Reduction::Mean, kNothingAsked);
    const at::Tensor right = logits_BTK.detach().argmax(2).eq(tags_BT).logical_and(tagged_BT);
    loss.terms.emplace_back("accuracy", right.sum().to(at::kFloat) / tagged_BT.sum());
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits_BTK.detach());
    return loss;
  }

  TokenPredictions predictions(const Batch& batch, Context& context) override {
    const Loss loss = evaluate(batch, context);
    return {.task = "class",
            .read_BS = batch.get("tokens"),
            .text_BT = batch.get("tokens"),
            .target_BT = batch.get("tags"),
            .logits_BTV = loss.outputs.get("logits")};
  }

 private:
  static void check(const at::Tensor& logits_BTK, const at::Tensor& tags_BT) {
    if (logits_BTK.dim() != 3 || logits_BTK.size(1) != tags_BT.size(1)) {
      throw Error("the model's logits have shape " + sizes_text(logits_BTK.sizes()) +
                      ", token_class needs (B,T,K)",
                  "objective token_class", "set the stage's model: {output: token}");
    }
    if (!tags_BT.ne(kNothingAsked).any().item<bool>())
      throw Error("no token of a batch has a tag", "objective token_class",
                  "raise the data's length, or check its columns");
    const std::int64_t largest = tags_BT.max().item<std::int64_t>();
    if (largest < logits_BTK.size(2)) return;
    throw Error("tag " + std::to_string(largest) + " is outside 0.." +
                    std::to_string(logits_BTK.size(2) - 1),
                "objective token_class", "set model.classes: ${data.classes}");
  }

  Config config_;
};

const Registered<Objective, TokenClass> token_class{{
    .name = "token_class",
    .summary = "classify each token",
    .needs = {"tokens", "tags"},
    .yields = {"logits", "token_predictions"},
    .papers = {20},
}};

}  // namespace
}  // namespace warmstart
