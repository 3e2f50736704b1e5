// Text that a language model writes: the cache changes nothing, and each setting does what it says.
#include "core/models/generation.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kDecoders[] = {
    "{vocabulary: 30, width: 16, heads: 4, depth: 2, max_length: 12, initial_deviation: 0.5}",
    "{vocabulary: 30, width: 16, heads: 4, key_value_heads: 2, depth: 2, max_length: 12, norm: "
    "rms, "
    "positions: rotary, feed_forward: swiglu, initial_deviation: 0.5, query_key_norm: true}",
    "{vocabulary: 30, width: 16, heads: 4, depth: 3, blocks: [2, 0], max_length: 12, experts: 3, "
    "hidden: 8, positions: sinusoidal, initial_deviation: 0.5}"};

constexpr const char* kPairs[] = {
    "{vocabulary: 30, width: 16, heads: 4, depth: 2, max_length: 24, relative_buckets: 8, "
    "relative_distance: 12, initial_deviation: 0.5}",
    "{vocabulary: 30, width: 16, heads: 2, depth: 1, decoder_depth: 3, max_length: 24, positions: "
    "rotary, key_value_heads: 1, norm: layer, feed_forward: gelu, initial_deviation: 0.5}",
    "{vocabulary: 30, width: 16, heads: 4, depth: 3, blocks: [2, 0], max_length: 24, experts: 3, "
    "hidden: 8, positions: learned, tie_embeddings: true, initial_deviation: 0.5}"};

std::shared_ptr<Model> decoder(const std::string& settings,
                               const std::string& type = "gpt_decoder") {
  at::manual_seed(4);
  auto model = make<Model>(type, settings);
  model->eval();
  return model;
}

TEST(Generation, LogitsWithACacheEqualThoseWithout) {
  const at::NoGradGuard no_gradients;
  for (const char* settings : kDecoders) {
    const auto model = decoder(settings);
    auto& continuing = dynamic_cast<Continuing&>(*model);
    const at::Tensor tokens = at::randint(0, 30, {2, 12}, at::kLong);
    SequenceCache cache;
    std::int64_t seen = 0;
    for (const std::int64_t step : {3, 1, 1, 4, 1, 2}) {
      const at::Tensor cached = continuing.next_logits(tokens.narrow(1, seen, step), &cache, 0);
      seen += step;
      EXPECT_EQ(cache.length(), seen);
      const at::Tensor whole = continuing.next_logits(tokens.narrow(1, 0, seen), nullptr, 0);
      EXPECT_LT((cached - whole).abs().max().item<double>(), 1e-4) << settings << seen;
      EXPECT_LT((whole - model->forward(tokens.narrow(1, 0, seen)).select(1, -1))
                    .abs()
                    .max()
                    .item<double>(),
                1e-6);
    }
    EXPECT_THAT(error_of([&] { continuing.next_logits(tokens.narrow(1, 0, 1), &cache, 0); }),
                HasSubstr("a sequence of 13 tokens, the model takes 12"));
  }
}

TEST(Generation, GivesTheSameTextWithAndWithoutACacheBeyondTheModelsLength) {
  for (const char* settings : kDecoders) {
    const auto model = decoder(settings);
    GenerationSettings with{.tokens = 40, .temperature = 0.8, .seed = 9};
    GenerationSettings without = with;
    without.use_cache = false;
    const auto text = generate(*model, {1, 2, 3}, with);
    EXPECT_EQ(text.size(), 40U);
    EXPECT_EQ(text, generate(*model, {1, 2, 3}, without));
    with.seed = 10;
    EXPECT_NE(text, generate(*model, {1, 2, 3}, with));
  }
}

constexpr const char* kPrefixDecoder =
    "{vocabulary: 30, width: 16, heads: 4, depth: 2, max_length: 12, initial_deviation: 0.5, mask: "
    "prefix}";

