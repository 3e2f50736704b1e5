#include "core/train/layer_statistics.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <numeric>

namespace warmstart {
namespace {

TEST(LayerStatistics, GiveNormsRatioAndHistogramOfEachTensor) {
  at::Tensor weight = at::tensor({3.0F, 4.0F});
  weight.mutable_grad() = at::tensor({0.0F, 2.0F});
  LayerStatistics statistics({{"layer.weight", weight}});
  statistics.before_step();
  weight.sub_(at::tensor({0.0F, 1.0F}));
  const Json layer = statistics.after_step().at("layers").at(0);
  EXPECT_EQ(layer.at("name"), "layer.weight");
  EXPECT_DOUBLE_EQ(layer.at("gradient_norm").get<double>(), 2.0);
  EXPECT_DOUBLE_EQ(layer.at("gradient_zero_share").get<double>(), 0.5);
  EXPECT_NEAR(layer.at("weight_norm").get<double>(), std::sqrt(18.0), 1e-6);
  EXPECT_NEAR(layer.at("update_ratio").get<double>(), 1.0 / std::sqrt(18.0), 1e-6);
  const auto counts = layer.at("gradient").at("counts").get<std::vector<std::int64_t>>();
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}), 2);
  EXPECT_EQ(counts.front(), 1);
  EXPECT_EQ(counts.back(), 1);
}

TEST(LayerStatistics, LeaveTheHistogramOutWhenAGradientIsNotFinite) {
  at::Tensor weight = at::ones({2});
  weight.mutable_grad() = at::tensor({std::numeric_limits<float>::infinity(), 1.0F});
  LayerStatistics statistics({{"w", weight}});
  statistics.before_step();
  const Json layer = statistics.after_step().at("layers").at(0);
  EXPECT_FALSE(layer.contains("gradient"));
  EXPECT_TRUE(layer.contains("weight"));
}

}  // namespace
}  // namespace warmstart
