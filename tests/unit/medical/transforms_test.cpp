
#include "medical_components.h"

namespace warmstart::medical {
namespace {

using testing::counting_sample;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::transformed;

TEST(Transforms, WindowClipsAndScales) {
  Sample sample = counting_sample(1, 1, 5);
  sample.fields.set(
      "image", at::tensor({-1000.0, -100.0, 0.0, 100.0, 900.0}).to(at::kFloat).view({1, 1, 1, 5}));
  const Sample result = transformed("medical.hu_window", {{"low", -100}, {"high", 100}}, sample);
  EXPECT_TRUE(
      result.fields.get("image").flatten().equal(at::tensor({-1.0f, -1.0f, 0.0f, 1.0f, 1.0f})));
  EXPECT_THAT(message_of([&] {
                transformed("medical.hu_window", {{"low", 5}, {"high", 5}}, sample);
              }),
              HasSubstr("set high above low"));
}

TEST(Transforms, ZscoreLeavesBackgroundAloneWhenAsked) {
  Sample sample = counting_sample(2, 2, 2);
  sample.fields.set("image",
                    at::tensor({0.f, 0.f, 0.f, 0.f, 2.f, 4.f, 4.f, 6.f}).view({1, 2, 2, 2}));
  const at::Tensor inside =
      transformed("medical.zscore", {{"mask", "nonzero"}}, sample).fields.get("image").flatten();
  EXPECT_EQ(inside[0].item<float>(), 0);
  EXPECT_NEAR(inside[4].item<float>(), -2 / std::sqrt(2.0), 1e-6);
  const at::Tensor all = transformed("medical.zscore", Json::object(), sample).fields.get("image");
  EXPECT_NEAR(all.mean().item<float>(), 0, 1e-6);
  EXPECT_NEAR(all.std(false).item<float>(), 1, 1e-6);
}

TEST(Transforms, NeverChangeTheSampleTheyWereGiven) {
  const std::pair<const char*, Json> all[] = {{"hu_window", Json::object()},
                                              {"zscore", Json::object()},
                                              {"resample_spacing", {{"spacing", {1, 1, 1}}}},
                                              {"random_crop", {{"patch", {4, 4, 4}}}},
                                              {"center_pad", {{"multiple", 5}}},
                                              {"random_flip", {{"probability", 1}}},
                                              {"elastic", {{"probability", 1}}},
                                              {"random_intensity", {{"probability", 1}}}};
  for (const auto& [name, settings] : all) {
    const Sample sample = counting_sample(6, 7, 8);
    const at::Tensor image = sample.fields.get("image").clone(),
                     label = sample.fields.get("label").clone();
    const Sample a = transformed(std::string("medical.") + name, settings, sample, 5);
    EXPECT_TRUE(sample.fields.get("image").equal(image) && sample.fields.get("label").equal(label))
        << name;
    const Sample b = transformed(std::string("medical.") + name, settings, sample, 5);
    EXPECT_TRUE(a.fields.get("image").equal(b.fields.get("image")))
        << name << " is not a function of its seed";
    EXPECT_EQ(a.fields.get("image").sizes().slice(1), a.fields.get("label").sizes()) << name;
  }
}

TEST(Transforms, ResamplingKeepsTheFieldOfView) {
  const Sample result =
      transformed("medical.resample_spacing", {{"spacing", {1, 1, 1}}}, counting_sample(4, 5, 6));
  EXPECT_THAT(result.fields.get("image").sizes(), ElementsAre(1, 12, 10, 6));
  EXPECT_TRUE(result.fields.get("spacing").equal(at::ones({3}, at::kDouble)));
  EXPECT_NEAR(result.fields.get("image").mean().item<float>(), (4 * 5 * 6 - 1) / 2.0, 1e-3);
  EXPECT_EQ(result.fields.get("label")[0][0][1].item<std::int64_t>(), 1);
}

TEST(Transforms, CropsStayInsideAndFindRareForeground) {
  Sample sample = counting_sample(20, 20, 20);
  at::Tensor label = at::zeros({20, 20, 20}, at::kLong);
  label[0][19][3] = 2;
  sample.fields.set("label", label);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Sample crop = transformed("medical.random_crop",
                                    {{"patch", {6, 7, 8}}, {"foreground_share", 1}}, sample, seed);
    EXPECT_THAT(crop.fields.get("image").sizes(), ElementsAre(1, 6, 7, 8));
    EXPECT_EQ(crop.fields.get("label").max().item<std::int64_t>(), 2);
  }
  EXPECT_THAT(message_of([&] {
                transformed("medical.random_crop", {{"patch", {24, 20, 20}}}, sample);
              }),
              HasSubstr("4x0x0 voxels of padding are needed"));
}

TEST(Transforms, PaddingReflectsOrFills) {
  Sample sample = counting_sample(1, 1, 3);
  const at::Tensor row = transformed("medical.center_pad", {{"size", {1, 1, 7}}}, sample)
                             .fields.get("image")
                             .flatten();
  EXPECT_TRUE(row.equal(at::tensor({2.f, 1.f, 0.f, 1.f, 2.f, 1.f, 0.f}))) << row;
  const Sample filled = transformed("medical.center_pad",
                                    {{"multiple", 4}, {"mode", "constant"}, {"value", -1}}, sample);
  EXPECT_THAT(filled.fields.get("image").sizes(), ElementsAre(1, 4, 4, 4));
  EXPECT_EQ(filled.fields.get("image").sum().item<float>(), 3 - 61);
  EXPECT_EQ(filled.fields.get("label").sum().item<std::int64_t>(), 3);
}

TEST(Transforms, FlipMovesImageAndLabelTogether) {
  const Sample sample = counting_sample(3, 4, 5);
  const Sample result =
      transformed("medical.random_flip", {{"axes", {0, 2}}, {"probability", 1}}, sample);
  EXPECT_TRUE(result.fields.get("image").equal(sample.fields.get("image").flip({1, 3})));
  EXPECT_TRUE(result.fields.get("label").equal(sample.fields.get("label").flip({0, 2})));
}

TEST(Transforms, ElasticMovesImageAndLabelTogether) {
  // A ball: after the warp the bright voxels and the labelled ones must still be the same.
  Sample sample = counting_sample(32, 32, 32);
  const at::Tensor axis = at::arange(32, at::kFloat) - 15.5;
  const at::Tensor away =
      axis.square().view({32, 1, 1}) + axis.square().view({1, 32, 1}) + axis.square();
  sample.fields.set("image", (64 - away).unsqueeze(0));
  sample.fields.set("label", (away < 64).to(at::kLong));
  const Sample moved =
      transformed("medical.elastic", {{"probability", 1}, {"displacement", 4}}, sample, 3);
  const at::Tensor bright = moved.fields.get("image")[0] > 0,
                   labelled = moved.fields.get("label") > 0;
  EXPECT_LT((bright != labelled).sum().item<double>() / labelled.sum().item<double>(), 0.15);
  EXPECT_GT((moved.fields.get("label") != sample.fields.get("label")).sum().item<double>(), 100);
}

TEST(Transforms, ElasticWithoutMovementChangesNothing) {
  const Sample sample = counting_sample(6, 7, 8);
  const Json still{{"probability", 1}, {"displacement", 0}, {"rotation", 0}, {"scale", 0}};
  const Sample result = transformed("medical.elastic", still, sample);
  EXPECT_TRUE(result.fields.get("image").allclose(sample.fields.get("image"), 1e-5, 1e-3));
  EXPECT_TRUE(result.fields.get("label").equal(sample.fields.get("label")));
}

TEST(Transforms, IntensityNoiseHasTheAskedSpread) {
  Sample sample = counting_sample(32, 32, 32);
  sample.fields.set("image", at::tile(at::tensor({-1.f, 1.f}), {16384}).view({1, 32, 32, 32}));
  const Json only_noise{
      {"brightness", 0}, {"contrast", 0}, {"gamma", 0}, {"noise", 0.5}, {"probability", 1}};
  double largest = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const at::Tensor noise =
        transformed("medical.random_intensity", only_noise, sample, seed).fields.get("image") -
        sample.fields.get("image");
    largest = std::max(largest, noise.std().item<double>());
    EXPECT_NEAR(noise.mean().item<double>(), 0, 0.02);
  }
  EXPECT_LT(largest, 0.51);
  EXPECT_GT(largest, 0.4);
}

}  // namespace
}  // namespace warmstart::medical
