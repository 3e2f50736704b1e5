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
