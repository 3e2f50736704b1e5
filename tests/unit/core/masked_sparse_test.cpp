#include <gmock/gmock.h>

#include "core/layers/conv_block.h"
#include "core/objectives/cubes.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

/// 3-D convolution by explicit gathering: for each visible output site, the sum over visible input
/// sites in reach.
at::Tensor gathered_convolution(const at::Tensor& x, const at::Tensor& weight,
                                const at::Tensor& in_mask, const at::Tensor& out_mask,
                                std::int64_t stride) {
  at::Tensor y =
      at::zeros({x.size(0), weight.size(0), out_mask.size(2), out_mask.size(3), out_mask.size(4)},
                x.options());
  const at::Tensor sites = out_mask.nonzero();
  for (std::int64_t s = 0; s < sites.size(0); ++s) {
    const std::int64_t b = sites[s][0].item<std::int64_t>();
    std::array<std::int64_t, 3> at{};
    for (int axis = 0; axis < 3; ++axis)
      at[static_cast<std::size_t>(axis)] = sites[s][axis + 2].item<std::int64_t>();
    at::Tensor sum = at::zeros({weight.size(0)}, x.options());
    for (std::int64_t k = 0; k < 27; ++k) {
      const std::array<std::int64_t, 3> from{
          at[0] * stride + k / 9 - 1, at[1] * stride + k / 3 % 3 - 1, at[2] * stride + k % 3 - 1};
      bool inside = true;
      for (int axis = 0; axis < 3; ++axis) {
        inside = inside && from[static_cast<std::size_t>(axis)] >= 0 &&
                 from[static_cast<std::size_t>(axis)] < x.size(axis + 2);
      }
      if (!inside || in_mask[b][0][from[0]][from[1]][from[2]].item<double>() == 0) continue;
      const at::Tensor value = x[b].select(1, from[0]).select(1, from[1]).select(1, from[2]);
      sum = sum + weight.select(2, k / 9).select(2, k / 3 % 3).select(2, k % 3).matmul(value);
    }
    y[b].select(1, at[0]).select(1, at[1]).select(1, at[2]).copy_(sum);
  }
  return y;
}

/// Instance normalisation from the list of visible values alone.
at::Tensor gathered_norm(const at::Tensor& x, const at::Tensor& mask, const at::Tensor& weight,
                         const at::Tensor& bias) {
  at::Tensor y = at::zeros_like(x);
  for (std::int64_t b = 0; b < x.size(0); ++b) {
    const at::Tensor visible = mask[b][0].gt(0);
    for (std::int64_t c = 0; c < x.size(1); ++c) {
      const at::Tensor values = x[b][c].masked_select(visible);
      const at::Tensor normed = (values - values.mean()) / (values.var(false) + 1e-5).sqrt();
      y[b][c].masked_scatter_(visible, normed * weight[c] + bias[c]);
    }
  }
  return y;
}

at::Tensor checker_mask(std::int64_t batch) {
  at::Tensor mask = hide_cubes(batch, {2, 2, 2}, 0.5, 17, at::TensorOptions().dtype(at::kDouble));
  return 1.0 - mask;
}

TEST(MaskedSparse, BlockEqualsAGatherBasedComputation) {
  const c10::AutoGradMode no_grad(false);
  at::manual_seed(1);
  ConvBlock block({.dims = 3, .in = 2, .out = 3, .stride = {2, 2, 2}, .norm = "instance"});
  disturb(block);
  block.to(at::kDouble);
  const at::Tensor coarse = checker_mask(2);
  const at::Tensor in_mask = upsample_nearest(coarse, {4, 4, 4}),
                   out_mask = upsample_nearest(coarse, {2, 2, 2});
  const at::Tensor x = at::randn({2, 2, 8, 8, 8}, at::kDouble) * in_mask;
  StateDict state = state_dict(block);
  const auto layer = [&](const at::Tensor& input, const at::Tensor& mask, std::int64_t stride,
                         const std::string& number) {
    const at::Tensor y =
        gathered_convolution(input, state.at("conv" + number + ".weight"), mask, out_mask, stride);
    return at::leaky_relu(gathered_norm(y, out_mask, state.at("norm" + number + ".weight"),
                                        state.at("norm" + number + ".bias")),
                          0.01);
  };
  const at::Tensor expected = layer(layer(x, in_mask, 2, "1"), out_mask, 1, "2");
  EXPECT_LT(relative_difference(block.forward(x, out_mask), expected), 1e-10);
}

