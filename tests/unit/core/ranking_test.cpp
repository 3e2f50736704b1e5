// Metrics of rankings against tests/reference/ranking.py, and what they do with classes that cannot
// be ranked.
#include "core/metrics/ranking.h"

#include <gmock/gmock.h>

#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

TEST(Ranking, EqualsTheReferenceWithTies) {
  at::manual_seed(3);
  const at::Tensor positive = at::rand({200}).lt(0.3);
  // One decimal: many scores are equal.
  const at::Tensor scores =
      ((at::randn({200}, at::kDouble) + positive.to(at::kDouble)) * 10).round() / 10;
  const auto theirs = torch_reference(
      "ranking.py", {{"scores", scores}, {"positive", positive.to(at::kLong)}}, Json::object());
  ASSERT_FALSE(theirs.empty());
  std::vector<double> s;
  std::vector<bool> p;
  for (std::int64_t i = 0; i < 200; ++i) {
    s.push_back(scores[i].item<double>());
    p.push_back(positive[i].item<bool>());
  }
  const double area = area_under_curve(s, p);
  EXPECT_NEAR(average_precision(s, p), theirs.at("values")[0].item<double>(), 1e-12);
  EXPECT_NEAR(area, theirs.at("values")[1].item<double>(), 1e-12);
  EXPECT_NEAR(d_prime_of(area), theirs.at("values")[2].item<double>(), 1e-9);
}

std::vector<CaseValue> rank(const std::string& metric,
                            const std::vector<std::vector<float>>& logits,
                            const std::vector<std::vector<float>>& targets) {
  const auto made = make<Metric>(metric);
  made->begin({{"class_names", {"cat", "dog"}}});
  for (std::size_t i = 0; i < logits.size(); ++i) {
    Batch outputs, fields;
    outputs.set("logits", at::tensor(logits[i]));
    fields.set("target", at::tensor(targets[i]));
    EXPECT_TRUE(made->evaluate("clip", outputs, fields).empty());
  }
  return made->over_all();
}

TEST(Ranking, LeavesOutAClassWithoutAPositive) {
  const std::vector<std::vector<float>> logits{{2, 0}, {1, 1}, {0, 2}};
  const auto values = rank("mean_average_precision", logits, {{1, 0}, {0, 0}, {1, 0}});
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].part, "cat");
  EXPECT_NEAR(values[0].value, (1.0 + 2.0 / 3.0) / 2, 1e-12);
  EXPECT_TRUE(std::isnan(values[1].value)) << "never 0";
  const auto prime = rank("d_prime", logits, {{1, 0}, {0, 0}, {1, 0}});
  ASSERT_EQ(prime.size(), 1U);
  EXPECT_NEAR(prime[0].value, 0, 1e-12) << "the area of cat is one half";
  EXPECT_TRUE(std::isnan(d_prime_of(1)));
}

TEST(Ranking, NamesAModelWithOtherClasses) {
  EXPECT_THAT(error_of([] {
                rank("auc", {{1, 2, 3}}, {{1, 0}});
              }),
              HasSubstr("the model gives 3 scores, the sample has 2 classes"));
}

}  // namespace
}  // namespace warmstart::testing
