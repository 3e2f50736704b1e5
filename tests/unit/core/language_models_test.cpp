// Language models against an implementation of its own (tests/reference/torch_language_models.py):
// logits, router losses and gradients for every switch; traces; what goes wrong.
#include <gmock/gmock.h>

#include "core/export/exporter.h"
#include "core/export/onnx_reader.h"
#include "core/export/torchscript.h"
#include "core/inspect/inspector.h"
#include "core/layers/tap.h"
#include "core/models/language_model.h"
#include "core/objectives/objective.h"
#include "tests/unit/core/network_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

Batch token_batch(std::int64_t vocabulary = 11) {
  Batch batch;
  batch.set("tokens", at::randint(1, vocabulary, {2, 5}, at::kLong));
  at::Tensor visible = at::ones({2, 5}, at::kLong);
  visible[1][4] = 0;
  batch.set("attention_mask", visible);
  batch.set("segments", at::arange(10).view({2, 5}).remainder(2));
  batch.set("prefix", at::arange(2, 4));
  batch.set("decoder_tokens", at::randint(0, vocabulary, {2, 4}, at::kLong));
  return batch;
}

void expect_as_written(const std::string& type, const std::string& settings) {
  SCOPED_TRACE(type + " " + settings);
  at::manual_seed(21);
  const auto model = make<Model>(type, settings);
  disturb(*model);
  {
    const c10::AutoGradMode no_grad(false);
    for (auto& item : model->named_parameters()) {
      if (item.value().dim() > 1) item.value().mul_(10.0);  // away from an almost linear network
    }
  }
  const Batch batch = token_batch();
  const Batch outputs = model->run(batch);
  const at::Tensor& logits = outputs.get("logits");
  const at::Tensor weight = at::randn_like(logits);
  at::Tensor loss = (logits * weight).sum();
  NamedTensors given{{"weight", weight}};
  for (const auto& [name, tensor] : batch.fields()) given.emplace_back(name, tensor);
  add_state(given, "state", *model);
  const Json all = resolved_settings(type, settings);
  if (all["experts"] > 0) {
    loss = loss + outputs.get("router_balance").mean() + outputs.get("router_z").mean();
  }
  if (outputs.has("pair_logits")) {
    const at::Tensor pair_weight = at::randn_like(outputs.get("pair_logits"));
    given.emplace_back("pair_weight", pair_weight);
    loss = loss + (outputs.get("pair_logits") * pair_weight).sum();
  }
  loss.backward();
  const auto theirs = torch_reference("torch_language_models.py", given, all);
  ASSERT_FALSE(theirs.empty());
  if (outputs.has("pair_logits")) {
    EXPECT_LT(relative_difference(outputs.get("pair_logits"), theirs.at("pair_logits")), 1e-5);
  }
  EXPECT_LT(relative_difference(logits, theirs.at("logits")), 1e-5);
  if (all["experts"] > 0) {
    EXPECT_NEAR(outputs.get("router_balance")[0].item<double>(),
                theirs.at("router_balance").item<double>(), 1e-5);
    EXPECT_NEAR(outputs.get("router_z")[1].item<double>(), theirs.at("router_z").item<double>(),
                1e-4);
  }
  for (const auto& item : model->named_parameters()) {
    if (theirs.count("gradient." + item.key()) == 0) {
      EXPECT_THAT(item.key(), ::testing::AnyOf(HasSubstr("positions"), HasSubstr("block")));
      continue;
    }
    EXPECT_LT(relative_difference(item.value().grad(), theirs.at("gradient." + item.key())), 2e-5)
        << item.key();
  }
}

constexpr const char* kSmallGpt = "vocabulary: 11, width: 8, heads: 2, depth: 2, max_length: 5";

std::string small_gpt(const std::string& more) {
  return "{" + std::string(kSmallGpt) + ", " + more + "}";
}

