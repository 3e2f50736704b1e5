// The inspector `tokens` against torch's cross entropy on the same logits, for each way in which an
// objective asks for tokens.
#include <gmock/gmock.h>

#include "core/inspect/inspector.h"
#include "core/objectives/token_predictions.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSmall =
    "vocabulary: 30, width: 16, heads: 4, depth: 2, max_length: 12, initial_deviation: 0.5";
const std::vector<std::string> kTwo{"a", "b"};

struct Seen {
  Json header;
  std::map<std::string, at::Tensor> tensors;
  double objective = 0;  ///< the loss that the objective trains with
};

Seen tokens_seen(Model& model, Objective& objective, const Batch& batch) {
  const at::NoGradGuard no_gradients;
  Context context{.model = model, .seed = 77, .training = false};
  const auto inspector = make<Inspector>("tokens", "{predictions: 3}");
  const Capture capture = inspector->capture(batch, kTwo, objective, context);
  // With the draws that the inspector makes.
  Context fixed{model, mix_seed(0, "tokens"), 0, 0, false};
  return {capture.header,
          {capture.tensors.begin(), capture.tensors.end()},
          objective.evaluate(batch, fixed).total.item<double>()};
}

/// Compares with torch on `logits` (S,T,V) where `target` is asked.
void expect_as_torch(const Seen& seen, const at::Tensor& logits, const at::Tensor& target) {
  ASSERT_TRUE(at::equal(seen.tensors.at("target").to(at::kLong), target));
  const auto theirs = torch_reference(
      "torch_token_losses.py", {{"logits", logits.contiguous()}, {"target", target.contiguous()}},
      {{"predictions", 3}});
  const at::Tensor asked = target.ne(kNothingAsked);
  const at::Tensor loss = seen.tensors.at("loss");
  EXPECT_TRUE(at::equal(loss.isnan(), asked.logical_not())) << "NaN where nothing is asked";
  const at::Tensor own = loss.masked_fill(asked.logical_not(), 0);
  EXPECT_LT(relative_difference(own, theirs.at("loss")), 1e-6);
  EXPECT_NEAR(own.sum().item<double>() / asked.sum().item<double>(), seen.objective, 1e-5);
  EXPECT_TRUE(at::equal(seen.tensors.at("rank").to(at::kLong), theirs.at("rank")));
  const at::Tensor places = asked.nonzero();
  for (std::int64_t i = 0; i < places.size(0); ++i) {
    const std::int64_t s = places[i][0].item<std::int64_t>(), t = places[i][1].item<std::int64_t>();
    EXPECT_TRUE(
        at::equal(seen.tensors.at("predicted")[s][t].to(at::kLong), theirs.at("predicted")[s][t]));
    EXPECT_LT(
        relative_difference(seen.tensors.at("probability")[s][t], theirs.at("probability")[s][t]),
        1e-6);
  }
}

Batch two_texts() {
  at::manual_seed(3);
  Batch batch;
  batch.set("tokens", at::randint(5, 30, {2, 12}, at::kLong));
  at::Tensor visible = at::ones({2, 12}, at::kLong);
  visible[1].slice(0, 9).zero_();
  batch.set("attention_mask", visible);
  return batch;
}

TEST(TokensInspector, OfACausalModelTellsEachTokenFromThoseBeforeIt) {
  at::manual_seed(2);
  const auto model = make<Model>("gpt_decoder", "{" + std::string(kSmall) + "}");
  const auto objective = make<Objective>("next_token");
  const Batch batch = two_texts();
  const Seen seen = tokens_seen(*model, *objective, batch);
  EXPECT_EQ(seen.header["task"], "next");
  EXPECT_EQ(seen.header["lengths"], Json({12, 9}));
  EXPECT_EQ(seen.header["choices"], 30);
  at::Tensor target = batch.get("tokens").clone();
  target.select(1, 0).fill_(kNothingAsked);
  target[1].slice(0, 9).fill_(kNothingAsked);
  at::Tensor logits = model->forward(batch.get("tokens"));
  expect_as_torch(seen, at::cat({logits.slice(1, 0, 1), logits.slice(1, 0, -1)}, 1), target);
  EXPECT_TRUE(at::equal(seen.tensors.at("text").to(at::kLong), batch.get("tokens")));
}

TEST(TokensInspector, OfAMaskedModelShowsWhatItReadAndTheHiddenTokensAlone) {
  at::manual_seed(2);
  const auto model = make<Model>("bert_encoder", "{" + std::string(kSmall) + "}");
  const auto objective = make<Objective>("masked_token", "{ratio: 0.4}");
  objective->attach(*model,
                    {{"vocabulary", 30}, {"mask_token", 4}, {"special_tokens", {0, 1, 2, 3, 4}}});
  model->eval();
  const Batch batch = two_texts();
  const Seen seen = tokens_seen(*model, *objective, batch);
  EXPECT_EQ(seen.header["task"], "hidden");
  const at::Tensor read = seen.tensors.at("read").to(at::kLong);
  const at::Tensor asked = seen.tensors.at("target").ne(kNothingAsked);
  EXPECT_TRUE(asked.any().item<bool>());
  EXPECT_TRUE(at::equal(read.masked_select(asked.logical_not()),
                        batch.get("tokens").masked_select(asked.logical_not())));
  Batch shown = batch;
  shown.set("tokens", read);
  expect_as_torch(seen, model->run(shown).get("logits"),
                  batch.get("tokens").masked_fill(asked.logical_not(), kNothingAsked));
  EXPECT_TRUE(
      at::equal(tokens_seen(*model, *objective, batch).tensors.at("read"), seen.tensors.at("read")))
      << "the same tokens are hidden at each capture";
}

