// Masked language modelling (Devlin et al. 2019): predict the tokens that were chosen and hidden.
#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/router_terms.h"
#include "core/objectives/token_predictions.h"

namespace warmstart {
namespace {

struct MaskedToken final : Objective, PredictsTokens {
  struct Config {
    double ratio = 0.15;
    double mask_share = 0.8, replace_share = 0.1, keep_share = 0.1;
    std::string replace_source = "uniform";
    bool whole_words = false;
    double pair_weight = 0;
    RouterWeights router;
    void describe(Fields& fields) {
      fields.field("ratio", ratio, "share of tokens that are chosen").above(0).within(0, 1);
      fields.field("whole_words", whole_words,
                   "words are chosen, with all their pieces; ratio is then the share of words");
      fields.field("mask_share", mask_share, "of the chosen, those that become the mask token")
          .within(0, 1);
      fields.field("replace_share", replace_share, "of the chosen, those that become another token")
          .within(0, 1);
      fields.field("keep_share", keep_share, "of the chosen, those that stay").within(0, 1);
      fields
          .field(
              "replace_source", replace_source,
              "what the other tokens are drawn from: the whole vocabulary, the words as often as "
              "they occur, or the data's table of telling words")
          .one_of({"uniform", "unigram", "tfidf"});
      fields
          .field("pair_weight", pair_weight,
                 "weight of telling whether the second text belongs to the first; 0 = off")
          .at_least(0);
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
    if (config_.whole_words) read_continuations(facts);
    if (config_.replace_source != "uniform")
      read_replacements(facts.value("replacements", Json::object()));
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    const Guess guess = guessed(batch, context);
    const at::Tensor places_N = guess.chosen_BT.flatten().nonzero().squeeze(1);
    at::Tensor logits_NV = guess.outputs.get("logits");
    if (logits_NV.dim() == 3) logits_NV = logits_NV.flatten(0, 1).index_select(0, places_N);
    const at::Tensor target_N = batch.get("tokens").flatten().index_select(0, places_N);
    Loss loss;
    loss.total = at::cross_entropy_loss(logits_NV, target_N);
    const at::Tensor right_N = logits_NV.detach().argmax(1).eq(target_N);
    loss.terms.emplace_back("accuracy", right_N.to(at::kFloat).mean());
    if (config_.pair_weight > 0) add_pair_term(loss, guess.outputs, batch);
    add_router_terms(loss, guess.outputs, config_.router);
    loss.outputs.set("logits", guess.outputs.get("logits").detach());
    loss.outputs.set("tokens", guess.shown_BT);
    loss.outputs.set("mask", guess.chosen_BT.to(at::kLong));
    return loss;
  }

  TokenPredictions predictions(const Batch& batch, Context& context) override {
    const Guess guess = guessed(batch, context);
    return {
        .task = "hidden",
        .read_BS = guess.shown_BT,
        .text_BT = guess.shown_BT,
        .target_BT = batch.get("tokens").masked_fill(guess.chosen_BT.logical_not(), kNothingAsked),
        .logits_BTV = guess.outputs.get("logits"),
        .fate_BT = guess.fate_BT,
        .replacement = config_.replace_source};
  }

 private:
  struct Guess {
    at::Tensor chosen_BT;  ///< true where a token is to be predicted
    at::Tensor fate_BT;    ///< what was done to it
    at::Tensor shown_BT;   ///< what the model read
    Batch outputs;
  };

  Guess guessed(const Batch& batch, Context& context) const {
    Guess guess;
    guess.chosen_BT = choose(batch, mix_seed(context.seed, "masked_token"));
    const std::uint64_t seed = mix_seed(context.seed, "corrupted_token");
    guess.fate_BT = fates(guess.chosen_BT, seed);
    guess.shown_BT = corrupt(batch.get("tokens"), guess.fate_BT, seed);
    Batch hidden = batch;
    hidden.set("tokens", guess.shown_BT);
    // Whoever looks at the outputs gets the logits of every token; training needs the chosen alone.
    if (context.training) hidden.set("predicted", guess.chosen_BT.flatten().nonzero().squeeze(1));
    guess.outputs = context.model.run(hidden);
    check_logits(guess.outputs.get("logits"));
    return guess;
  }

  void read_continuations(const Json& facts) {
    if (!facts.contains("word_continuations")) {
      throw Error("the data's tokenizer does not tell where words begin", "objective masked_token",
                  "use text.wordpiece or text.sentencepiece, or set whole_words: false");
    }
    continues_ = at::zeros({vocabulary_}, at::kBool);
    for (const Json& token : facts["word_continuations"])
      continues_[token.get<std::int64_t>()] = true;
  }

  /// {source, tokens, weights} that the data set gives.
  void read_replacements(const Json& table) {
    if (table.value("source", "") != config_.replace_source) {
      throw Error("the data has no table for replace_source: " + config_.replace_source,
                  "objective masked_token",
                  "set the data's replacements: " + config_.replace_source +
                      " (text.sentence_pairs), or replace_source: uniform");
    }
    replacements_ = at::tensor(table.at("tokens").get<std::vector<std::int64_t>>(), at::kLong);
    const at::Tensor weights =
        at::tensor(table.at("weights").get<std::vector<double>>(), at::kDouble);
    reached_ = weights.cumsum(0) / weights.sum();
  }