TEST(GptDecoder, EqualsTheReferenceWithLearnedPositions) {
  expect_as_written("gpt_decoder", small_gpt("tie_embeddings: true"));
}
TEST(GptDecoder, EqualsTheReferenceAsLlama) {
  expect_as_written("gpt_decoder", small_gpt("norm: rms, feed_forward: swiglu, positions: rotary, "
                                             "bias: false, hidden: 12"));
}
TEST(GptDecoder, EqualsTheReferenceAsGpt2) {
  expect_as_written("gpt_decoder", small_gpt("feed_forward: gelu_tanh, norm_epsilon: 0.01"));
}
TEST(GptDecoder, EqualsTheReferenceWithGroupedQueries) {
  const std::string grouped = "vocabulary: 11, width: 16, heads: 4, depth: 2, max_length: 5";
  expect_as_written("gpt_decoder", "{" + grouped +
                                       ", key_value_heads: 2, positions: rotary, rotary_base: 500,"
                                       " norm: rms, norm_epsilon: 0.01}");
  expect_as_written("gpt_decoder", "{" + grouped +
                                       ", key_value_heads: 1, query_key_norm: true, positions: "
                                       "rotary}");
  EXPECT_THAT(
      error_of([&] { make<Model>("gpt_decoder", "{" + grouped + ", key_value_heads: 3}"); }),
      HasSubstr("4 heads cannot share 3 key-value heads evenly"));
}
TEST(GptDecoder, EqualsTheReferenceForEveryNormPosition) {
  for (const char* position : {"post", "sandwich", "deepnorm"}) {
    expect_as_written("gpt_decoder", small_gpt("norm_position: " + std::string(position)));
  }
  expect_as_written("gpt_decoder", small_gpt("norm_position: mix, post_fraction: 0.5"));
}
TEST(GptDecoder, EqualsTheReferenceForEveryMask) {
  expect_as_written("gpt_decoder", small_gpt("mask: prefix, positions: sinusoidal"));
  expect_as_written("gpt_decoder", small_gpt("mask: bidirectional, positions: none"));
}
TEST(GptDecoder, EqualsTheReferenceWithExperts) {
  expect_as_written("gpt_decoder", small_gpt("experts: 4, top_k: 2, hidden: 6"));
  expect_as_written("gpt_decoder", small_gpt("experts: 3, top_k: 1, hidden: 6, feed_forward: "
                                             "swiglu, normalise_top_k: false"));
}
TEST(GptDecoder, EqualsTheReferenceWithRelativePositions) {
  expect_as_written("gpt_decoder", small_gpt("positions: relative, relative_buckets: 6, "
                                             "relative_distance: 5"));
  expect_as_written("gpt_decoder", small_gpt("positions: relative, mask: prefix, relative_buckets: "
                                             "8, relative_distance: 4"));
  EXPECT_THAT(error_of([] {
                make<Model>("gpt_decoder", small_gpt("positions: relative, relative_distance: 16"));
              }),
              HasSubstr("relative_distance 16 is within the 16 distances"));
}
TEST(T5EncoderDecoder, EqualsTheReference) {
  expect_as_written("t5_encoder_decoder", small_gpt("relative_buckets: 8, relative_distance: 6"));
  expect_as_written("t5_encoder_decoder",
                    small_gpt("decoder_depth: 1, tie_embeddings: true, positions: rotary, bias: "
                              "true, norm: layer, norm_position: post, feed_forward: gelu"));
  expect_as_written("t5_encoder_decoder",
                    small_gpt("experts: 3, top_k: 1, hidden: 6, norm_position: sandwich"));
}

TEST(T5EncoderDecoder, EqualsTheReferenceAsTheOriginal) {
  expect_as_written("t5_encoder_decoder",
                    small_gpt("scaled_attention: false, feed_forward: relu, tie_embeddings: true, "
                              "scale_head: true, relative_buckets: 8, relative_distance: 6"));
}
TEST(T5EncoderDecoder, EqualsTheReferenceAsVersion11) {
  expect_as_written("t5_encoder_decoder",
                    small_gpt("scaled_attention: false, feed_forward: geglu_tanh, head_width: 3"));
}
TEST(GptDecoder, EqualsTheReferenceWithHeadsOfTheirOwnWidth) {
  expect_as_written("gpt_decoder", small_gpt("head_width: 6, positions: rotary, key_value_heads: "
                                             "1, query_key_norm: true"));
  expect_as_written("gpt_decoder",
                    "{vocabulary: 11, width: 8, heads: 3, depth: 1, max_length: 5, "
                    "head_width: 2, experts: 3, hidden: 6, feed_forward: "
                    "geglu_tanh, scaled_attention: false}");
  EXPECT_THAT(error_of([] { make<Model>("gpt_decoder", "{vocabulary: 11, width: 8, heads: 3}"); }),
              HasSubstr("width 8 is not divisible by 3 heads"));
}

