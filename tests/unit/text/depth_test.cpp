// The inspector of a model's depth against its definitions, and perplexity over a whole data set.
#include <ATen/ATen.h>

#include <cmath>

#include "core/inspect/inspector.h"
#include "core/train/evaluate.h"
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