TEST(MaskedSparse, StatisticsCountVisibleSitesOnly) {
  at::manual_seed(2);
  const at::Tensor mask = at::tensor({1.0, 1.0, 0.0, 1.0, 0.0, 0.0}, at::kFloat).view({1, 1, 2, 3});
  const at::Tensor x = at::randn({1, 2, 2, 3}) * mask;
  Normalisation instance("instance", 2), batch("batch", 2);
  for (Normalisation* norm : {&instance, &batch}) {
    const at::Tensor y = norm->forward(x, mask);
    EXPECT_NEAR((y.sum({2, 3}) / 3).abs().max().item<double>(), 0.0, 1e-6);
    EXPECT_NEAR((y.square().sum({2, 3}) / 3 - 1).abs().max().item<double>(), 0.0, 1e-3);
    EXPECT_EQ((y * (1 - mask)).abs().max().item<double>(), 0.0);
  }
  const at::Tensor visible = x[0][1].masked_select(mask[0][0].gt(0));
  EXPECT_NEAR(batch.running_mean[1].item<double>(), 0.1 * visible.mean().item<double>(), 1e-6);
  EXPECT_NEAR(batch.running_var[1].item<double>(), 0.9 + 0.1 * visible.var().item<double>(), 1e-5);
  batch.eval();
  const at::Tensor y = batch.forward(x, mask);
  const at::Tensor expected =
      (x[0][1] - batch.running_mean[1]) / (batch.running_var[1] + 1e-5).sqrt() * mask[0][0];
  EXPECT_LT(relative_difference(y[0][1], expected), 1e-5);
}

TEST(MaskedSparse, HiddenVoxelsDoNotLeakIntoAnyLevel) {
  at::manual_seed(3);
  for (const char* norm : {"instance", "batch", "none"}) {
    const auto model = std::dynamic_pointer_cast<Backbone>(
        make<Model>("unet", std::string("{widths: [3, 4, 5], blocks: 2, norm: ") + norm + "}"));
    const at::Tensor active = checker_mask(2).to(at::kFloat);
    const at::Tensor hidden = 1.0 - upsample_nearest(active, {4, 4, 4});
    const at::Tensor x = at::randn({2, 1, 8, 8, 8});
    const auto before = model->features(x, active),
               after = model->features(x + 9.0 * hidden, active);
    for (std::size_t level = 0; level < before.size(); ++level) {
      EXPECT_TRUE(at::equal(before[level], after[level])) << norm << " level " << level;
      const at::Tensor outside =
          1.0 - upsample_nearest(active, std::vector<std::int64_t>(3, 4 >> level));
      EXPECT_EQ((before[level] * outside).abs().max().item<double>(), 0.0);
      EXPECT_GT(before[level].abs().max().item<double>(), 0.0);
    }
  }
}

TEST(MaskedSparse, EverythingVisibleEqualsTheDenseNetwork) {
  at::manual_seed(4);
  const auto model =
      std::dynamic_pointer_cast<Backbone>(make<Model>("unet", "{widths: [3, 4, 5]}"));
  const at::Tensor x = at::randn({2, 1, 8, 8, 8});
  const auto dense = model->features(x), sparse = model->features(x, at::ones({2, 1, 2, 2, 2}));
  for (std::size_t level = 0; level < dense.size(); ++level)
    EXPECT_LT(relative_difference(sparse[level], dense[level]), 1e-5);
}

TEST(MaskedSparse, HidesTheSameNumberInEachSampleAndFollowsTheSeed) {
  const at::TensorOptions options = at::kFloat;
  const at::Tensor hidden = hide_cubes(5, {3, 4}, 0.6, 7, options);
  EXPECT_TRUE(at::equal(hidden.sum({1, 2, 3}), at::full({5}, 7.0)));
  EXPECT_TRUE(at::equal(hidden, hide_cubes(5, {3, 4}, 0.6, 7, options)));
  EXPECT_FALSE(at::equal(hidden, hide_cubes(5, {3, 4}, 0.6, 8, options)));
  EXPECT_EQ(hide_cubes(1, {2, 2}, 0.99, 7, options).sum().item<double>(), 3.0);
}

