// Published checkpoints in and out: networks written from the papers in
// tests/reference/published_language_models.py give the same logits on both sides.
#include "core/export/weight_names.h"

#include <gmock/gmock.h>

#include "core/export/exporter.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kSizes = "vocabulary: 23, width: 16, heads: 4, hidden: 24, depth: 2, ";
constexpr const char* kLlama =
    "max_length: 40, norm: rms, norm_epsilon: 1e-5, positions: rotary, feed_forward: swiglu, "
    "bias: false, ";

struct Published {
  std::string kind, family, type, settings;
};

constexpr const char* kT5 =
    "max_length: 12, scaled_attention: false, relative_buckets: 8, relative_distance: 20, ";

std::vector<Published> all_published() {
  const std::string bert = "norm_epsilon: 1e-12, max_length: 12, classes: 3, ";
  return {
      {"bert", "bert", "bert_encoder", bert + "output: masked_lm"},
      {"bert_sequence", "bert", "bert_encoder", bert + "output: sequence"},
      {"bert_token", "bert", "bert_encoder", bert + "output: token"},
      {"gpt2", "gpt2", "gpt_decoder",
       "max_length: 12, feed_forward: gelu_tanh, tie_embeddings: true"},
      {"llama", "llama", "gpt_decoder", std::string(kLlama) + "key_value_heads: 2"},
      {"olmoe", "olmoe", "gpt_decoder",
       std::string(kLlama) + "experts: 5, normalise_top_k: false, query_key_norm: true"},
      {"llama_original", "llama_original", "gpt_decoder", std::string(kLlama) + "dropout: 0"},
      {"t5", "t5", "t5_encoder_decoder",
       std::string(kT5) + "feed_forward: relu, tie_embeddings: true, scale_head: true"},
      {"t5_v1_1", "t5_v1_1", "t5_encoder_decoder",
       std::string(kT5) + "feed_forward: geglu_tanh, head_width: 5"},
  };
}

class PublishedWeightsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    char pattern[] = "/tmp/warmstart-published-XXXXXX";
    folder_ = mkdtemp(pattern);
    run_script("make");
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static void run_script(const std::string& what) {
    const std::string command = "OMP_WAIT_POLICY=passive /usr/bin/python3 " WARMSTART_SOURCE_DIR
                                "/tests/reference/published_language_models.py " +
                                what + " " + folder_.string();
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  static std::map<std::string, at::Tensor> tensors_of(const std::string& name) {
    std::map<std::string, at::Tensor> tensors;
    const TensorFile file = TensorFile::open(folder_ / name, false);
    for (const Array& array : file.arrays()) tensors.emplace(array.name, to_tensor(array));
    return tensors;
  }
  static std::shared_ptr<Model> model_of(const Published& one) {
    at::manual_seed(1);
    return make<Model>(one.type, "{" + std::string(kSizes) + one.settings + "}");
  }
  static at::Tensor logits_of(Model& model) {
    const at::NoGradGuard no_gradients;
    model.eval();
    Batch batch;
    for (const auto& [name, tensor] : tensors_of("inputs")) batch.set(name, tensor);
    return model.run(batch).get("logits");
  }
  static std::string refusal(const Published& one, const std::string& file) {
    return error_of([&] { import_weights(*model_of(one), read_weights(folder_ / file).tensors); });
  }
  static Path folder_;
};
Path PublishedWeightsTest::folder_;

TEST_F(PublishedWeightsTest, GiveTheLogitsOfTheirSourceHere) {
  for (const Published& one : all_published()) {
    const at::Tensor theirs = tensors_of(one.kind + ".logits").at("logits");
    for (const char* end : {".pt", ".safetensors"}) {
      SCOPED_TRACE(one.kind + end);
      const auto model = model_of(one);
      const SurgeryReport report =
          import_weights(*model, read_weights(folder_ / (one.kind + end)).tensors);
      EXPECT_EQ(report.names, one.family);
      EXPECT_THAT(report.missing, IsEmpty());
      EXPECT_THAT(report.unexpected, IsEmpty());
      EXPECT_TRUE(report.reshaped.empty());
      EXPECT_LT((logits_of(*model) - theirs).abs().max().item<double>(), 1e-4);
    }
  }
}

TEST_F(PublishedWeightsTest, OfOursGiveTheSameLogitsThere) {
  std::map<std::string, at::Tensor> ours;
  for (const Published& one : all_published()) {
    SCOPED_TRACE(one.kind);
    const auto model = model_of(one);
    disturb(*model);
    Batch samples;
    samples.set("tokens", tensors_of("inputs").at("tokens"));
    for (const auto& [type, end] :
         {std::pair<std::string, std::string>{"pytorch", "pt"}, {"safetensors", "safetensors"}}) {
      const ExportReport report =
          export_model(*model, {type, one.family}, folder_ / ("ours." + one.kind + "." + end),
                       Json::object(), samples);
      EXPECT_EQ(report.verification.batches.front().absolute, 0);
    }
    ours[one.kind] = logits_of(*model);
  }
  run_script("check");
  for (const auto& [kind, logits] : ours) {
    for (const auto& [end, theirs] : tensors_of("ours." + kind + ".logits"))
      EXPECT_LT((logits - theirs).abs().max().item<double>(), 1e-4) << kind << "." << end;
  }
}

