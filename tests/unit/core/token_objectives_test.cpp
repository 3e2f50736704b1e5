// Objectives and metrics over tokens: what they hide, what they count, what they refuse.
#include <gmock/gmock.h>

#include "core/metrics/metric.h"
#include "core/objectives/objective.h"
#include "tests/unit/core/export_models.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kVocabulary = 50, kMask = 4;

Json facts_of_tokens() {
  return {{"vocabulary", kVocabulary}, {"mask_token", kMask}, {"special_tokens", {0, 1, 2, 3, 4}}};
}

/// Remembers what it was shown.
struct ShownTokens final : Model {
  at::Tensor forward(const at::Tensor& x) override {
    shown = x;
    return at::zeros({x.size(0), x.size(1), kVocabulary});
  }
  std::string input() const override { return "tokens"; }
  at::Tensor shown;
};

Batch many_tokens() {
  at::manual_seed(1);
  Batch batch;
  at::Tensor tokens = at::randint(5, kVocabulary, {64, 100}, at::kLong);
  tokens.select(1, 0).fill_(2);  // a special token
  at::Tensor visible = at::ones_like(tokens);
  visible.slice(1, 90).zero_();
  batch.set("tokens", tokens);
  batch.set("attention_mask", visible);
  return batch;
}

TEST(MaskedToken, HidesTheSharesThatWereAskedForAndNoSpecialToken) {
  ShownTokens model;
  const auto objective = make<Objective>("masked_token", "{ratio: 0.2}");
  objective->attach(model, facts_of_tokens());
  const Batch batch = many_tokens();
  Context context{.model = model, .seed = 9};
  const Loss loss = objective->evaluate(batch, context);
  const at::Tensor chosen = loss.outputs.get("mask").to(at::kBool);
  const auto share = [](const at::Tensor& x) { return x.to(at::kDouble).mean().item<double>(); };
  EXPECT_FALSE(chosen.select(1, 0).any().item<bool>());
  EXPECT_FALSE(chosen.slice(1, 90).any().item<bool>());
  EXPECT_NEAR(share(chosen.slice(1, 1, 90)), 0.2, 0.01);
  const at::Tensor shown = model.shown.masked_select(chosen);
  const at::Tensor original = batch.get("tokens").masked_select(chosen);
  EXPECT_NEAR(share(shown.eq(kMask)), 0.8, 0.035);
  EXPECT_NEAR(share(shown.eq(original)), 0.1 + 0.1 / kVocabulary, 0.03);
  EXPECT_TRUE(at::equal(model.shown.masked_select(chosen.logical_not()),
                        batch.get("tokens").masked_select(chosen.logical_not())));
  EXPECT_NEAR(loss.total.item<double>(), std::log(50.0), 1e-5);  // equal scores
}

TEST(MaskedToken, HidesTheSameTokensForTheSameSeed) {
  ShownTokens model;
  const auto objective = make<Objective>("masked_token");
  objective->attach(model, facts_of_tokens());
  const auto shown = [&](std::uint64_t seed) {
    Context context{.model = model, .seed = seed};
    objective->evaluate(many_tokens(), context);
    return model.shown;
  };
  const at::Tensor first = shown(5);
  EXPECT_TRUE(at::equal(first, shown(5)));
  EXPECT_FALSE(at::equal(first, shown(6)));
}

