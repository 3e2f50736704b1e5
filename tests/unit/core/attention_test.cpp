#include "core/layers/attention.h"

#include "core/layers/patch_embedding.h"
#include "core/layers/tap.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

TEST(Attention, EqualsPyTorchsMultiheadAttention) {
  at::manual_seed(1);
  MultiheadAttention attention(12, 3);
  const at::Tensor x = at::randn({2, 5, 12});
  at::Tensor weights;
  at::Tensor ours;
  {
    const TapScope scope([&](const std::string& name, const at::Tensor& tensor) {
      EXPECT_EQ(name, "attention.weights");
      weights = tensor;
    });
    ours = attention.forward(x);
  }
  NamedTensors given{{"x", x}};
  add_state(given, "state", attention);
  const auto theirs = torch_reference("torch_attention.py", given, {{"heads", 3}});
  EXPECT_LT(relative_difference(ours, theirs.at("y")), 1e-5);
  EXPECT_LT(relative_difference(weights, theirs.at("weights")), 1e-5);
}

TEST(Attention, HidesKeysThatTheBiasForbids) {
  at::manual_seed(2);
  MultiheadAttention attention(8, 2);
  at::Tensor bias = at::zeros({1, 1, 1, 4});
  bias.select(3, 2).fill_(-std::numeric_limits<float>::infinity());
  const at::Tensor x = at::randn({1, 4, 8});
  at::Tensor changed = x.clone();
  changed.select(1, 2).add_(3.0);
  const at::Tensor before = attention.forward(x, bias), after = attention.forward(changed, bias);
  for (const std::int64_t token : {0, 1, 3})
    EXPECT_TRUE(at::equal(before.select(1, token), after.select(1, token)));
}

TEST(Attention, RefusesHeadsThatDoNotDivideTheWidth) {
  EXPECT_EQ(error_of([] { MultiheadAttention(10, 3); }),
            "width 10 is not divisible by 3 heads; attention; choose heads that divide the width");
}

TEST(Attention, SineCosinePositionsDifferEverywhereOnTheGrid) {
  const at::Tensor positions = sincos_positions({3, 4, 2}, 26);
  ASSERT_EQ(positions.sizes(), (std::vector<std::int64_t>{24, 26}));
  const at::Tensor distance = at::cdist(positions, positions) + at::eye(24) * 10;
  EXPECT_GT(distance.min().item<double>(), 0.5);
  // Row-major order: the second site differs from the first in the last axis alone.
  EXPECT_TRUE(at::equal(positions[0].slice(0, 0, 16), positions[1].slice(0, 0, 16)));
  EXPECT_NEAR(positions[1][16].item<double>(), std::sin(1.0), 1e-6);
}

}  // namespace
}  // namespace warmstart::testing
