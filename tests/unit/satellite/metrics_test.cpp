// Metrics against plain counting with numpy and a fit by SciPy.
#include <ATen/ATen.h>

#include <cmath>

#include "core/metrics/metric.h"
#include "plugins/satellite/components/feature_probe.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using warmstart::testing::make;
using warmstart::testing::relative_difference;

/// Means and deviations by their formulas over all pixels at once.
TEST(ContractDistance, TellsHowFarTheImagesLieFromWhatTheEncoderKnows) {
  at::manual_seed(31);
  const auto metric =
      make<Metric>("satellite.contract_distance", "{size: 16, mean: [100, 50], std: [20, 10]}");
  metric->begin(Json::object());
  std::vector<at::Tensor> all;
  for (int i = 0; i < 5; ++i) {
    Batch fields;
    all.push_back(at::randn({2, 8, 8}) * 30 + 130 + i);
    fields.set("image", all.back());
    EXPECT_TRUE(metric->evaluate("one", {}, fields).empty());
  }
  std::map<std::string, double> found;
  for (const CaseValue& value : metric->over_all())
    found[value.metric + "/" + value.part] = value.value;
  const at::Tensor first = at::stack(all).select(1, 0).to(at::kDouble),
                   second = at::stack(all).select(1, 1).to(at::kDouble);
  const std::string name = "satellite.contract_distance";
  EXPECT_NEAR(found.at(name + ".mean/band 1"), (first.mean().item<double>() - 100) / 20, 1e-5);
  EXPECT_NEAR(found.at(name + ".deviation/band 2"), second.std(false).item<double>() / 10 - 1,
              1e-5);
  EXPECT_NEAR(found.at(name + ".size/"), -0.5, 1e-9);
  EXPECT_NEAR(found.at(name + "/"), (second.mean().item<double>() - 50) / 10, 1e-5);
}

TEST(ContractDistance, IsZeroForWhatTheContractMade) {
  at::manual_seed(32);
  Sample sample{"photo", {}};
  const at::Tensor image = at::randint(256, {3, 20, 20}, at::kLong).to(at::kFloat);
  sample.fields.set("image", image);
  Json contract{{"size", 20}, {"mean", Json::array()}, {"std", Json::array()}};
  for (std::int64_t band = 0; band < 3; ++band) {
    contract["mean"].push_back(image[band].mean().item<double>());
    contract["std"].push_back(image[band].std(false).item<double>());
  }
  const Sample fed = testing::transformed("satellite.match_contract", contract, sample);
  const auto metric = make<Metric>("satellite.contract_distance", "{size: 20}");
  metric->begin(Json::object());
  metric->evaluate("photo", {}, fed.fields);
  EXPECT_NEAR(metric->over_all().back().value, 0, 1e-5);
}

struct Answers {
  at::Tensor logits_NK, classes_N, known, known_classes, queries;
  std::map<std::string, at::Tensor> theirs;
};

Answers drawn_answers() {
  at::manual_seed(8);
  Answers a;
  a.classes_N = at::randint(4, {300}, at::kLong);
  a.logits_NK = at::randn({300, 4}) + 1.2 * at::one_hot(a.classes_N, 4);
  a.known_classes = at::arange(60, at::kLong).remainder(3);
  a.known = at::randn({60, 5}) * 3 + a.known_classes.unsqueeze(1);
  a.queries = at::randn({40, 5}) * 3 + 1;
  a.theirs = warmstart::testing::torch_reference("class_metrics.py",
                                                 {{"logits", a.logits_NK},
                                                  {"classes", a.classes_N},
                                                  {"known", a.known},
                                                  {"known_classes", a.known_classes},
                                                  {"queries", a.queries}},
                                                 {{"l2", 0.01}, {"k", 5}});
  return a;
}

std::vector<CaseValue> measured(const std::string& type, const Answers& a) {
  const auto metric = make<Metric>("satellite." + type);
  metric->begin({{"class_names", {"a", "b", "c", "d"}}});
  for (std::int64_t i = 0; i < a.classes_N.size(0); ++i) {
    Batch outputs, fields;
    outputs.set("logits", a.logits_NK[i]);
    fields.set("class", a.classes_N[i]);
    EXPECT_TRUE(metric->evaluate(std::to_string(i), outputs, fields).empty());
  }
  return metric->over_all();
}

TEST(ClassMetrics, EqualCountingWithNumpy) {
  const Answers a = drawn_answers();
  ASSERT_FALSE(a.theirs.empty());
  for (const auto& [type, name] : {std::pair{"kappa", "kappa"},
                                   {"overall_accuracy", "accuracy"},
                                   {"confidence_gap", "gap"},
                                   {"calibration_error", "ece"}}) {
    const auto values = measured(type, a);
    ASSERT_EQ(values.size(), 1U) << type;
    EXPECT_NEAR(values[0].value, a.theirs.at(name)[0].item<double>(), 1e-6) << type;
  }
  for (const char* type : {"iou", "recall"}) {
    const auto values = measured(type, a);
    ASSERT_EQ(values.size(), 4U);
    for (std::int64_t k = 0; k < 4; ++k)
      EXPECT_NEAR(values[static_cast<std::size_t>(k)].value, a.theirs.at(type)[k].item<double>(),
                  1e-9);
  }
}