TEST(MaskedToken, ChoosesWholeWordsWithAllTheirPieces) {
  ShownTokens model;
  const auto objective = make<Objective>("masked_token", "{ratio: 0.3, whole_words: true}");
  Json facts = facts_of_tokens();
  for (int token = 30; token < kVocabulary; ++token) facts["word_continuations"].push_back(token);
  objective->attach(model, facts);
  const Batch batch = many_tokens();
  Context context{.model = model, .seed = 9};
  const at::Tensor chosen = objective->evaluate(batch, context).outputs.get("mask");
  const at::Tensor tokens = batch.get("tokens");
  int words = 0, taken = 0, torn = 0;
  for (int row = 0; row < 64; ++row) {
    for (int place = 2; place < 90; ++place) {
      const bool goes_on = tokens[row][place].item<std::int64_t>() >= 30;
      const bool own = chosen[row][place].item<bool>();
      const bool before = chosen[row][place - 1].item<bool>();
      if (goes_on && place > 2) torn += own != before ? 1 : 0;
      if (!goes_on) ++words, taken += own ? 1 : 0;
    }
  }
  EXPECT_EQ(torn, 0);
  EXPECT_NEAR(taken / static_cast<double>(words), 0.3, 0.03);
  EXPECT_FALSE(chosen.select(1, 0).any().item<bool>()) << "a special token";
  EXPECT_FALSE(chosen.slice(1, 90).any().item<bool>()) << "padding";
  EXPECT_THAT(error_of([&] { objective->attach(model, facts_of_tokens()); }),
              HasSubstr("does not tell where words begin"));
}

TEST(MaskedToken, ReplacesFromTheDatasTable) {
  ShownTokens model;
  const auto objective = make<Objective>(
      "masked_token",
      "{ratio: 0.9, mask_share: 0, replace_share: 1, keep_share: 0, replace_source: tfidf}");
  EXPECT_THAT(error_of([&] { objective->attach(model, facts_of_tokens()); }),
              HasSubstr("the data has no table for replace_source: tfidf; objective masked_token; "
                        "set the data's replacements: tfidf"));
  Json facts = facts_of_tokens();
  facts["replacements"] = {{"source", "tfidf"}, {"tokens", {7, 30}}, {"weights", {1.0, 3.0}}};
  objective->attach(model, facts);
  Context context{.model = model, .seed = 3};
  const Loss loss = objective->evaluate(many_tokens(), context);
  const at::Tensor shown = model.shown.masked_select(loss.outputs.get("mask").to(at::kBool));
  const auto share = [&](std::int64_t token) {
    return shown.eq(token).to(at::kDouble).mean().item<double>();
  };
  EXPECT_NEAR(share(30), 0.75, 0.02);
  EXPECT_NEAR(share(7) + share(30), 1, 1e-12);
}

TEST(MaskedToken, AddsWhetherAPairBelongsTogether) {
  const auto model = make<Model>(
      "bert_encoder",
      "{vocabulary: 50, width: 8, heads: 2, depth: 1, max_length: 100, output: pretraining}");
  Batch batch = many_tokens();
  batch.set("class", at::arange(64).remainder(2));
  const auto total = [&](const std::string& settings, const Batch& of) {
    const auto objective = make<Objective>("masked_token", settings);
    objective->attach(*model, facts_of_tokens());
    Context context{.model = *model, .seed = 4};
    return objective->evaluate(of, context);
  };
  const Loss alone = total("{}", batch), both = total("{pair_weight: 0.5}", batch);
  ASSERT_EQ(both.terms[1].first, "pair");
  EXPECT_NEAR(both.total.item<double>(),
              alone.total.item<double>() + 0.5 * both.terms[1].second.item<double>(), 1e-6);
  EXPECT_NEAR(both.terms[1].second.item<double>(), std::log(2.0), 0.1);
  EXPECT_THAT(error_of([&] { total("{pair_weight: 1}", many_tokens()); }),
              HasSubstr("pair_weight without pairs with a class"));
}

TEST(MaskedToken, NeedsNoLogitsOfTheOtherTokensToTrain) {
  const auto model = make<Model>("bert_encoder",
                                 "{vocabulary: 50, width: 8, heads: 2, depth: 1, max_length: 100}");
  const auto objective = make<Objective>("masked_token");
  objective->attach(*model, facts_of_tokens());
  Context training{.model = *model, .seed = 4}, looking{.model = *model, .seed = 4};
  looking.training = false;
  const Loss few = objective->evaluate(many_tokens(), training),
             all = objective->evaluate(many_tokens(), looking);
  EXPECT_EQ(few.outputs.get("logits").size(0), few.outputs.get("mask").sum().item<std::int64_t>());
  EXPECT_EQ(all.outputs.get("logits").sizes(), (std::vector<std::int64_t>{64, 100, 50}));
  EXPECT_NEAR(few.total.item<double>(), all.total.item<double>(), 1e-5);
}

