// What a model of tokens says at each place of the watched texts: loss, the likeliest tokens, and
// what it writes after prompts. The texts and what is hidden of them stay the same for the whole
// run, so that the timeline shows the model changing and nothing else.
#include <ATen/ATen.h>

#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/data/prompts.h"
#include "core/inspect/inspector.h"
#include "core/models/generation.h"
#include "core/objectives/token_predictions.h"

namespace warmstart {
namespace {

/// Of one text; T places, K predictions.
struct TokenScores {
  at::Tensor loss_T, rank_T, predicted_TK, probability_TK;
};

TokenScores token_scores(const at::Tensor& logits_TV, const at::Tensor& target_T,
                         std::int64_t predictions) {
  const at::Tensor logits = logits_TV.to(at::kCPU, at::kDouble);
  const at::Tensor asked = target_T.ne(kNothingAsked);
  const at::Tensor place_T1 = target_T.clamp_min(0).unsqueeze(1);
  const at::Tensor said_TV = at::log_softmax(logits, 1);
  const at::Tensor own_T1 = said_TV.gather(1, place_T1);
  const auto [most, which] = said_TV.topk(predictions, 1);
  return {own_T1.squeeze(1).neg().masked_fill(asked.logical_not(), NAN).to(at::kFloat),
          said_TV.gt(own_T1).sum(1).add(1).masked_fill(asked.logical_not(), 0).to(at::kInt),
          which.to(at::kInt), most.exp().to(at::kFloat)};
}

void add_token_numbers(const at::Tensor& tokens, std::set<std::int64_t>& to) {
  const at::Tensor flat = tokens.to(at::kCPU, at::kLong).contiguous();
  const auto* first = flat.data_ptr<std::int64_t>();
  to.insert(first, first + flat.numel());
}

struct TokensInspector final : Inspector {
  struct Config {
    std::int64_t predictions = 5;
    std::vector<std::string> prompts;
    GenerationSettings writing;
    void describe(Fields& fields) {
      fields.field("predictions", predictions, "likeliest tokens kept for each place")
          .within(1, 50);
      fields.field("prompts", prompts,
                   "texts that the model writes on from; none = it writes none");
      fields.field("length", writing.tokens, "tokens written after a prompt")
          .within(1, 10000)
          .unit("tokens");
      fields
          .field("temperature", writing.temperature,
                 "of what is written; 0 = always the likeliest token")
          .at_least(0);
      fields
          .field("top_p", writing.top_p,
                 "what is written is drawn from the likeliest tokens that together have this "
                 "probability")
          .above(0)
          .within(0, 1);
    }
  };
  explicit TokensInspector(const Config& config) : config_(config) {}

  void attach(const Dataset& watched) override {
    watched_ = &watched;
    marks_ = marks(watched.facts());
    prompts_ = dynamic_cast<const Prompts*>(&watched);
    if (prompts_ != nullptr || config_.prompts.empty()) return;
    throw Error("the watched data cannot read a prompt", "inspector tokens",
                "watch a text.corpus or text.stream, or remove the prompts");
  }

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective& objective,
                  Context& context) override {
    auto* predicts = dynamic_cast<PredictsTokens*>(&objective);
    if (predicts == nullptr)
      throw Error("the objective predicts no tokens", "inspector tokens", "remove the inspector");
    Context fixed{context.model, mix_seed(0, "tokens"), context.step, context.total_steps, false};
    const TokenPredictions seen = predicts->predictions(watch, fixed);
    Capture out = arrays_of(seen);
    describe(out, seen, watch);
    if (!config_.prompts.empty()) out.header["generated"] = written(context.model);
    return out;
  }

 private:
  Capture arrays_of(const TokenPredictions& seen) const {
    const at::Tensor target_ST = seen.target_BT.cpu();
    const std::int64_t kept = std::min(config_.predictions, seen.logits_BTV.size(2));
    std::vector<at::Tensor> loss, rank, predicted, probability;
    for (std::int64_t sample = 0; sample < target_ST.size(0); ++sample) {
      const TokenScores scores = token_scores(seen.logits_BTV[sample], target_ST[sample], kept);
      loss.push_back(scores.loss_T);
      rank.push_back(scores.rank_T);
      predicted.push_back(scores.predicted_TK);
      probability.push_back(scores.probability_TK);
    }
    Capture out;
    out.tensors = {{"read", seen.read_BS.to(at::kInt)},
                   {"text", seen.text_BT.to(at::kInt)},
                   {"target", target_ST.to(at::kInt)},
                   {"loss", at::stack(loss)},
                   {"rank", at::stack(rank)},
                   {"predicted", at::stack(predicted)},
                   {"probability", at::stack(probability)}};
    if (seen.fate_BT.defined()) out.tensors.emplace_back("fate", seen.fate_BT.to(at::kInt));
    return out;
  }

