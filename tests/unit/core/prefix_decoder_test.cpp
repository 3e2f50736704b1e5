// A decoder with a prefix mask in every use that a trained model has beside training: prediction,
// inspectors, export. What each must give is read off a batch that names the prefix itself.
#include <gmock/gmock.h>

#include "core/export/exporter.h"
#include "core/export/onnx_reader.h"
#include "core/inspect/inspector.h"
#include "core/inspect/routing_taps.h"
#include "core/models/target_row.h"
#include "core/objectives/objective.h"
#include "core/train/evaluate.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

class PrefixDecoder : public ::testing::Test {
 protected:
  static std::shared_ptr<Model> decoder(const std::string& more = "") {
    at::manual_seed(8);
    const auto model = make<Model>("gpt_decoder",
                                   "{vocabulary: 11, width: 8, heads: 2, depth: 2, max_length: 12, "
                                   "initial_deviation: 0.5, mask: prefix" +
                                       more + "}");
    model->eval();
    return model;
  }

  /// Inputs 5 6 1 and 7 1, targets 8 9 and 10.
  static Batch answers() {
    Batch batch;
    batch.set("tokens", at::tensor({5, 6, 1, 0, 7, 1, 0, 0}, at::kLong).view({2, 4}));
    batch.set("attention_mask", at::tensor({1, 1, 1, 0, 1, 1, 0, 0}, at::kLong).view({2, 4}));
    batch.set("decoder_tokens", at::tensor({0, 8, 9, 0, 0, 0}, at::kLong).view({2, 3}));
    batch.set("target", at::tensor({8, 9, -100, 10, -100, -100}, at::kLong).view({2, 3}));
    return batch;
  }
  static Sample answer(std::int64_t i) {
    const Batch all = answers();
    Sample sample{"s" + std::to_string(i), {}};
    for (const auto& [name, tensor] : all.fields()) sample.fields.set(name, tensor[i]);
    return sample;
  }

  /// Of a row whose prefix the batch names.
  static Batch named(Model& model, std::vector<std::int64_t> row, std::int64_t prefix) {
    Batch batch;
    batch.set("tokens", at::tensor(row, at::kLong).unsqueeze(0));
    batch.set("prefix", at::tensor({prefix}, at::kLong));
    return model.run(batch);
  }

  static double gap(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
  }
  at::NoGradGuard no_gradients_;
};

TEST_F(PrefixDecoder, PutsInputAndTargetInARow) {
  const TargetRow row = target_row(answers());
  EXPECT_TRUE(
      row.tokens_BL.equal(at::tensor({5, 6, 1, 8, 9, 7, 1, 0, 0, 0}, at::kLong).view({2, 5})));
  EXPECT_TRUE(row.prefix_B.equal(at::tensor({3, 2}, at::kLong)));
  EXPECT_TRUE(row.place_BT.equal(at::tensor({2, 3, 4, 1, 2, 3}, at::kLong).view({2, 3})));
  EXPECT_TRUE(row.visible_BL.to(at::kLong).equal(
      at::tensor({1, 1, 1, 1, 0, 1, 1, 0, 0, 0}, at::kLong).view({2, 5})));
  Batch empty = answers();
  empty.set("attention_mask", at::zeros({2, 4}, at::kLong));
  EXPECT_THAT(error_of([&] { target_row(empty); }), HasSubstr("an input has no tokens"));
}

TEST_F(PrefixDecoder, PredictsTheTargetOfASample) {
  const auto model = decoder();
  const Batch outputs = infer_sample(*model, answer(0), nullptr, at::kCPU);
  const Batch expected = named(*model, {5, 6, 1, 8}, 3);
  ASSERT_EQ(outputs.get("logits").sizes(), (at::IntArrayRef{3, 11}));
  EXPECT_LT(gap(outputs.get("logits").slice(0, 0, 2), expected.get("logits")[0].slice(0, 2)), 1e-5);
  EXPECT_LT(gap(outputs.get("features").slice(0, 0, 2), expected.get("features")[0].slice(0, 2)),
            1e-5);
}

TEST_F(PrefixDecoder, SaysWhatItNeedsWhereTheDataHasNoTarget) {
  Batch text;
  text.set("tokens", at::ones({1, 3}, at::kLong));
  text.set("attention_mask", at::ones({1, 3}, at::kLong));
  const auto model = decoder();
  EXPECT_EQ(error_of([&] { model->run(text); }),
            "the data does not say which tokens are the prefix; model gpt_decoder; use data with "
            "inputs and targets (text.mixture_of_denoisers), or mask: causal");
}