TEST(MaskedToken, RefusesSharesThatDoNotSumToOneAndDataWithoutAMaskToken) {
  EXPECT_THAT(error_of([] { make<Objective>("masked_token", "{replace_share: 0.3}"); }),
              HasSubstr("sum to 1.2"));
  ShownTokens model;
  const auto objective = make<Objective>("masked_token");
  EXPECT_THAT(error_of([&] {
                objective->attach(model, Json{{"vocabulary", 3}});
              }),
              HasSubstr("has no mask token"));
}

/// Gives the same scores for every token.
struct FixedScores final : Model {
  explicit FixedScores(at::Tensor scores) : scores_K(std::move(scores)) {}
  at::Tensor forward(const at::Tensor& x) override {
    return scores_K.expand({x.size(0), x.size(1), scores_K.size(0)});
  }
  std::string input() const override { return "tokens"; }
  at::Tensor scores_K;
};

TEST(TokenClass, CountsTokensThatHaveATagAlone) {
  FixedScores model(at::tensor({0.0F, std::log(3.0F)}).set_requires_grad(true));
  const auto objective = make<Objective>("token_class");
  Batch batch;
  batch.set("tokens", at::zeros({1, 4}, at::kLong));
  batch.set("tags", at::tensor({-100, 1, -100, 0}, at::kLong).view({1, 4}));
  Context context{.model = model, .seed = 1};
  const Loss loss = objective->evaluate(batch, context);
  EXPECT_NEAR(loss.total.item<double>(), (std::log(4.0 / 3) + std::log(4.0)) / 2, 1e-6);
  EXPECT_EQ(loss.terms.front().second.item<double>(), 0.5);
  loss.total.backward();
  EXPECT_NEAR(model.scores_K.grad()[1].item<double>(), 0.75 - 0.5, 1e-6);
  batch.set("tags", at::full({1, 4}, 2, at::kLong));
  EXPECT_THAT(error_of([&] { objective->evaluate(batch, context); }),
              HasSubstr("tag 2 is outside 0..1"));
  batch.set("tags", at::full({1, 4}, -100, at::kLong));
  EXPECT_THAT(error_of([&] { objective->evaluate(batch, context); }),
              HasSubstr("no token of a batch has a tag"));
}

/// An input of three tokens and a target of two in each of two rows, padded.
Batch answers() {
  Batch batch;
  batch.set("tokens", at::tensor({5, 6, 1, 0, 7, 1, 0, 0}, at::kLong).view({2, 4}));
  batch.set("attention_mask", at::tensor({1, 1, 1, 0, 1, 1, 0, 0}, at::kLong).view({2, 4}));
  batch.set("decoder_tokens", at::tensor({0, 8, 9, 0, 0, 0}, at::kLong).view({2, 3}));
  batch.set("target", at::tensor({8, 9, -100, 10, -100, -100}, at::kLong).view({2, 3}));
  batch.set("mode", at::tensor({0, 2}, at::kLong));
  return batch;
}

constexpr const char* kTinySizes = "vocabulary: 11, width: 8, heads: 2, depth: 1, max_length: 12";

TEST(Seq2seqToken, CountsTheTargetAloneAndShowsEachMode) {
  at::manual_seed(8);
  const auto model = make<Model>("t5_encoder_decoder", "{" + std::string(kTinySizes) + "}");
  const auto objective = make<Objective>("seq2seq_token");
  objective->attach(*model, Json::object());
  Context context{.model = *model, .seed = 1};
  const Loss loss = objective->evaluate(answers(), context);
  const at::Tensor logits = model->run(answers()).get("logits");
  const at::Tensor expected = at::cross_entropy_loss(
      at::stack({logits[0][0], logits[0][1], logits[1][0]}), at::tensor({8, 9, 10}, at::kLong));
  EXPECT_NEAR(loss.total.item<double>(), expected.item<double>(), 1e-5);
  ASSERT_EQ(loss.terms.size(), 3U);
  EXPECT_EQ(loss.terms[1].first, "loss_R");
  EXPECT_EQ(loss.terms[2].first, "loss_S");
  EXPECT_NEAR((2 * loss.terms[1].second + loss.terms[2].second).item<double>() / 3,
              loss.total.item<double>(), 1e-5);
}

