// Recall among the first k candidates against tests/reference/recall_at_k.py, ties included.
#include <gmock/gmock.h>

#include <cmath>

#include "core/metrics/metric.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

std::map<std::string, std::vector<double>> recall_of(Metric& metric, const at::Tensor& query_N,
                                                     const at::Tensor& logits_N2,
                                                     const at::Tensor& class_N) {
  metric.begin(Json::object());
  for (std::int64_t i = 0; i < query_N.size(0); ++i) {
    Batch outputs, fields;
    outputs.set("logits", logits_N2[i]);
    fields.set("query", query_N[i]);
    fields.set("class", class_N[i]);
    EXPECT_TRUE(metric.evaluate("sample " + std::to_string(i), outputs, fields).empty());
  }
  std::map<std::string, std::vector<double>> values;
  for (const CaseValue& value : metric.over_all()) values[value.metric].push_back(value.value);
  return values;
}

TEST(RecallAtK, EqualsTheReferenceWithTies) {
  at::manual_seed(5);
  const at::Tensor query = at::randint(0, 40, {1200}, at::kLong);
  const at::Tensor right = at::rand({1200}).lt(0.08).logical_and(query.ne(7)).to(at::kLong);
  // One decimal: many scores are equal. The two logits share an offset that says nothing.
  const at::Tensor score =
      ((at::randn({1200}, at::kDouble) + right.to(at::kDouble)) * 4).round() / 4;
  const at::Tensor offset = at::randint(-8, 8, {1200}, at::kDouble);
  const auto metric = make<Metric>("recall_at_k", "{at: [3, 1, 10]}");
  auto ours = recall_of(*metric, query, at::stack({offset, offset + score}, 1), right);
  const auto theirs =
      torch_reference("recall_at_k.py", {{"query", query}, {"score", score}, {"class", right}},
                      {{"at", {3, 1, 10}}});
  ASSERT_FALSE(theirs.empty());
  const at::Tensor& recall = theirs.at("recall");
  ASSERT_EQ(recall.size(0), 40);
  EXPECT_EQ(ours.at("recall_at_k").size(), 40U);
  const std::vector<std::pair<std::string, std::int64_t>> columns{
      {"recall_at_k", 0}, {"recall_at_k.3", 0}, {"recall_at_k.1", 1}, {"recall_at_k.10", 2}};
  for (const auto& [name, column] : columns) {
    for (std::int64_t q = 0; q < 40; ++q) {
      const double wanted = recall[q][column].item<double>();
      const double got = ours.at(name)[static_cast<std::size_t>(q)];
      EXPECT_TRUE(std::isnan(wanted) ? std::isnan(got) : std::abs(got - wanted) < 1e-12)
          << name << " of query " << q << ": " << got << ", reference " << wanted;
    }
  }
  EXPECT_TRUE(recall[7].isnan().all().item<bool>()) << "no candidate belongs to it";
}

TEST(RecallAtK, OfAModelThatTellsNothingApartIsNothing) {
  const auto metric = make<Metric>("recall_at_k");
  const at::Tensor right = at::tensor({1, 0, 0, 0, 0, 0}, at::kLong);
  const auto values = recall_of(*metric, at::zeros({6}, at::kLong), at::ones({6, 2}), right);
  EXPECT_EQ(values.at("recall_at_k"), std::vector<double>{0});
  EXPECT_EQ(values.at("recall_at_k.5"), std::vector<double>{0});
  EXPECT_EQ(values.at("recall_at_k.10"), std::vector<double>{1});
  const at::Tensor broken = at::full({6, 2}, std::nan(""));
  EXPECT_EQ(recall_of(*metric, at::zeros({6}, at::kLong), broken, right).at("recall_at_k"),
            std::vector<double>{0});
}

TEST(RecallAtK, NamesACaseAfterItsOwnCandidate) {
  const auto metric = make<Metric>("recall_at_k", "{at: [1]}");
  recall_of(*metric, at::tensor({4, 4, 7}, at::kLong), at::zeros({3, 2}),
            at::tensor({0, 1, 0}, at::kLong));
  const auto values = metric->over_all();
  ASSERT_EQ(values.size(), 4U);
  EXPECT_EQ(values[0].sample, "sample 1");
  EXPECT_EQ(values[2].sample, "query 7");
}

TEST(RecallAtK, NeedsTwoScores) {
  const auto metric = make<Metric>("recall_at_k");
  EXPECT_THAT(
      error_of([&] {
        recall_of(*metric, at::zeros({1}, at::kLong), at::zeros({1, 3}), at::ones({1}, at::kLong));
      }),
      HasSubstr("no score for each of two classes"));
  EXPECT_THAT(error_of([] { make<Metric>("recall_at_k", "{at: []}"); }),
              HasSubstr("no k is given"));
}

}  // namespace
}  // namespace warmstart::testing