TEST(MaskedSparse, CubesComeBackAsTheyWere) {
  const at::Tensor image = at::randn({2, 3, 4, 6, 8});
  const at::Tensor cubes = to_cubes(image, {2, 3, 4});
  ASSERT_EQ(cubes.sizes(), (std::vector<std::int64_t>{2, 8, 72}));
  EXPECT_TRUE(at::equal(from_cubes(cubes, {2, 2, 2}, {2, 3, 4}), image));
  EXPECT_TRUE(at::equal(cubes[1][3].view({3, 2, 3, 4}),
                        image[1].slice(1, 0, 2).slice(2, 3, 6).slice(3, 4, 8)));
}

TEST(MaskedSparse, LossIsTheMeanOverHiddenVoxelsOfTheNormalisedError) {
  at::manual_seed(5);
  const at::Tensor image = at::randn({1, 1, 4, 4}) * 3 + 2, prediction = at::randn({1, 1, 4, 4});
  const at::Tensor hidden = at::tensor({0.0, 1.0, 1.0, 0.0}, at::kFloat).view({1, 1, 2, 2});
  const Loss loss = reconstruction_loss(prediction, image, hidden, {.edge = {2, 2}});
  double sum = 0;
  for (const auto& [y, x] : {std::pair{0, 2}, std::pair{2, 0}}) {
    const auto cut = [&, y = y, x = x](const at::Tensor& t) {
      return t[0][0].slice(0, y, y + 2).slice(1, x, x + 2);
    };
    const at::Tensor truth = cut(image);
    const at::Tensor target = (truth - truth.mean()) / (truth.std(false) + 1e-6);
    sum += (cut(prediction) - target).square().sum().item<double>();
    const at::Tensor rebuilt = cut(prediction) * (truth.std(false) + 1e-6) + truth.mean();
    EXPECT_LT(relative_difference(cut(loss.outputs.get("reconstruction")), rebuilt), 1e-5);
  }
  EXPECT_NEAR(loss.total.item<double>(), sum / 8, 1e-5);
  const at::Tensor mask = loss.outputs.get("mask");
  EXPECT_EQ(mask.sizes(), image.sizes());
  EXPECT_TRUE(at::equal(loss.outputs.get("reconstruction").masked_select(mask < 0.5),
                        image.masked_select(mask < 0.5)));
}

TEST(MaskedSparse, LearnsToReconstructAndRepeatsASeed) {
  at::manual_seed(6);
  const auto model = make<Model>("unet", "{dims: 2, widths: [4, 8]}");
  const auto objective = make<Objective>("masked_sparse", "{decoder_width: 8}");
  objective->attach(*model, {});
  Batch batch;
  batch.set("image", at::randn({2, 1, 8, 8}));
  Context context{.model = *model, .seed = 5};
  const Loss loss = objective->evaluate(batch, context);
  loss.total.backward();
  EXPECT_GT(model->named_parameters()["encoder.level0.block0.conv1.weight"]
                .grad()
                .abs()
                .sum()
                .item<double>(),
            0.0);
  EXPECT_GT(
      objective->named_parameters()["decoder.mask_embedding1"].grad().abs().sum().item<double>(),
      0.0);
  EXPECT_FALSE(model->named_parameters()["decoder.level0.up.weight"].grad().defined());
  EXPECT_EQ(objective->evaluate(batch, context).total.item<double>(), loss.total.item<double>());
  Context other{.model = *model, .seed = 6};
  EXPECT_FALSE(
      at::equal(objective->evaluate(batch, other).outputs.get("mask"), loss.outputs.get("mask")));
}

TEST(MaskedSparse, RefusesWhatCannotWorkWithBothNumbers) {
  const auto model = make<Model>("unet", "{widths: [3, 4, 5]}");
  EXPECT_THAT(error_of([&] { make<Objective>("masked_sparse", "{cube: 8}")->attach(*model, {}); }),
              HasSubstr("cube 8 differs from the encoder's total stride 4x4x4"));
  EXPECT_THAT(error_of([] { make<Objective>("masked_sparse", "{ratio: 1.25}"); }),
              HasSubstr("mask ratio 1.25 is not between 0 and 1"));
  const auto objective = make<Objective>("masked_sparse", "{cube: 4}");
  objective->attach(*model, {});
  Batch batch;
  batch.set("image", at::zeros({1, 1, 8, 8, 10}));
  Context context{.model = *model, .seed = 1};
  EXPECT_THAT(error_of([&] { objective->evaluate(batch, context); }), HasSubstr("pad by 0x0x2"));
  batch.set("image", at::zeros({1, 1, 4, 4, 4}));
  EXPECT_THAT(error_of([&] { objective->evaluate(batch, context); }), HasSubstr("single cube"));
}

}  // namespace
}  // namespace warmstart::testing
