// Mixup: shares against the Beta distribution, and losses of mixed batches by hand.
#include "core/objectives/mixup.h"

#include <gmock/gmock.h>

#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

TEST(Mixup, SharesAreBetaDistributed) {
  // python3 -c "from scipy.stats import beta; print([(beta(a,a).var(), beta(a,a).cdf(.1)) for a in
  // (.2, 1, 3)])"
  const double expected[][3] = {{0.2, 0.17857142857142858, 0.33668978},
                                {1, 0.08333333333333333, 0.1},
                                {3, 0.03571428571428571, 0.00856}};
  for (const auto& [alpha, variance, below] : expected) {
    const at::Tensor share = draw_mixup(20000, alpha, 7).to(at::kDouble);
    EXPECT_NEAR(share.mean().item<double>(), 0.5, 0.01) << alpha;
    EXPECT_NEAR(share.var().item<double>(), variance, 0.003) << alpha;
    EXPECT_NEAR(share.lt(0.1).to(at::kDouble).mean().item<double>(), below, 0.01) << alpha;
  }
  EXPECT_TRUE(at::equal(draw_mixup(5, 1, 3), draw_mixup(5, 1, 3)));
  EXPECT_FALSE(at::equal(draw_mixup(5, 1, 3), draw_mixup(5, 1, 4)));
}

/// Scores are the image itself.
struct Identity final : Model {
  at::Tensor forward(const at::Tensor& x) override { return x; }
};

TEST(Mixup, TrainsOnMixedPairsAndMeasuresWholeSamples) {
  Identity model;
  Batch batch;
  batch.set("image", at::tensor({3.0F, 0.0F, 0.0F, 1.0F, 2.0F, 0.0F, 0.0F, 4.0F}).view({4, 2}));
  batch.set("class", at::tensor({0, 1, 0, 1}, at::kLong));
  const auto objective = make<Objective>("cross_entropy", "{mixup: 1}");
  objective->attach(model, {{"classes", 2}});
  Context context{.model = model, .seed = 5};
  const double loss = objective->evaluate(batch, context).total.item<double>();
  const at::Tensor share = draw_mixup(2, 1, 5);
  double expected = 0;
  for (std::int64_t i = 0; i < 2; ++i) {
    const at::Tensor x =
        batch.get("image")[2 * i] * share[i] + batch.get("image")[2 * i + 1] * (1 - share[i]);
    const at::Tensor log_p = (x.exp() / x.exp().sum()).log();
    expected -= (share[i] * log_p[0] + (1 - share[i]) * log_p[1]).item<double>() / 2;
  }
  EXPECT_NEAR(loss, expected, 1e-6);
  context.training = false;
  EXPECT_EQ(objective->evaluate(batch, context).outputs.get("logits").size(0), 4);
}

TEST(Mixup, RefusesAnOddBatch) {
  Identity model;
  Batch batch;
  batch.set("image", at::zeros({3, 2}));
  Context context{.model = model, .seed = 5};
  EXPECT_THAT(error_of([&] {
                mix_batch(batch, at::zeros({3, 2}), {1}, context);
              }),
              HasSubstr("mixup takes pairs, the batch has 3 samples"));
}

}  // namespace
}  // namespace warmstart::testing
