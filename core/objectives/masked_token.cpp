// Masked language modelling (Devlin et al. 2019): predict the tokens that were chosen and hidden.
#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/objective.h"
#include "core/objectives/router_terms.h"

namespace warmstart {
namespace {

constexpr std::int64_t kNotChosen = -100;

struct MaskedToken final : Objective {
  struct Config {
    double ratio = 0.15;
    double mask_share = 0.8, replace_share = 0.1, keep_share = 0.1;
    RouterWeights router;
    void describe(Fields& fields) {
      fields.field("ratio", ratio, "share of tokens that are chosen").above(0).within(0, 1);
      fields.field("mask_share", mask_share, "of the chosen, those that become the mask token")
          .within(0, 1);
      fields.field("replace_share", replace_share, "of the chosen, those that become another token")
          .within(0, 1);
      fields.field("keep_share", keep_share, "of the chosen, those that stay").within(0, 1);
      router.describe(fields);
    }
  };

  explicit MaskedToken(const Config& config) : config_(config) {
    const double sum = config.mask_share + config.replace_share + config.keep_share;
    if (std::abs(sum - 1.0) < 1e-6) return;
    throw Error("mask_share, replace_share and keep_share sum to " + std::to_string(sum),
                "objective masked_token", "make them sum to 1");
  }

  void attach(Model&, const Json& facts) override {
    if (!facts.contains("mask_token") || !facts["mask_token"].is_number_integer()) {
      throw Error("the data's tokenizer has no mask token", "objective masked_token",
                  "use a tokenizer with special tokens, such as text.wordpiece");
    }
    mask_ = facts["mask_token"].get<std::int64_t>();
    vocabulary_ = facts.at("vocabulary").get<std::int64_t>();
    special_ = facts.value("special_tokens", std::vector<std::int64_t>{});
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    const at::Tensor& tokens_BT = batch.get("tokens");
    const at::Tensor chosen_BT = choose(batch, mix_seed(context.seed, "masked_token"));
    Batch hidden = batch;
    hidden.set("tokens", corrupt(tokens_BT, chosen_BT, mix_seed(context.seed, "corrupted_token")));
    const Batch outputs = context.model.run(hidden);
    const at::Tensor& logits_BTV = outputs.get("logits");
    if (logits_BTV.dim() != 3 || logits_BTV.size(2) != vocabulary_) {
      throw Error("the model's logits have shape " + sizes_text(logits_BTV.sizes()) +
                      ", masked_token needs (B,T," + std::to_string(vocabulary_) + ")",
                  "objective masked_token", "set the stage's model: {output: masked_lm}");
    }
    const at::Tensor target = at::where(chosen_BT, tokens_BT, kNotChosen);
    Loss loss;
    loss.total = at::cross_entropy_loss(logits_BTV.flatten(0, 1), target.flatten(), {},
                                        at::Reduction::Mean, kNotChosen);
    const at::Tensor right = logits_BTV.detach().argmax(2).eq(tokens_BT).logical_and(chosen_BT);
    loss.terms.emplace_back("accuracy", right.sum().to(at::kFloat) / chosen_BT.sum());
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits_BTV.detach());
    loss.outputs.set("tokens", hidden.get("tokens"));
    loss.outputs.set("mask", chosen_BT.to(at::kLong));
    return loss;
  }

 private:
  /// True where a token is to be predicted; at least one in the batch.
  at::Tensor choose(const Batch& batch, std::uint64_t seed) const {
    const at::Tensor tokens_BT = batch.get("tokens").cpu();
    at::Tensor usable = at::ones_like(tokens_BT, at::kBool);
    if (batch.has("attention_mask")) usable = batch.get("attention_mask").cpu().ne(0);
    for (const std::int64_t special : special_) usable = usable.logical_and(tokens_BT.ne(special));
    const at::Tensor draw = uniform_like(tokens_BT, seed).masked_fill(usable.logical_not(), 2.0);
    at::Tensor chosen = draw.lt(config_.ratio);
    if (!chosen.any().item<bool>() && usable.any().item<bool>()) chosen = draw.eq(draw.min());
    if (!chosen.any().item<bool>()) {
      throw Error("a batch holds nothing but special tokens", "objective masked_token",
                  "check the data's text column");
    }
    return chosen.to(batch.get("tokens").device());
  }

  at::Tensor corrupt(const at::Tensor& tokens_BT, const at::Tensor& chosen_BT,
                     std::uint64_t seed) const {
    const at::Tensor fate = uniform_like(tokens_BT, seed).to(tokens_BT.device());
    const at::Tensor masked = chosen_BT.logical_and(fate.lt(config_.mask_share));
    const at::Tensor replaced =
        chosen_BT.logical_and(masked.logical_not())
            .logical_and(fate.lt(config_.mask_share + config_.replace_share));
    const at::Tensor other =
        (uniform_like(tokens_BT, mix_seed(seed, "other")) * static_cast<double>(vocabulary_))
            .floor()
            .to(tokens_BT.options())
            .clamp_max(vocabulary_ - 1);
    return at::where(replaced, other, tokens_BT).masked_fill(masked, mask_);
  }

  static at::Tensor uniform_like(const at::Tensor& tokens, std::uint64_t seed) {
    at::Tensor values = at::empty(tokens.sizes(), at::kDouble);
    Random random(seed);
    double* out = values.data_ptr<double>();
    for (std::int64_t i = 0; i < values.numel(); ++i) out[i] = random.uniform();
    return values;
  }

  Config config_;
  std::int64_t mask_ = 0, vocabulary_ = 0;
  std::vector<std::int64_t> special_;
};

const Registered<Objective, MaskedToken> masked_token{{
    .name = "masked_token",
    .summary = "predict tokens that are hidden from the input",
    .needs = {"tokens"},
    .yields = {"logits", "tokens", "mask"},
    .papers = {9, 20},
}};

}  // namespace
}  // namespace warmstart
