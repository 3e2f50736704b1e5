// The inspector of a model's depth against its definitions, and perplexity over a whole data set.
#include <ATen/ATen.h>

#include <cmath>

#include "core/inspect/inspector.h"
#include "core/run/run_history.h"
#include "core/train/evaluate.h"
#include "tests/unit/core/network_reference.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using testing::Folder;
using testing::message_of;

template <class Kind>
std::shared_ptr<Kind> made(const std::string& type, const Json& settings = Json::object()) {
  return create<Kind>({type, Value::from_json(settings), {}});
}

Json small_gpt() {
  return {{"vocabulary", 9}, {"width", 8}, {"heads", 2}, {"depth", 3}, {"max_length", 6}};
}

Batch tokens() {
  at::manual_seed(1);
  Batch batch;
  batch.set("tokens", at::randint(0, 9, {4, 6}, at::kLong));
  return batch;
}

TEST(Depth, MeasuresGradientsAnglesAndWhatABlockIsWorth) {
  at::manual_seed(2);
  const auto model = made<Model>("gpt_decoder", small_gpt());
  const auto objective = made<Objective>("next_token");
  Context context{.model = *model, .seed = 1};
  const Batch batch = tokens();
  const Capture capture =
      made<Inspector>("text.depth")->capture(batch, {"a", "b", "c", "d"}, *objective, context);
  std::map<std::string, at::Tensor> seen(capture.tensors.begin(), capture.tensors.end());

  at::Tensor loss = objective->evaluate(batch, context).total;
  loss.backward();
  double squares = 0;
  for (const auto& item : model->named_parameters()) {
    if (item.key().find("block1.") != std::string::npos)
      squares += item.value().grad().square().sum().item<double>();
  }
  EXPECT_NEAR(seen.at("gradient_norm")[1].item<double>(), std::sqrt(squares), 1e-5);

  Json shorter = small_gpt();
  shorter["blocks"] = {0, 2};
  const auto without = made<Model>("gpt_decoder", shorter);
  const auto theirs = without->named_parameters();
  const c10::AutoGradMode no_grad(false);
  for (const auto& item : model->named_parameters())
    at::Tensor(theirs[item.key()]).copy_(item.value());
  Context other{.model = *without, .seed = 1};
  const double damage = (objective->evaluate(batch, other).total - loss).item<double>();
  EXPECT_NEAR(seen.at("removal_damage")[1].item<double>(), damage, 1e-5);

  const at::Tensor angle = seen.at("angular_distance");
  EXPECT_LT(angle.diagonal().max().item<double>(), 1e-4);
  EXPECT_TRUE(at::allclose(angle, angle.t()));
  EXPECT_GT(angle[0][2].item<double>(), 0.0);
  EXPECT_NEAR(objective->evaluate(batch, context).total.item<double>(), loss.item<double>(), 1e-6);
}

/// By name; the scalars as tensors of one number.
std::map<std::string, at::Tensor> depth_capture(Model& model, const Batch& batch) {
  const auto objective = made<Objective>("next_token");
  Context context{.model = model, .seed = 1};
  const Capture capture =
      made<Inspector>("text.depth")->capture(batch, {"a", "b", "c", "d"}, *objective, context);
  std::map<std::string, at::Tensor> seen(capture.tensors.begin(), capture.tensors.end());
  for (const auto& [name, value] : capture.scalars)
    seen[name] = at::scalar_tensor(value, at::kDouble);
  return seen;
}

TEST(Depth, EqualsTheReferenceAndItsQuartersAreMeansOfItsBlocks) {
  using warmstart::testing::relative_difference;
  at::manual_seed(5);
  const std::string settings =
      "{vocabulary: 9, width: 8, heads: 2, depth: 8, max_length: 6, norm: rms, positions: rotary, "
      "feed_forward: swiglu, hidden: 12, bias: false, norm_position: mix, initial_deviation: 0.3}";
  const auto model = warmstart::testing::make<Model>("gpt_decoder", settings);
  NamedTensors given{{"tokens", tokens().get("tokens")}};
  warmstart::testing::add_state(given, "state", *model);
  const auto ours = depth_capture(*model, tokens());
  const auto theirs = warmstart::testing::torch_reference(
      "torch_depth.py", given, warmstart::testing::resolved_settings("gpt_decoder", settings));
  for (const char* name : {"gradient_norm", "angular_distance", "removal_damage"})
    EXPECT_LT(relative_difference(ours.at(name), theirs.at(name)), 1e-4) << name;
  const auto number = [&](const char* name) { return ours.at(name).item<double>(); };
  const at::Tensor norm = theirs.at("gradient_norm"), angle = theirs.at("angular_distance");
  EXPECT_NEAR(number("gradient_first_quarter"), norm.slice(0, 0, 2).mean().item<double>(), 1e-4);
  EXPECT_NEAR(number("gradient_last_quarter"), norm.slice(0, 6).mean().item<double>(), 1e-4);
  EXPECT_NEAR(number("damage_last_quarter"),
              theirs.at("removal_damage").slice(0, 6).mean().item<double>(), 1e-4);
  double turn = 0;  // blocks 4..8, counted from 1
  for (int block = 3; block < 7; ++block) turn += angle[block][block + 1].item<double>() / 4;
  EXPECT_NEAR(number("turn_last_half"), turn, 1e-4);
}

TEST(DepthUse, AveragesTheLastRecordsOfARun) {
  RunHistory history;
  for (int step = 10; step <= 40; step += 10) {
    history.validations.push_back({{"on", "test"},
                                   {"global_step", step},
                                   {"metrics",
                                    {{"text.depth.gradient_first_quarter", step},
                                     {"text.depth.gradient_last_quarter", 5.0},
                                     {"text.depth.damage_last_quarter", nullptr}}}});
  }
  auto values = made<Metric>("text.depth_use", {{"last", 2}})->over_run(history);
  EXPECT_DOUBLE_EQ(values.at("gradient_first_quarter"), 35.0);
  EXPECT_DOUBLE_EQ(values.at("gradient_ratio"), 5.0 / 35.0);
  EXPECT_TRUE(std::isnan(values.at("damage_last_quarter")));
  values = made<Metric>("text.depth_use", {{"records", "train.text.depth"}})->over_run(history);
  EXPECT_TRUE(std::isnan(values.at("gradient_ratio")));
}

TEST(Perplexity, OfADataSetAveragesTheLogarithmsOfItsCases) {
  const Folder folder;
  at::manual_seed(3);
  const auto corpus =
      made<Dataset>("text.corpus", {{"root", folder.file("t.txt", "abcdabdcaabbcdcd").string()},
                                    {"length", 4},
                                    {"tokenizer", {{"type", "text.character"}}}});
  const auto model = made<Model>("gpt_decoder", small_gpt());
  MeasureSpec measure;
  measure.on = "test";
  measure.metrics.push_back({"perplexity", Value::map(), {}});
  const Measured measured = evaluate(*model, Source(corpus, {}), measure, at::kCPU);
  ASSERT_EQ(measured.cases.size(), 4U);
  double logarithms = 0;
  for (const CaseValue& one : measured.cases) logarithms += std::log(one.value) / 4;
  EXPECT_NEAR(measured.values.at("perplexity"), std::exp(logarithms), 1e-9);
}

}  // namespace
}  // namespace warmstart::text