TEST(T5EncoderDecoder, ShowsWhereItsDecoderLooks) {
  const auto model = make<Model>("t5_encoder_decoder", small_gpt("dropout: 0"));
  std::vector<at::Tensor> self, cross;
  const TapScope scope([&](const std::string& name, const at::Tensor& t) {
    if (name == "attention.weights") self.push_back(t);
    if (name == "attention.cross_weights") cross.push_back(t);
  });
  model->run(token_batch());
  EXPECT_EQ(self.size(), 4U) << "two blocks of the encoder, two of the decoder";
  ASSERT_EQ(cross.size(), 2U);
  EXPECT_EQ(cross[0].sizes(), (std::vector<std::int64_t>{2, 2, 4, 5}));
  EXPECT_LT(cross[0][1].select(2, 4).max().item<double>(), 1e-12) << "padding is not looked at";
}

TEST(T5EncoderDecoder, IsCapturedWhereItsDecoderLooks) {
  const auto model = make<Model>("t5_encoder_decoder", small_gpt("dropout: 0"));
  const auto objective = make<Objective>("seq2seq_token");
  Context context{.model = *model, .seed = 1};
  const Capture cross = make<Inspector>("attention", "{of: cross}")
                            ->capture(token_batch(), {"a", "b"}, *objective, context);
  ASSERT_EQ(cross.tensors.size(), 2U);
  EXPECT_EQ(cross.tensors[1].second.sizes(), (std::vector<std::int64_t>{2, 2, 4, 5}));
  EXPECT_EQ(cross.header["of"], "cross");
  const auto alone = make<Model>("gpt_decoder", small_gpt("dropout: 0"));
  Context other{.model = *alone, .seed = 1};
  EXPECT_THAT(error_of([&] {
                make<Inspector>("attention", "{of: cross}")
                    ->capture(token_batch(), {"a", "b"}, *objective, other);
              }),
              HasSubstr("the model has no cross attention to capture"));
}

TEST(T5EncoderDecoder, ContinuesATargetAsItScoresAWholeOne) {
  const auto model = make<Model>("t5_encoder_decoder", small_gpt("dropout: 0"));
  model->eval();
  const c10::AutoGradMode no_grad(false);
  Batch batch = token_batch();
  batch.set("attention_mask", at::ones({2, 5}, at::kLong));
  auto* decoder = dynamic_cast<SequenceToSequence*>(model.get());
  const at::Tensor next = decoder->next_target_logits(
      batch.get("tokens"), batch.get("decoder_tokens").slice(1, 0, 3), nullptr);
  EXPECT_LT(relative_difference(next, model->run(batch).get("logits").select(1, 2)), 1e-6);
  const at::Tensor both =
      at::stack({batch.get("tokens").slice(1, 0, 4), batch.get("decoder_tokens")}, 1);
  batch.set("tokens", batch.get("tokens").slice(1, 0, 4));
  batch.set("attention_mask", at::ones({2, 4}, at::kLong));
  EXPECT_LT(relative_difference(model->forward(both), model->run(batch).get("logits")), 1e-6);
}

