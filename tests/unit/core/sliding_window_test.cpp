#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {
namespace {

std::shared_ptr<Inference> window(const Json& settings) {
  return create<Inference>({"sliding_window", Value::from_json(settings), {}});
}

// Scores that depend on the voxel alone: whatever the windows, the result is that of the whole
// image.
at::Tensor voxel_scores(const at::Tensor& x) { return at::cat({x, 2 - x, x * x}, 1); }

TEST(SlidingWindow, EqualsTheWholeForAModelThatLooksAtOneVoxel) {
  const at::Tensor image = at::linspace(-1, 1, 11 * 13 * 9).view({1, 11, 13, 9});
  for (const int batch : {1, 3}) {
    const Batch outputs =
        window({{"patch", {4, 5, 6}}, {"batch", batch}})->infer(image, voxel_scores);
    const at::Tensor whole = voxel_scores(image.unsqueeze(0)).softmax(1)[0];
    EXPECT_EQ(outputs.get("logits").sizes(), whole.sizes());
    EXPECT_TRUE(outputs.get("probabilities").allclose(whole, 1e-4, 1e-6));
    EXPECT_TRUE(outputs.get("logits").softmax(0).allclose(whole, 1e-4, 1e-6));
  }
}

TEST(SlidingWindow, CoversEveryVoxelWithTheAskedOverlap) {
  std::int64_t windows = 0;
  const auto count = [&](const at::Tensor& x) {
    windows += x.size(0);
    return voxel_scores(x);
  };
  window({{"patch", {8, 8}}})->infer(at::zeros({1, 16, 20}), count);
  EXPECT_EQ(windows, 3 * 4);  // steps of at most 4: 0 4 8, and 0 4 8 12
  windows = 0;
  window({{"patch", {8, 8}}, {"overlap", 0}})->infer(at::zeros({1, 16, 17}), count);
  EXPECT_EQ(windows, 2 * 3);
}

TEST(SlidingWindow, PadsAVolumeSmallerThanThePatchAndCutsBack) {
  const at::Tensor image = at::linspace(-1, 1, 3 * 9 * 2).view({1, 3, 9, 2});
  const Batch outputs = window({{"patch", {8, 8, 8}}})->infer(image, [](const at::Tensor& x) {
    EXPECT_EQ(x.sizes(), at::IntArrayRef({1, 1, 8, 8, 8}));
    return voxel_scores(x);
  });
  EXPECT_TRUE(outputs.get("probabilities")
                  .allclose(voxel_scores(image.unsqueeze(0)).softmax(1)[0], 1e-4, 1e-6));
}

TEST(SlidingWindow, AveragesProbabilitiesNotScores) {
  // Two windows that overlap fully in the middle and disagree there: 0.5 of each, however large the
  // scores.
  int call = 0;
  const Batch outputs =
      window({{"patch", {4}}, {"importance", "constant"}})
          ->infer(at::zeros({1, 6}), [&](const at::Tensor&) {
            const double score = call++ == 0 ? 100 : -1;
            return at::stack({at::full({1, 4}, score), at::full({1, 4}, -score)}, 1);
          });
  EXPECT_EQ(call, 2);
  const double low = 1 / (1 + std::exp(2.0));  // softmax of (-1, 1)
  EXPECT_NEAR(outputs.get("probabilities")[0][2].item<double>(), (1 + low) / 2, 1e-5);
  EXPECT_NEAR(outputs.get("probabilities")[0][0].item<double>(), 1, 1e-5);
}

TEST(SlidingWindow, TrustsTheMiddleOfAWindowMore) {
  int call = 0;
  const Batch outputs = window({{"patch", {8}}})->infer(at::zeros({1, 12}), [&](const at::Tensor&) {
    const double score = call++ == 0 ? 50 : -50;
    return at::stack({at::full({1, 8}, score), at::full({1, 8}, -score)}, 1);
  });
  const at::Tensor first = outputs.get("probabilities")[0];
  EXPECT_GT(first[4].item<double>(),
            0.9);  // 0.5 from the first window's centre, 3.5 from the second's
  EXPECT_LT(first[7].item<double>(), 0.1);
  const double near = std::exp(-0.5 * 0.5 * 0.5), far = std::exp(-0.5 * 3.5 * 3.5);
  EXPECT_NEAR(first[4].item<double>(), near / (near + far), 1e-4);  // sigma = patch / 8 = 1 voxel
}

TEST(SlidingWindow, RefusesAWindowWithAnotherNumberOfAxes) {
  EXPECT_THROW(window({{"patch", {4, 4}}})->infer(at::zeros({1, 8, 8, 8}), voxel_scores), Error);
}

}  // namespace
}  // namespace warmstart