TEST_F(PublishedWeightsTest, SayWhatIsMissingUnexpectedAndReshaped) {
  StateDict weights = read_weights(folder_ / "gpt2.pt").tensors;
  weights.erase("transformer.h.1.mlp.c_fc.bias");
  weights["transformer.h.0.ln_1.weight"] = at::ones({5});
  weights["score.weight"] = at::ones({2, 16});
  const SurgeryReport report = import_weights(*model_of(all_published()[3]), weights);
  EXPECT_THAT(report.missing, ElementsAre("encoder.stack.block1.feed_forward.fc1.bias"));
  EXPECT_THAT(report.unexpected, ElementsAre("score.weight"));
  ASSERT_EQ(report.reshaped.size(), 1U);
  EXPECT_EQ(report.reshaped[0].name, "encoder.stack.block0.norm1.weight");
  EXPECT_EQ(report.reshaped[0].have, (std::vector<std::int64_t>{5}));
}

TEST_F(PublishedWeightsTest, LoadWithoutThePrefixOfTheBodyToo) {
  StateDict bare;
  for (const auto& [name, tensor] : read_weights(folder_ / "gpt2.pt").tensors) {
    if (name.starts_with("transformer.")) bare[name.substr(12)] = tensor;
  }
  const SurgeryReport report = import_weights(*model_of(all_published()[3]), bare);
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_THAT(report.unexpected, IsEmpty());
}

TEST_F(PublishedWeightsTest, OfAShorterTextLeaveLaterPositionsOut) {
  Published one = all_published()[3];
  one.settings = "max_length: 9, feed_forward: gelu_tanh, tie_embeddings: true";
  const auto model = model_of(one);
  const SurgeryReport report = import_weights(*model, read_weights(folder_ / "gpt2.pt").tensors);
  EXPECT_THAT(report.notes, ElementsAre("of 12 positions the first 9 are used"));
  const at::Tensor theirs = tensors_of("gpt2.logits").at("logits");
  EXPECT_LT((logits_of(*model) - theirs).abs().max().item<double>(), 1e-4);
}

TEST_F(PublishedWeightsTest, ThatDoNotFitTheVocabularyOrTheLengthAreRefused) {
  Published places = all_published()[3];
  EXPECT_THAT(error_of([&] {
                import_weights(*make<Model>("gpt_decoder",
                                            "{vocabulary: 30, width: 16, heads: 4, hidden: 24, "
                                            "depth: 2, max_length: 12, tie_embeddings: true}"),
                               read_weights(folder_ / "gpt2.pt").tensors);
              }),
              HasSubstr("the weights know 23 tokens, the model's vocabulary has 30; "
                        "model.vocabulary; use the checkpoint's own tokenizer"));
  places.settings = "max_length: 20, feed_forward: gelu_tanh, tie_embeddings: true";
  EXPECT_THAT(refusal(places, "gpt2.pt"),
              HasSubstr("the weights know 12 positions, the model takes 20 tokens; "
                        "model.max_length; set max_length to 12 or less"));
  EXPECT_THAT(error_of([&] {
                import_weights(*make<Model>("gpt_decoder",
                                            "{vocabulary: 23, width: 8, depth: 2, "
                                            "max_length: 12}"),
                               read_weights(folder_ / "gpt2.pt").tensors);
              }),
              HasSubstr("no weight fits this model: 'encoder.embedding.weight' is 23x16, the "
                        "model's is 23x8; surgery transfer; give the model the sizes"));
}

TEST_F(PublishedWeightsTest, AreWrittenUnderNamesThatTheModelHasOnly) {
  const auto model = model_of(all_published()[3]);
  Batch samples;
  samples.set("tokens", tensors_of("inputs").at("tokens"));
  const auto refused = [&](const ExportFormat& format) {
    return error_of(
        [&] { export_model(*model, format, folder_ / "refused", Json::object(), samples); });
  };
  EXPECT_THAT(refused({"safetensors", "gpt"}), HasSubstr("did you mean 'gpt2'?"));
  EXPECT_THAT(refused({"safetensors", "bert"}), HasSubstr("has no name in the family bert"));
  EXPECT_THAT(refused({"onnx", "gpt2"}), HasSubstr("names gpt2 for a file that is more than"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "refused"));
}

}  // namespace
}  // namespace warmstart::testing
