// How many tokens a language model hesitates between: exp of the mean loss a token.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

struct Perplexity final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Perplexity(const Config&) {}

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor& logits_TV = outputs.get("logits");
    const at::Tensor tokens_T = fields.get("tokens").to(logits_TV.device());
    if (logits_TV.dim() != 2 || logits_TV.size(0) != tokens_T.size(0)) {
      throw Error("the model gives no score for each token", "metric perplexity",
                  "measure a language model such as gpt_decoder");
    }
    at::Tensor target = tokens_T.slice(0, 1);
    if (fields.has("attention_mask")) {
      target = target.masked_fill(fields.get("attention_mask").slice(0, 1).eq(0), -100);
    }
    if (target.eq(-100).all().item<bool>()) return {{"perplexity", "", sample, kUndefined, true}};
    const at::Tensor loss = at::cross_entropy_loss(logits_TV.slice(0, 0, -1).to(at::kDouble),
                                                   target, {}, at::Reduction::Mean, -100);
    return {{"perplexity", "", sample, std::exp(loss.item<double>()), true}};
  }
  bool higher_is_better() const override { return false; }
};

const Registered<Metric, Perplexity> perplexity{Card{
    .name = "perplexity",
    .summary = "exp of the mean next-token loss",
    .needs = {"logits", "tokens"},
    .yields = {},
    .papers = {28, 72},
}};

}  // namespace warmstart