TEST(Generation, SeesAPromptBothWaysWhereTheModelTakesAPrefix) {
  const at::NoGradGuard no_gradients;
  const auto model = decoder(kPrefixDecoder);
  auto& continuing = dynamic_cast<Continuing&>(*model);
  const at::Tensor tokens = at::randint(1, 30, {1, 9}, at::kLong);
  Batch batch;
  batch.set("tokens", tokens);
  batch.set("prefix", at::tensor({4}, at::kLong));
  const at::Tensor trained = model->run(batch).get("logits");
  SequenceCache cache;
  std::int64_t seen = 0;
  for (const std::int64_t step : {4, 1, 2, 1, 1}) {
    const at::Tensor cached = continuing.next_logits(tokens.narrow(1, seen, step), &cache, 4);
    seen += step;
    const at::Tensor whole = continuing.next_logits(tokens.narrow(1, 0, seen), nullptr, 4);
    for (const at::Tensor& written : {cached, whole})
      EXPECT_LT((written - trained.select(1, seen - 1)).abs().max().item<double>(), 1e-5) << seen;
  }
  const at::Tensor causal = continuing.next_logits(tokens.narrow(1, 0, 4), nullptr, 0);
  EXPECT_GT((causal - trained.select(1, 3)).abs().max().item<double>(), 1e-2);
}

TEST(Generation, WritesAfterAPrefixWhatTheModelWasTrainedToGive) {
  const at::NoGradGuard no_gradients;
  const auto model = decoder(kPrefixDecoder);
  const std::int64_t end = 2;
  GenerationSettings greedy{.tokens = 5, .temperature = 0, .end = end};
  const auto text = generate(*model, {7, 8, 9}, greedy);
  greedy.use_cache = false;
  EXPECT_EQ(text, generate(*model, {7, 8, 9}, greedy));
  ASSERT_FALSE(text.empty());
  // The same as training reads it: the input with its end, and what was written as the target.
  Batch batch;
  batch.set("tokens", at::tensor({7, 8, 9, 2}, at::kLong).unsqueeze(0));
  batch.set("attention_mask", at::ones({1, 4}, at::kLong));
  std::vector<std::int64_t> shifted{0};
  shifted.insert(shifted.end(), text.begin(), text.end() - 1);
  batch.set("decoder_tokens", at::tensor(shifted, at::kLong).unsqueeze(0));
  EXPECT_TRUE(model->run(batch).get("logits")[0].argmax(1).equal(at::tensor(text, at::kLong)));
  // Beyond its length it goes on too.
  GenerationSettings longer{.tokens = 30, .temperature = 0.8, .seed = 3};
  const auto with = generate(*model, {7, 8, 9}, longer);
  longer.use_cache = false;
  EXPECT_EQ(with, generate(*model, {7, 8, 9}, longer));
  EXPECT_EQ(with.size(), 30U);
}

TEST(Generation, LogitsOfATargetWithACacheEqualThoseWithout) {
  const at::NoGradGuard no_gradients;
  for (const char* settings : kPairs) {
    const auto model = decoder(settings, "t5_encoder_decoder");
    auto& pair = dynamic_cast<SequenceToSequence&>(*model);
    const at::Tensor source = at::randint(1, 30, {2, 9}, at::kLong);
    const at::Tensor target = at::randint(0, 30, {2, 24}, at::kLong);
    SequenceCache cache;
    std::int64_t seen = 0;
    for (const std::int64_t step : {1, 1, 3, 1, 6, 1, 1, 10}) {
      const at::Tensor cached =
          pair.next_target_logits(source, target.narrow(1, seen, step), &cache);
      seen += step;
      EXPECT_EQ(cache.length(), seen);
      const at::Tensor whole = pair.next_target_logits(source, target.narrow(1, 0, seen), nullptr);
      EXPECT_LT((cached - whole).abs().max().item<double>(), 1e-4) << settings << seen;
    }
    EXPECT_THAT(error_of([&] { pair.next_target_logits(source, target.narrow(1, 0, 1), &cache); }),
                HasSubstr("a sequence of 25 tokens, the model takes 24"));
  }
}

TEST(Generation, WritesTheSameTargetWithAndWithoutACache) {
  for (const char* settings : kPairs) {
    const auto model = decoder(settings, "t5_encoder_decoder");
    for (const std::size_t source : {1, 6, 24}) {
      for (const std::int64_t tokens : {1, 2, 9, 23}) {
        for (const double temperature : {0.0, 0.8}) {
          GenerationSettings with{.tokens = tokens, .temperature = temperature, .seed = 9};
          GenerationSettings without = with;
          without.use_cache = false;
          const std::vector<std::int64_t> prompt(source, 7);
          const auto text = generate(*model, prompt, with);
          EXPECT_EQ(text.size(), static_cast<std::size_t>(tokens));
          EXPECT_EQ(text, generate(*model, prompt, without)) << settings << source << temperature;
        }
      }
    }
  }
}

