#include <cmath>

#include "core/metrics/metric.h"
#include "medical_components.h"

namespace warmstart::medical {
namespace {

std::vector<CaseValue> measure(const std::string& name, const at::Tensor& predicted,
                               const at::Tensor& reference) {
  const auto metric = create<Metric>(testing::spec(name, Json::object()));
  metric->begin({{"classes", 3}, {"class_names", {"background", "front", "back"}}});
  Batch outputs, fields;
  outputs.set("logits", at::one_hot(predicted, 3).permute({3, 0, 1, 2}).to(at::kFloat));
  fields.set("label", reference);
  fields.set("spacing", at::tensor({2.0, 1.0, 0.5}, at::kDouble));
  return metric->evaluate("case", outputs, fields);
}

TEST(SurfaceMetrics, UseTheSpacingOfEachAxis) {
  at::Tensor a = at::zeros({8, 8, 8}, at::kLong), b = a.clone();
  a[2][2][2] = 1, b[5][2][2] = 1;  // three slices of 2 mm
  a[2][2][1] = 2, b[2][2][5] = 2;  // four columns of 0.5 mm
  for (const char* name : {"medical.hd95", "medical.asd"}) {
    const auto values = measure(name, a, b);
    ASSERT_EQ(values.size(), 2u);
    EXPECT_EQ(values[0].part, "front");
    EXPECT_DOUBLE_EQ(values[0].value, 6);
    EXPECT_DOUBLE_EQ(values[1].value, 2);
  }
}

TEST(SurfaceMetrics, AreUndefinedForAnEmptyClass) {
  at::Tensor a = at::zeros({4, 4, 4}, at::kLong), b = a.clone();
  a[1][1][1] = 1, b[1][1][1] = 1;
  b[2][2][2] = 2;
  const auto values = measure("medical.hd95", a, b);
  EXPECT_EQ(values[0].value, 0);
  EXPECT_TRUE(std::isnan(values[1].value));
}

}  // namespace
}  // namespace warmstart::medical