  void check_logits(const at::Tensor& logits) const {
    if ((logits.dim() == 3 || logits.dim() == 2) && logits.size(-1) == vocabulary_) return;
    throw Error("the model's logits have shape " + sizes_text(logits.sizes()) +
                    ", masked_token needs (B,T," + std::to_string(vocabulary_) + ")",
                "objective masked_token", "set the stage's model: {output: masked_lm}");
  }

  void add_pair_term(Loss& loss, const Batch& outputs, const Batch& batch) const {
    if (!outputs.has("pair_logits") || !batch.has("class")) {
      throw Error(std::string("pair_weight without ") +
                      (batch.has("class") ? "an output for pairs" : "pairs with a class"),
                  "objective masked_token",
                  batch.has("class") ? "set the stage's model: {output: pretraining}"
                                     : "use text.sentence_pairs with pairs: nsp or sop");
    }
    const at::Tensor& logits_B2 = outputs.get("pair_logits");
    const at::Tensor pair = at::cross_entropy_loss(logits_B2, batch.get("class"));
    loss.total = loss.total + config_.pair_weight * pair;
    loss.terms.emplace_back("pair", pair.detach());
    loss.terms.emplace_back(
        "pair_accuracy", logits_B2.detach().argmax(1).eq(batch.get("class")).to(at::kFloat).mean());
  }

  /// True where a token is to be predicted; at least one in the batch.
  at::Tensor choose(const Batch& batch, std::uint64_t seed) const {
    const at::Tensor tokens_BT = batch.get("tokens").cpu();
    at::Tensor usable = at::ones_like(tokens_BT, at::kBool);
    if (batch.has("attention_mask")) usable = batch.get("attention_mask").cpu().ne(0);
    for (const std::int64_t special : special_) usable = usable.logical_and(tokens_BT.ne(special));
    at::Tensor draw = uniform_like(tokens_BT, seed);
    if (continues_.defined()) draw = draw.gather(1, word_starts(tokens_BT));
    draw = draw.masked_fill(usable.logical_not(), 2.0);
    at::Tensor chosen = draw.lt(config_.ratio);
    if (!chosen.any().item<bool>() && usable.any().item<bool>()) chosen = draw.eq(draw.min());
    if (!chosen.any().item<bool>()) {
      throw Error("a batch holds nothing but special tokens", "objective masked_token",
                  "check the data's text column");
    }
    return chosen.to(batch.get("tokens").device());
  }

  /// (B,T) the place where each token's word begins.
  at::Tensor word_starts(const at::Tensor& tokens_BT) const {
    const at::Tensor goes_on = continues_.index_select(0, tokens_BT.flatten()).view_as(tokens_BT);
    const at::Tensor place_BT =
        at::arange(tokens_BT.size(1), tokens_BT.options()).expand_as(tokens_BT);
    return std::get<0>(at::cummax(place_BT.masked_fill(goes_on, 0), 1));
  }

  at::Tensor fates(const at::Tensor& chosen_BT, std::uint64_t seed) const {
    const at::Tensor draw = uniform_like(chosen_BT, seed).to(chosen_BT.device());
    return at::full(chosen_BT.sizes(), kTokenKept, chosen_BT.options().dtype(at::kLong))
        .masked_fill(draw.lt(config_.mask_share + config_.replace_share), kTokenReplaced)
        .masked_fill(draw.lt(config_.mask_share), kTokenMasked)
        .masked_fill(chosen_BT.logical_not(), kTokenUntouched);
  }

  at::Tensor corrupt(const at::Tensor& tokens_BT, const at::Tensor& fate_BT,
                     std::uint64_t seed) const {
    const at::Tensor other = drawn(tokens_BT, mix_seed(seed, "other"));
    return at::where(fate_BT.eq(kTokenReplaced), other, tokens_BT)
        .masked_fill(fate_BT.eq(kTokenMasked), mask_);
  }

  /// A token for every place, from the source that was asked for.
  at::Tensor drawn(const at::Tensor& tokens_BT, std::uint64_t seed) const {
    const at::Tensor draw = uniform_like(tokens_BT, seed);
    if (!replacements_.defined()) {
      return (draw * static_cast<double>(vocabulary_))
          .floor()
          .to(tokens_BT.options())
          .clamp_max(vocabulary_ - 1);
    }
    const at::Tensor place = at::searchsorted(reached_, draw, /*out_int32=*/false, /*right=*/true)
                                 .clamp_max(replacements_.size(0) - 1);
    return replacements_.index_select(0, place.flatten()).view_as(tokens_BT).to(tokens_BT.device());
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
  at::Tensor continues_;               // whether a token goes on with a word; undefined = not asked
  at::Tensor replacements_, reached_;  // tokens and their cumulative shares; undefined = uniform
};

const Registered<Objective, MaskedToken> masked_token{{
    .name = "masked_token",
    .summary = "predict tokens that are hidden from the input",
    .needs = {"tokens"},
    .yields = {"logits", "tokens", "mask", "token_predictions"},
    .papers = {9, 20},
}};

}  // namespace
}  // namespace warmstart