  void describe(Capture& out, const TokenPredictions& seen, const Batch& watch) const {
    out.header = {{"kind", "tokens"},
                  {"task", seen.task},
                  {"choices", seen.logits_BTV.size(2)},
                  {"axes",
                   {{"read", "S input"},
                    {"text", "S place"},
                    {"target", "S place"},
                    {"loss", "S place"},
                    {"rank", "S place"},
                    {"predicted", "S place prediction"},
                    {"probability", "S place prediction"}}},
                  {"units",
                   {{"loss", "nats"},
                    {"rank", "1 = the target is the likeliest"},
                    {"target", "-100 = nothing is predicted"}}}};
    if (seen.fate_BT.defined()) {
      out.header["axes"]["fate"] = "S place";
      out.header["units"]["fate"] = "0 untouched, 1 masked, 2 replaced, 3 kept but asked for";
      out.header["replacement"] = seen.replacement;
    }
    if (watch.has("mode") && watch.has("denoiser")) out.header["denoisers"] = denoisers(watch);
    if (watch.has("attention_mask")) {
      const at::Tensor lengths = watch.get("attention_mask").to(at::kCPU, at::kLong).sum(1);
      out.header["lengths"] = std::vector<std::int64_t>(
          lengths.data_ptr<std::int64_t>(), lengths.data_ptr<std::int64_t>() + lengths.numel());
    }
    if (watched_ == nullptr) return;
    std::set<std::int64_t> numbers;
    for (const auto& [name, tensor] : out.tensors) {
      const bool of_tokens = name == "read" || name == "text" ||
                             (seen.task != "class" && (name == "target" || name == "predicted"));
      if (of_tokens) add_token_numbers(tensor, numbers);
    }
    numbers.erase(kNothingAsked);
    for (const std::int64_t number : numbers)
      out.header["pieces"][std::to_string(number)] = watched_->token_text(number);
    out.header["marks"] = marks_;
  }

  /// How each text was hidden, as the transform that did it says: {mode, mean_span, rate}.
  static Json denoisers(const Batch& watch) {
    const at::Tensor mode_S = watch.get("mode").to(at::kCPU, at::kLong);
    const at::Tensor how_S2 = watch.get("denoiser").to(at::kCPU, at::kDouble);
    Json each = Json::array();
    for (std::int64_t i = 0; i < mode_S.size(0); ++i)
      each.push_back({{"mode", kDenoiserModes[mode_S[i].item<std::int64_t>()]},
                      {"mean_span", how_S2[i][0].item<double>()},
                      {"rate", how_S2[i][1].item<double>()}});
    return each;
  }

  /// Tokens that stand for something else: the mask, sentinels, mode tokens.
  static std::vector<std::int64_t> marks(const Json& facts) {
    std::vector<std::int64_t> marks;
    if (facts.contains("mask_token")) marks.push_back(facts["mask_token"]);
    for (const std::int64_t sentinel : facts.value("sentinels", std::vector<std::int64_t>{}))
      marks.push_back(sentinel);
    const Json modes = facts.value("mode_tokens", Json::object());
    for (const auto& [name, number] : modes.items()) marks.push_back(number);
    return marks;
  }

  Json written(Model& model) const {
    GenerationSettings settings = config_.writing;
    settings.seed = mix_seed(0, "tokens");
    settings.end = prompts_->end_token();
    Json texts = Json::array();
    for (const std::string& prompt : config_.prompts) {
      const auto tokens = generate(model, prompts_->tokens_of(prompt), settings);
      texts.push_back({{"prompt", prompt}, {"text", prompts_->text_of(tokens)}});
    }
    return texts;
  }

  Config config_;
  const Dataset* watched_ = nullptr;
  const Prompts* prompts_ = nullptr;
  std::vector<std::int64_t> marks_;
};

const Registered<Inspector, TokensInspector> tokens_inspector{
    {.name = "tokens",
     .summary = "loss and likeliest tokens at each place of texts, and what the model writes",
     .needs = {"token_predictions"},
     .yields = {},
     .papers = {}}};

}  // namespace
}  // namespace warmstart