TEST(GptDecoder, RunsTheBlocksThatAreNamed) {
  expect_as_written("gpt_decoder", small_gpt("blocks: [1]"));
  EXPECT_THAT(error_of([] { make<Model>("gpt_decoder", small_gpt("blocks: [2]")); }),
              HasSubstr("block 2 does not exist; model.blocks; the model has blocks 0..1"));
}
TEST(BertEncoder, EqualsTheReferenceWithEveryHead) {
  for (const char* output : {"masked_lm", "pretraining", "sequence", "token"}) {
    expect_as_written("bert_encoder", small_gpt("output: " + std::string(output)));
  }
  expect_as_written("bert_encoder", small_gpt("norm_position: pre, output: sequence"));
}

TEST(GptDecoder, SaysWhenMixIsNoMixture) {
  ::testing::internal::CaptureStderr();
  make<Model>("gpt_decoder", small_gpt("norm_position: mix, post_fraction: 0.25"));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("mix degenerates to pre: 0 of 2 blocks normalise after the sum"));
}

TEST(GptDecoder, RefusesTokensOutsideTheVocabulary) {
  const auto model = make<Model>("gpt_decoder", small_gpt("dropout: 0"));
  Batch batch;
  batch.set("tokens", at::full({1, 3}, 11, at::kLong));
  EXPECT_THAT(error_of([&] { model->run(batch); }),
              HasSubstr("token 11 is outside the vocabulary of 11"));
  batch.set("tokens", at::zeros({1, 6}, at::kLong));
  EXPECT_THAT(error_of([&] { model->run(batch); }), HasSubstr("a sequence of 6 tokens"));
}

TEST(GptDecoder, ShowsItsRoutingToInspectors) {
  const auto model = make<Model>("gpt_decoder", small_gpt("experts: 3, top_k: 2, hidden: 4"));
  std::map<std::string, at::Tensor> seen;
  const TapScope scope([&](const std::string& name, const at::Tensor& t) { seen[name] = t; });
  model->run(token_batch());
  EXPECT_EQ(seen.at("router.probabilities").sizes(), (std::vector<std::int64_t>{2, 5, 3}));
  EXPECT_EQ(seen.at("router.experts").sizes(), (std::vector<std::int64_t>{2, 5, 2}));
  EXPECT_EQ(seen.at("attention.weights").sizes(), (std::vector<std::int64_t>{2, 2, 5, 5}));
  EXPECT_EQ(seen.at("attention.weights")[0][0][1][2].item<double>(), 0.0);
}

std::vector<std::int64_t> lengths_of(const Verification& verification) {
  std::vector<std::int64_t> lengths;
  for (const Difference& difference : verification.batches) lengths.push_back(difference.length);
  return lengths;
}

Batch exported_samples(const Model& model) {
  Batch samples;
  const bool pairs = model.input() == "sequences";
  samples.set("tokens", at::randint(pairs ? 1 : 0, 11, {3, 5}, at::kLong));
  if (pairs) samples.set("decoder_tokens", at::randint(1, 11, {3, 4}, at::kLong));
  return samples;
}

void expect_export(
    const std::string& type, const std::string& settings,
    const std::function<void(Batch&)>& change = [](Batch&) {}) {
  SCOPED_TRACE(type + " " + settings);
  at::manual_seed(3);
  const auto model = make<Model>(type, settings);
  Batch samples = exported_samples(*model);
  change(samples);
  char pattern[] = "/tmp/warmstart-language-XXXXXX";
  const std::filesystem::path folder = mkdtemp(pattern);
  for (const char* format : {"torchscript", "onnx"}) {
    try {
      const ExportReport report =
          export_model(*model, format, folder / format, Json::object(), samples);
      EXPECT_TRUE(std::filesystem::exists(report.file)) << format;
      EXPECT_EQ(lengths_of(report.verification), (std::vector<std::int64_t>{5, 5, 3, 1}));
    } catch (const Error& error) {
      ADD_FAILURE() << format << ": " << error.what();
    }
  }
  std::filesystem::remove_all(folder);
}