TEST(Seq2seqToken, GivesADecoderInputAndTargetInARow) {
  at::manual_seed(8);
  const auto model = make<Model>("gpt_decoder", "{" + std::string(kTinySizes) + ", mask: prefix}");
  const auto objective = make<Objective>("seq2seq_token");
  objective->attach(*model, Json::object());
  Context context{.model = *model, .seed = 1};
  const double loss = objective->evaluate(answers(), context).total.item<double>();
  const auto scores = [&](at::Tensor tokens, std::int64_t prefix) {
    Batch batch;
    batch.set("tokens", tokens.unsqueeze(0));
    batch.set("prefix", at::tensor({prefix}, at::kLong));
    return model->run(batch).get("logits")[0];
  };
  const at::Tensor first = scores(at::tensor({5, 6, 1, 8}, at::kLong), 3),
                   second = scores(at::tensor({7, 1}, at::kLong), 2);
  const at::Tensor expected = at::cross_entropy_loss(at::stack({first[2], first[3], second[1]}),
                                                     at::tensor({8, 9, 10}, at::kLong));
  EXPECT_NEAR(loss, expected.item<double>(), 1e-5);
  const auto causal = make<Model>("gpt_decoder", "{" + std::string(kTinySizes) + "}");
  EXPECT_THAT(error_of([&] { objective->attach(*causal, Json::object()); }),
              HasSubstr("use an encoder-decoder, or gpt_decoder with mask: prefix"));
}

TEST(TargetLoss, IsTheMeanOverTheTarget) {
  const auto metric = make<Metric>("target_loss");
  Batch outputs, fields;
  at::Tensor logits = at::zeros({3, 8});
  logits[1][3] = std::log(7.0);  // right with probability 1/2
  outputs.set("logits", logits);
  fields.set("target", at::tensor({3, 3, -100}, at::kLong));
  EXPECT_NEAR(metric->evaluate("a", outputs, fields)[0].value, (std::log(8.0) + std::log(2.0)) / 2,
              1e-6);
}

TEST(Perplexity, IsTheExponentialOfTheMeanLossOverVisibleTokens) {
  const auto metric = make<Metric>("perplexity");
  Batch outputs, fields;
  at::Tensor logits = at::zeros({4, 8});
  logits[1][3] = std::log(7.0);  // token 2 is right with probability 1/2
  outputs.set("logits", logits);
  fields.set("tokens", at::full({4}, 3, at::kLong));
  fields.set("attention_mask", at::tensor({1, 1, 1, 0}, at::kLong));
  const auto values = metric->evaluate("a", outputs, fields);
  ASSERT_EQ(values.size(), 1U);
  EXPECT_NEAR(values[0].value, std::sqrt(8.0 * 2.0), 1e-6);
  EXPECT_TRUE(values[0].geometric);
}

TEST(Accuracy, CountsTheRightClassUnderItsName) {
  const auto metric = make<Metric>("accuracy");
  metric->begin(Json{{"class_names", {"no", "yes"}}});
  Batch outputs, fields;
  outputs.set("logits", at::tensor({0.1, 0.7}));
  fields.set("class", at::scalar_tensor(1, at::kLong));
  EXPECT_EQ(metric->evaluate("a", outputs, fields)[0].value, 1.0);
  EXPECT_EQ(metric->evaluate("a", outputs, fields)[0].part, "yes");
  fields.set("class", at::scalar_tensor(0, at::kLong));
  EXPECT_EQ(metric->evaluate("a", outputs, fields)[0].value, 0.0);
}

}  // namespace
}  // namespace warmstart::testing