struct NothingAsked final : Objective {
  Loss evaluate(const Batch&, Context&) override { return {}; }
};

Capture captured_by(const std::string& inspector, const std::string& settings, Model& model,
                    const Batch& watch) {
  NothingAsked objective;
  Context context{model, 0, 0, 1, false};
  return make<Inspector>(inspector, settings)->capture(watch, {"a", "b"}, objective, context);
}

TEST_F(PrefixDecoder, ShowsAttentionThatSeesTheInputBothWays) {
  const auto model = decoder();
  const Capture capture = captured_by("attention", "{}", *model, answers());
  const at::Tensor weights_SHQK = capture.tensors.front().second.to(at::kFloat);
  ASSERT_EQ(weights_SHQK.sizes(), (at::IntArrayRef{2, 2, 5, 5}));
  EXPECT_GT(weights_SHQK[0][0][0][2].item<double>(), 0) << "the first token sees the third";
  EXPECT_EQ(weights_SHQK[0][0][0][3].item<double>(), 0) << "but no target";
  EXPECT_EQ(weights_SHQK[1][0][0][2].item<double>(), 0) << "its input has two tokens";
  EXPECT_EQ(capture.header["lengths"], (Json{4, 2}));
}

TEST_F(PrefixDecoder, ShowsFeaturesOfTheTarget) {
  const auto model = decoder();
  const Capture capture = captured_by("embedding", "{of: tokens}", *model, answers());
  const at::Tensor features = capture.tensors.front().second;
  ASSERT_EQ(features.sizes(), (at::IntArrayRef{3, 8}));
  EXPECT_LT(gap(features[2], named(*model, {7, 1}, 2).get("features")[0][1]), 1e-5);
}

TEST_F(PrefixDecoder, ShowsTheRoutingOfWhatItReads) {
  const auto model = decoder(", experts: 3, top_k: 1, hidden: 4");
  const RoutingTaps taps = read_routing(*model, answers(), {});
  ASSERT_EQ(taps.mean.sizes(), (at::IntArrayRef{2, 2, 3}));
  const at::Tensor logits = model->run(answers()).get("logits");
  const at::Tensor second = at::log_softmax(logits[1][0], 0)[10].neg();
  EXPECT_NEAR(taps.loss[1].item<double>(), second.item<double>(), 1e-5);
  // Of the second sample two tokens are no padding: those that a shorter row has alone.
  Batch alone;
  const Batch both = answers();
  for (const auto& [name, tensor] : both.fields()) alone.set(name, tensor.slice(0, 1, 2));
  alone.set("target", alone.get("target").slice(1, 0, 1));
  alone.set("decoder_tokens", alone.get("decoder_tokens").slice(1, 0, 1));
  EXPECT_LT(gap(read_routing(*model, alone, {}).mean[0], taps.mean[1]), 1e-5);
}

TEST_F(PrefixDecoder, IsExportedWithItsPrefixAsAnInput) {
  const auto model = decoder();
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "warmstart-prefix-decoder";
  std::filesystem::create_directories(folder);
  for (const char* format : {"onnx", "torchscript"}) {
    const ExportReport report =
        export_model(*model, format, folder / format, Json::object(), answers());
    EXPECT_EQ(report.verification.batches.size(), 4U) << format;
    const Json inputs = Json::parse(read_file(report.report))["inputs"];
    EXPECT_EQ(inputs[1]["name"], "prefix");
    EXPECT_EQ(inputs[1]["free_axes"], Json::array({0}));
  }
  const OnnxModel read = OnnxModel::read(folder / "onnx");
  const at::Tensor row = at::tensor({5, 6, 1, 8}, at::kLong).unsqueeze(0);
  EXPECT_LT(gap(read.run({row, at::tensor({3}, at::kLong)}),
                named(*model, {5, 6, 1, 8}, 3).get("logits")),
            1e-5);
  EXPECT_GT(gap(read.run({row, at::tensor({1}, at::kLong)}),
                named(*model, {5, 6, 1, 8}, 3).get("logits")),
            1e-2);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace warmstart::testing
