// Measuring a data set: what a validation event carries, and the confusion matrix.
#include "core/train/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/loader.h"
#include "core/inspect/inspector.h"
#include "core/train/stage_builder.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Batch with(const std::string& name, const at::Tensor& tensor) {
  Batch batch;
  batch.set(name, tensor);
  return batch;
}

/// Scores whose argmax along the first axis is `classes`.
at::Tensor scores_of(const at::Tensor& classes, std::int64_t count) {
  return at::one_hot(classes, count).to(at::kFloat).movedim(-1, 0);
}

TEST(ConfusionMetric, CountsPairsOfReferenceAndPrediction) {
  const auto metric = make<Metric>("confusion");
  metric->begin({{"class_names", {"background", "liver", "spleen"}}});
  const at::Tensor reference = at::tensor({0, 0, 0, 0, 1, 1, 2, 2}, at::kLong).view({2, 4});
  const at::Tensor predicted = at::tensor({0, 0, 0, 1, 1, 2, 2, 0}, at::kLong).view({2, 4});
  const std::vector<CaseValue> first =
      metric->evaluate("a", with("logits", scores_of(predicted, 3)), with("label", reference));
  ASSERT_EQ(first.size(), 3U);
  EXPECT_DOUBLE_EQ(first[0].value, 0.75);
  EXPECT_DOUBLE_EQ(first[1].value, 0.5);
  EXPECT_DOUBLE_EQ(first[2].value, 0.5);
  EXPECT_EQ(first[1].part, "liver");
  const at::Tensor empty = at::zeros({2, 4}, at::kLong);
  const std::vector<CaseValue> second =
      metric->evaluate("b", with("logits", scores_of(empty, 3)), with("label", empty));
  EXPECT_TRUE(std::isnan(second[1].value)) << "no liver there: undefined, not 0";
  const Json summary = metric->summary();
  EXPECT_EQ(summary["kind"], "confusion");
  EXPECT_EQ(summary["axes"], Json({"reference", "predicted"}));
  EXPECT_EQ(summary["counts"], Json::parse("[[11,1,0],[0,1,1],[1,0,1]]"));
  EXPECT_EQ(summary["class_names"][2], "spleen");
  EXPECT_EQ(summary["cases"][0]["sample"], "a");
  EXPECT_EQ(summary["cases"][0]["pairs"],
            Json::parse("[[0,0,3],[0,1,1],[1,1,1],[1,2,1],[2,0,1],[2,2,1]]"));
  EXPECT_EQ(summary["cases"][1]["pairs"], Json::parse("[[0,0,8]]"));
}

TEST(ConfusionMetric, WorksOnOneClassASample) {
  const auto metric = make<Metric>("confusion");
  metric->begin({{"classes", 2}});
  const auto seen = [&](std::int64_t reference, std::vector<float> scores) {
    return metric->evaluate("a", with("logits", at::tensor(scores)),
                            with("class", at::scalar_tensor(reference, at::kLong)));
  };
  EXPECT_DOUBLE_EQ(seen(0, {2, 1})[0].value, 1);
  EXPECT_DOUBLE_EQ(seen(1, {2, 1})[1].value, 0);
  EXPECT_DOUBLE_EQ(seen(1, {0, 1})[1].value, 1);
  EXPECT_EQ(metric->summary()["counts"], Json::parse("[[1,0],[1,1]]"));
  EXPECT_EQ(metric->summary()["class_names"], Json({"class 0", "class 1"}));
}

TEST(ConfusionMetric, RefusesWhatItCannotCount) {
  const auto metric = make<Metric>("confusion");
  EXPECT_THAT(error_of([&] { metric->begin(Json::object()); }), HasSubstr("no classes"));
  metric->begin({{"classes", 2}});
  const at::Tensor label = at::full({2, 2}, 7, at::kLong);
  const std::string text = error_of([&] {
    metric->evaluate("scan 3", with("logits", at::zeros({2, 2, 2})), with("label", label));
  });
  EXPECT_THAT(text, HasSubstr("class 7 is outside 0..1; scan 3"));
}

/// Says that everything is background.
struct Nothing final : Model {
  at::Tensor forward(const at::Tensor& x) override {
    return at::cat({at::ones_like(x), at::zeros_like(x)}, 1);
  }
};

DataSpec discs(std::int64_t count) {
  return {
      "test", {"test_discs", parse_yaml("{count: " + std::to_string(count) + "}", "test"), {}}, {}};
}

TEST(Evaluate, AnEventCarriesCasesMetricsAndSummaries) {
  Nothing model;
  const std::shared_ptr<Source> source = Source::from_spec(discs(3));
  MeasureSpec measure;
  measure.on = "test";
  measure.metrics = {{"dice", Value::map(), {}}, {"confusion", Value::map(), {}}};
  measure.per_class = true;
  const Json json = evaluate(model, *source, measure, at::kCPU).to_json();
  EXPECT_EQ(json["cases"].size(), 3U * (1 + 2));
  EXPECT_EQ(json["cases"][0]["sample"], "disc 0");
  EXPECT_EQ(json["metric_info"].size(), 2U);
  EXPECT_EQ(
      json["metric_info"][0],
      Json({{"name", "dice"}, {"unit", ""}, {"higher_is_better", true}, {"parts", {"disc"}}}));
  EXPECT_EQ(json["metric_info"][1]["parts"], Json({"background", "disc"}));
  EXPECT_DOUBLE_EQ(json["metrics"]["confusion"].get<double>(), 0.5);
  EXPECT_DOUBLE_EQ(json["metrics"]["confusion.disc"].get<double>(), 0);
  const Json& counts = json["summaries"]["confusion"]["counts"];
  EXPECT_EQ(counts[0][0].get<int>() + counts[1][0].get<int>(), 3 * 16 * 16);
  EXPECT_EQ(counts[0][1], 0);
  EXPECT_FALSE(json["summaries"].contains("dice"));
}

TEST(ConfusionInspector, CapturesTheMatrixOfTheWatchSet) {
  Nothing model;
  const auto objective = make<Objective>("segmentation_loss");
  const std::shared_ptr<Source> source = Source::from_spec(discs(2));
  objective->attach(model, source->dataset().facts());
  const Batch watch = collate({source->draw(0, 0), source->draw(1, 0)});
  Context context{model, 0, 0, 1, false};
  const Capture capture =
      make<Inspector>("confusion")->capture(watch, {"a", "b"}, *objective, context);
  EXPECT_EQ(capture.header["kind"], "confusion");
  const std::map<std::string, at::Tensor> tensors(capture.tensors.begin(), capture.tensors.end());
  const std::int64_t discs = watch.get("label").sum().item<std::int64_t>();
  const at::Tensor expected =
      at::tensor({2 * 256 - discs, std::int64_t{0}, discs, std::int64_t{0}}, at::kLong)
          .view({2, 2});
  EXPECT_TRUE(tensors.at("counts").equal(expected));
  EXPECT_EQ(tensors.at("cases").sizes(), (at::IntArrayRef{2, 2, 2}));
}

}  // namespace
}  // namespace warmstart::testing