TEST(Generation, ReadsTheSourceOnce) {
  const at::NoGradGuard no_gradients;
  const auto model = decoder(kPairs[0], "t5_encoder_decoder");
  auto& pair = dynamic_cast<SequenceToSequence&>(*model);
  const at::Tensor source = at::randint(1, 30, {1, 9}, at::kLong);
  const at::Tensor target = at::randint(0, 30, {1, 6}, at::kLong);
  const at::Tensor whole = pair.next_target_logits(source, target, nullptr);
  SequenceCache cache;
  pair.next_target_logits(source, target.narrow(1, 0, 5), &cache);
  for (auto& item : model->named_parameters()) {
    if (item.key().starts_with("encoder.stack") || item.key().find("key_value") < item.key().size())
      item.value().fill_(std::nan(""));
  }
  const at::Tensor cached = pair.next_target_logits(source, target.narrow(1, 5, 1), &cache);
  EXPECT_LT((cached - whole).abs().max().item<double>(), 1e-4);
  EXPECT_TRUE(pair.next_target_logits(source, target, nullptr).isnan().all().item<bool>());
}

TEST(Generation, EndsAtTheEndToken) {
  const auto model = decoder(kDecoders[0]);
  GenerationSettings settings{.tokens = 40, .temperature = 0};
  const auto text = generate(*model, {1}, settings);
  settings.end = text[5];
  const auto ended = generate(*model, {1}, settings);
  EXPECT_LE(ended.size(), 5U);
  EXPECT_TRUE(std::equal(ended.begin(), ended.end(), text.begin()));
}

std::vector<double> probabilities(const GenerationSettings& settings) {
  // softmax(log p) = p
  const at::Tensor p = next_probabilities(at::tensor({0.1, 0.4, 0.3, 0.2}).log(), settings);
  return {p.data_ptr<double>(), p.data_ptr<double>() + 4};
}

void expect_probabilities(const GenerationSettings& settings, const std::vector<double>& wanted) {
  const std::vector<double> got = probabilities(settings);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-6) << i;
}

TEST(Generation, DrawsFromWhatTemperatureTopKAndTopPLeave) {
  expect_probabilities({}, {0.1, 0.4, 0.3, 0.2});
  expect_probabilities({.temperature = 0}, {0, 1, 0, 0});
  // p^2 / sum p^2 at temperature 1/2: 0.01 + 0.16 + 0.09 + 0.04 = 0.3
  expect_probabilities({.temperature = 0.5}, {1 / 30.0, 16 / 30.0, 9 / 30.0, 4 / 30.0});
  expect_probabilities({.top_k = 2}, {0, 4 / 7.0, 3 / 7.0, 0});
  expect_probabilities({.top_k = 9}, {0.1, 0.4, 0.3, 0.2});
  expect_probabilities({.top_p = 0.65}, {0, 4 / 7.0, 3 / 7.0, 0});
  expect_probabilities({.top_p = 0.71}, {0, 4 / 9.0, 3 / 9.0, 2 / 9.0});
  expect_probabilities({.top_p = 0.01}, {0, 1, 0, 0});
}

TEST(Generation, RefusesWhatCannotBe) {
  const auto model = decoder(kDecoders[0]);
  const auto refused = [&](const GenerationSettings& settings) {
    return error_of([&] { generate(*model, {1}, settings); });
  };
  EXPECT_THAT(refused({.temperature = -1}), HasSubstr("a temperature below 0"));
  EXPECT_THAT(refused({.top_k = -1}), HasSubstr("a negative top_k"));
  EXPECT_THAT(refused({.top_p = 0}), HasSubstr("top_p is not above 0 and at most 1"));
  EXPECT_THAT(error_of([&] { generate(*model, {}, {}); }), HasSubstr("the prompt has no tokens"));
  const auto bert = make<Model>("bert_encoder", "{vocabulary: 9}");
  EXPECT_THAT(error_of([&] { generate(*bert, {1}, {}); }), HasSubstr("cannot write text"));
  const auto last = make<Model>("gpt_decoder", "{vocabulary: 9, output: last}");
  EXPECT_THAT(error_of([&] { generate(*last, {1}, {}); }),
              HasSubstr("it was trained to give one class for a sequence"));
}

}  // namespace
}  // namespace warmstart::testing