TEST(ClassMetrics, LeavePixelsWithoutClassOut) {
  const auto metric = make<Metric>("satellite.iou");
  metric->begin({{"class_names", {"land", "water", "ice"}}});
  Batch outputs, fields;
  fields.set("label", at::tensor({0, 0, 1, 255, 1, 255}, at::kLong).view({2, 3}));
  const at::Tensor predicted = at::tensor({0, 1, 1, 0, 1, 2}, at::kLong).view({2, 3});
  outputs.set("logits", at::one_hot(predicted, 3).movedim(-1, 0).to(at::kFloat));
  metric->evaluate("a", outputs, fields);
  const auto values = metric->over_all();
  EXPECT_DOUBLE_EQ(values[0].value, 0.5);
  EXPECT_DOUBLE_EQ(values[1].value, 2.0 / 3);
  EXPECT_TRUE(std::isnan(values[2].value)) << "no ice in either";
  fields.set("label", at::full({2, 3}, 3, at::kLong));
  EXPECT_THAT(message_of([&] { metric->evaluate("b", outputs, fields); }),
              HasSubstr("class 3 is outside 0..2; b"));
}

TEST(FeatureProbes, EqualScipyAndCounting) {
  const Answers a = drawn_answers();
  ASSERT_FALSE(a.theirs.empty());
  EXPECT_TRUE(
      at::equal(nearest_classes(a.known, a.known_classes, a.queries, 5), a.theirs.at("nearest")));
  const at::Tensor scores = logistic_scores(a.known, a.known_classes, a.queries, 0.01);
  EXPECT_LT(relative_difference(scores - scores.mean(1, true), a.theirs.at("logistic")), 1e-4);
}

TEST(FeatureProbes, LearnFromReferencesAndMeasureTheRest) {
  const Answers a = drawn_answers();
  const auto probe = make<Metric>("satellite.knn_accuracy");
  probe->begin({{"class_names", {"a", "b", "c"}}});
  const auto add = [&](const at::Tensor& features, std::int64_t label, bool reference) {
    Batch outputs, fields;
    outputs.set("features", features);
    fields.set("class", at::scalar_tensor(label, at::kLong));
    fields.set("reference", at::scalar_tensor(reference, at::kBool));
    probe->evaluate(reference ? "known" : "query", outputs, fields);
  };
  add(a.queries[0], 0, false);
  EXPECT_THAT(message_of([&] { probe->over_all(); }),
              HasSubstr("0 reference samples and 1 others"));
  for (int i = 0; i < 3; ++i) add(a.known[i], i, true);
  EXPECT_THAT(message_of([&] { probe->over_all(); }),
              HasSubstr("k is 5, there are 3 reference samples"));
  for (int i = 3; i < 60; ++i) add(a.known[i], i % 3, true);
  for (int i = 1; i < 40; ++i) add(a.queries[i], 2, false);
  const auto values = probe->over_all();
  ASSERT_EQ(values.size(), 40U);
  double right = 0, expected = 0;
  for (std::int64_t i = 1; i < 40; ++i) {
    right += values[static_cast<std::size_t>(i)].value;
    expected += a.theirs.at("nearest")[i].item<std::int64_t>() == 2;
  }
  EXPECT_EQ(right, expected);
  EXPECT_EQ(values[5].part, "c");
}

TEST(Rmse, IsTheRootOfTheMeanSquaredError) {
  const auto metric = make<Metric>("satellite.rmse");
  Batch outputs, fields;
  outputs.set("logits", at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).view({1, 2, 2}));
  fields.set("target", at::tensor({1.0F, 0.0F, 3.0F, 0.0F}).view({1, 2, 2}));
  EXPECT_NEAR(metric->evaluate("a", outputs, fields)[0].value, std::sqrt((4.0 + 16.0) / 4), 1e-9);
}

TEST(Rmse, LeavesPixelsWithoutATargetOut) {
  const auto metric = make<Metric>("satellite.rmse");
  Batch outputs, fields;
  outputs.set("logits", at::tensor({1.0F, 5.0F, 2.0F}).view({1, 1, 3}));
  const float none = std::numeric_limits<float>::quiet_NaN();
  fields.set("target", at::tensor({4.0F, none, 6.0F}).view({1, 1, 3}));
  EXPECT_NEAR(metric->evaluate("a", outputs, fields).at(0).value, std::sqrt((9.0 + 16) / 2), 1e-6);
  fields.set("target", at::full({1, 1, 3}, none));
  EXPECT_TRUE(std::isnan(metric->evaluate("a", outputs, fields).at(0).value));
}

}  // namespace
}  // namespace warmstart::satellite
