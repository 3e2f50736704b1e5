#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {
namespace {

std::vector<CaseValue> dice_of(const at::Tensor& predicted, const at::Tensor& reference) {
  const auto metric = create<Metric>({"dice", Value::map(), {}});
  metric->begin({{"classes", 3}, {"class_names", {"background", "a", "b"}}});
  Batch outputs, fields;
  outputs.set("logits", at::one_hot(predicted, 3).permute({2, 0, 1}).to(at::kFloat));
  fields.set("label", reference);
  return metric->evaluate("case", outputs, fields);
}

TEST(DiceMetric, IsOneForEqualMasks) {
  const at::Tensor mask = at::arange(12, at::kLong).remainder(3).view({3, 4});
  for (const CaseValue& value : dice_of(mask, mask)) EXPECT_EQ(value.value, 1);
}

TEST(DiceMetric, IsTwiceTheOverlapOverBothSizes) {
  at::Tensor a = at::zeros({4, 4}, at::kLong), b = a.clone();
  a.narrow(1, 0, 2).fill_(1);  // 8 pixels
  b.narrow(0, 0, 1).fill_(1);  // 4 pixels, 2 of them shared
  const auto values = dice_of(a, b);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].part, "a");
  EXPECT_EQ(values[0].sample, "case");
  EXPECT_DOUBLE_EQ(values[0].value, 2.0 * 2 / 12);
}

TEST(DiceMetric, IsOneWhenBothMasksAreEmptyAndZeroWhenOneIs) {
  at::Tensor a = at::zeros({4, 4}, at::kLong), b = a.clone();
  b[0][0] = 1;
  const auto values = dice_of(a, b);
  EXPECT_EQ(values[0].value, 0);
  EXPECT_EQ(values[1].value, 1);
}

TEST(DiceMetric, NamesBothSizesWhenTheyDiffer) {
  try {
    dice_of(at::zeros({4, 4}, at::kLong), at::zeros({4, 5}, at::kLong));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("[4, 4], the label [4, 5]"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace warmstart