TEST(TokensInspector, OfAMaskedModelSaysWhatBecameOfEachToken) {
  at::manual_seed(2);
  const auto model = make<Model>("bert_encoder", "{" + std::string(kSmall) + "}");
  const auto objective = make<Objective>(
      "masked_token", "{ratio: 0.9, mask_share: 0.4, replace_share: 0.3, keep_share: 0.3}");
  objective->attach(*model,
                    {{"vocabulary", 30}, {"mask_token", 4}, {"special_tokens", {0, 1, 2, 3, 4}}});
  const Batch batch = two_texts();
  const Seen seen = tokens_seen(*model, *objective, batch);
  const at::Tensor fate = seen.tensors.at("fate").to(at::kLong),
                   read = seen.tensors.at("read").to(at::kLong), own = batch.get("tokens");
  for (const std::int64_t each : {kTokenMasked, kTokenReplaced, kTokenKept})
    EXPECT_TRUE(fate.eq(each).any().item<bool>()) << each;
  EXPECT_TRUE(at::equal(fate.ne(kTokenUntouched), seen.tensors.at("target").ne(kNothingAsked)));
  EXPECT_TRUE(read.masked_select(fate.eq(kTokenMasked)).eq(4).all().item<bool>());
  const at::Tensor same = fate.eq(kTokenKept).logical_or(fate.eq(kTokenUntouched));
  EXPECT_TRUE(at::equal(read.masked_select(same), own.masked_select(same)));
  EXPECT_FALSE(at::equal(read.masked_select(fate.eq(kTokenReplaced)),
                         own.masked_select(fate.eq(kTokenReplaced))));
  EXPECT_EQ(seen.header["replacement"], "uniform");
}

TEST(TokensInspector, OfAnEncoderDecoderHasInputAndTarget) {
  at::manual_seed(2);
  const auto model = make<Model>("t5_encoder_decoder", "{" + std::string(kSmall) + "}");
  const auto objective = make<Objective>("seq2seq_token");
  objective->attach(*model, Json::object());
  Batch batch;
  batch.set("tokens", at::tensor({5, 6, 1, 0, 7, 1, 0, 0}, at::kLong).view({2, 4}));
  batch.set("attention_mask", at::tensor({1, 1, 1, 0, 1, 1, 0, 0}, at::kLong).view({2, 4}));
  batch.set("decoder_tokens", at::tensor({0, 8, 9, 0, 0, 0}, at::kLong).view({2, 3}));
  batch.set("target", at::tensor({8, 9, -100, 10, -100, -100}, at::kLong).view({2, 3}));
  batch.set("mode", at::tensor({1, 2}, at::kLong));
  batch.set("denoiser", at::tensor({8.0, 0.5, 3.0, 0.25}, at::kDouble).view({2, 2}));
  const Seen seen = tokens_seen(*model, *objective, batch);
  EXPECT_EQ(seen.header["denoisers"], Json({{{"mode", "X"}, {"mean_span", 8.0}, {"rate", 0.5}},
                                            {{"mode", "S"}, {"mean_span", 3.0}, {"rate", 0.25}}}));
  EXPECT_EQ(seen.header["task"], "target");
  EXPECT_EQ(seen.tensors.at("read").sizes(), at::IntArrayRef({2, 3})) << "without padding columns";
  expect_as_torch(seen, model->run(batch).get("logits").slice(1, 0, 2),
                  batch.get("target").slice(1, 0, 2));
}

TEST(TokensInspector, OfATaggerHasAClassForEachToken) {
  at::manual_seed(2);
  const auto model =
      make<Model>("bert_encoder", "{" + std::string(kSmall) + ", output: token, classes: 4}");
  model->eval();
  const auto objective = make<Objective>("token_class");
  Batch batch = two_texts();
  at::Tensor tags = at::randint(0, 4, {2, 12}, at::kLong);
  tags.select(1, 0).fill_(kNothingAsked);
  batch.set("tags", tags);
  const Seen seen = tokens_seen(*model, *objective, batch);
  EXPECT_EQ(seen.header["task"], "class");
  expect_as_torch(seen, model->run(batch).get("logits"), tags);
}

TEST(TokensInspector, NeedsAnObjectiveOfTokens) {
  const auto model = make<Model>("bert_encoder", "{" + std::string(kSmall) + ", output: sequence}");
  const auto objective = make<Objective>("cross_entropy");
  Context context{.model = *model, .seed = 1};
  EXPECT_THAT(
      error_of([&] { make<Inspector>("tokens")->capture(two_texts(), kTwo, *objective, context); }),
      HasSubstr("the objective predicts no tokens"));
}

}  // namespace
}  // namespace warmstart::testing