TEST(GptDecoder, ExportsWithAFreeBatchAndLength) {
  expect_export("gpt_decoder", small_gpt("dropout: 0.1"));
  expect_export("gpt_decoder", small_gpt("norm: rms, feed_forward: swiglu, positions: rotary"));
  expect_export("gpt_decoder", small_gpt("positions: rotary, key_value_heads: 1, query_key_norm: "
                                         "true, feed_forward: gelu_tanh"));
  expect_export("gpt_decoder", small_gpt("experts: 3, top_k: 2, hidden: 4"));
  expect_export("gpt_decoder", small_gpt("positions: sinusoidal, tie_embeddings: true"));
  expect_export("gpt_decoder", small_gpt("experts: 3, top_k: 2, hidden: 4, output: last"));
}
TEST(T5EncoderDecoder, ExportsWithAFreeBatchAndLength) {
  expect_export("t5_encoder_decoder", small_gpt("relative_buckets: 8, relative_distance: 6"));
  expect_export("t5_encoder_decoder", small_gpt("scaled_attention: false, feed_forward: relu, "
                                                "tie_embeddings: true, scale_head: true"));
  expect_export("t5_encoder_decoder",
                small_gpt("scaled_attention: false, feed_forward: geglu_tanh, head_width: 3"));
}
TEST(BertEncoder, ExportsWithAFreeBatchAndLength) {
  for (const char* output : {"masked_lm", "sequence", "token"}) {
    const std::string settings = small_gpt("output: " + std::string(output));
    expect_export("bert_encoder", settings);
    expect_export("bert_encoder", settings, [](Batch& samples) {
      samples.set("segments", at::arange(15).view({3, 5}).remainder(2));
    });
  }
}

class ExportedPairs : public ::testing::Test {
 protected:
  void SetUp() override {
    at::manual_seed(3);
    model_ = make<Model>("bert_encoder", small_gpt("output: sequence, initial_deviation: 0.5"));
    pairs_ = exported_samples(*model_);
    pairs_.set("segments", at::tensor({0, 0, 1, 1, 1}, at::kLong).repeat({3, 1}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  /// What the model is trained with and predicts with.
  at::Tensor predicted() {
    const at::NoGradGuard no_gradients;
    model_->eval();
    return model_->run(pairs_).get("logits");
  }
  static double gap(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
  }
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / "warmstart-pairs";
  std::shared_ptr<Model> model_;
  Batch pairs_;
};

TEST_F(ExportedPairs, AreTakenWithTheirSegments) {
  std::filesystem::create_directories(folder_);
  const at::Tensor tokens = pairs_.get("tokens"), segments = pairs_.get("segments");
  export_model(*model_, "onnx", folder_ / "pairs.onnx", Json::object(), pairs_);
  const OnnxModel onnx = OnnxModel::read(folder_ / "pairs.onnx");
  EXPECT_LT(gap(onnx.run({tokens, segments}), predicted()), 1e-5);
  EXPECT_GT(gap(onnx.run({tokens, at::zeros_like(segments)}), predicted()), 1e-2);
  EXPECT_THAT(error_of([&] { onnx.run(tokens); }), HasSubstr("takes 2 inputs, given are 1"));
  export_model(*model_, "torchscript", folder_ / "pairs.pt", Json::object(), pairs_);
  torch::jit::Module script = read_torchscript(folder_ / "pairs.pt");
  EXPECT_LT(gap(script.forward({tokens, segments}).toTensor(), predicted()), 1e-5);
  const Json report = Json::parse(read_file(folder_ / "pairs.onnx.report.json"));
  EXPECT_EQ(
      report["inputs"][1],
      (Json{
          {"name", "segments"}, {"field", "segments"}, {"shape", {3, 5}}, {"free_axes", {0, 1}}}));
}

TEST_F(ExportedPairs, WhosePaddingTheModelDoesNotKnowAreRefused) {
  std::filesystem::create_directories(folder_);
  pairs_.set("tokens", pairs_.get("tokens").clamp_min(1));  // no padding, says the model
  pairs_.set("attention_mask", at::tensor({1, 1, 1, 1, 0}, at::kLong).repeat({3, 1}));
  EXPECT_THAT(
      error_of([&] { export_model(*model_, "onnx", folder_ / "a", Json::object(), pairs_); }),
      HasSubstr("from what it computes from tokens, segments alone"));
}

}  // namespace
}  // namespace warmstart::testing
