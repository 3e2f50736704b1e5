// Transforms against numpy, SciPy and Pillow, and what they refuse.
#include <ATen/ATen.h>

#include <limits>

#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using testing::transformed;
using warmstart::testing::relative_difference;

Sample picture(double scale = 1) {
  at::manual_seed(3);
  Sample sample{"picture", {}};
  sample.fields.set("image", scale * (at::rand({4, 20, 20}) * 5000 + 100));
  sample.fields.set("label", at::randint(5, {20, 20}, at::kLong));
  return sample;
}

at::Tensor image_after(const std::string& type, const Json& settings, const Sample& sample) {
  return transformed("satellite." + type, settings, sample).fields.get("image");
}

TEST(EarthTransforms, EqualNumpyScipyAndPillow) {
  const Sample sample = picture();
  const Json mean{10, 20, 30, 40}, deviation{50, 60, 70, 80};
  const auto theirs = warmstart::testing::torch_reference(
      "earth_transforms.py", {{"image", sample.fields.get("image")}},
      {{"large", 31}, {"small", 9}, {"mean", mean}, {"std", deviation}});
  ASSERT_FALSE(theirs.empty());
  const at::Tensor indices =
      image_after("spectral_index",
                  {{"indices", {"ndvi", "ndwi"}}, {"green", 2}, {"red", 3}, {"nir", 4}}, sample);
  ASSERT_EQ(indices.size(0), 6);
  EXPECT_LT(relative_difference(indices[4], theirs.at("ndvi")), 1e-6);
  EXPECT_LT(relative_difference(indices[5], theirs.at("ndwi")), 1e-6);
  const auto expect = [&](const std::string& type, const Json& settings, const char* name) {
    EXPECT_LT(relative_difference(image_after(type, settings, sample), theirs.at(name)), 1e-5)
        << name;
  };
  expect("percentile_stretch", {{"low", 3}, {"high", 97}}, "stretch");
  expect("standardize", Json::object(), "standard");
  expect("resize", {{"size", 31}}, "grown");
  expect("resize", {{"size", 9}}, "shrunk");
  expect(
      "match_contract",
      {{"channels", 4}, {"size", 31}, {"percentiles", {2, 98}}, {"mean", mean}, {"std", deviation}},
      "contract");
}

TEST(EarthTransforms, ScaleByGivenNumbers) {
  const Sample sample = picture();
  const at::Tensor& image = sample.fields.get("image");
  EXPECT_LT(relative_difference(image_after("scale_div", {{"by", 10000}}, sample), image / 10000),
            1e-6);
  const at::Tensor scaled =
      image_after("standardize", {{"mean", {1, 2, 3, 4}}, {"std", {2}}}, sample);
  EXPECT_LT(relative_difference(scaled[3], (image[3] - 4) / 2), 1e-6);
  EXPECT_TRUE(at::equal(image_after("band_select", {{"channels", {3, 1}}}, sample)[1], image[0]));
}

/// The image says of each pixel where its middle lies on the ground, so the two must agree after
/// every transform.
TEST(EarthTransforms, TellWhereEachPixelHasGone) {
  const std::int64_t high = 20, wide = 28;
  const std::vector<double> grid{500000, 30, 2, 4000000, -1, -20};
  const auto ground = [&](const at::Tensor& g, std::int64_t rows, std::int64_t columns) {
    const at::Tensor column = at::arange(columns, at::kDouble) + 0.5,
                     row = (at::arange(rows, at::kDouble) + 0.5).unsqueeze(1);
    return at::stack({g[0] + column * g[1] + row * g[2], g[3] + column * g[4] + row * g[5]});
  };
  Sample sample{"tile", {}};
  const at::Tensor before = at::tensor(grid, at::kDouble);
  sample.fields.set("geotransform", before);
  // Less than a float's 24 bits, or halves of a pixel drown in rounding.
  const at::Tensor offset = at::tensor({500000.0, 4000000.0}, at::kDouble).view({2, 1, 1});
  sample.fields.set("image", (ground(before, high, wide) - offset).to(at::kFloat));
  const auto expect_in_place = [&](const Sample& moved, std::int64_t edge, const char* what) {
    const at::Tensor image = moved.fields.get("image").to(at::kDouble) + offset;
    const at::Tensor told = ground(moved.fields.get("geotransform"), image.size(1), image.size(2));
    const at::Tensor inside = (image - told)
                                  .narrow(1, edge, image.size(1) - 2 * edge)
                                  .narrow(2, edge, image.size(2) - 2 * edge);
    EXPECT_LT(inside.abs().max().item<double>(), 1e-3) << what;
  };
  expect_in_place(sample, 0, "as it was");
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    expect_in_place(transformed("satellite.random_crop", {{"size", 9}}, sample, seed), 0, "crop");
    const Sample turned = transformed("satellite.random_flip_rot90", Json::object(), sample, seed);
    expect_in_place(turned, 0, "turn");
    expect_in_place(transformed("satellite.random_crop", {{"size", 9}}, turned, seed), 0,
                    "turn and crop");
  }
  expect_in_place(transformed("satellite.resize", {{"size", 56}}, sample), 2, "grown");
  expect_in_place(transformed("satellite.resize", {{"size", 14}, {"antialias", false}}, sample), 1,
                  "shrunk");
}

TEST(EarthTransforms, TurnImageAndLabelAlike) {
  Sample sample = picture();
  sample.fields.set("label", sample.fields.get("image")[0].to(at::kLong));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sample turned = transformed("satellite.random_flip_rot90", Json::object(), sample, seed);
    const at::Tensor first = turned.fields.get("image")[0];
    EXPECT_TRUE(at::equal(first.to(at::kLong), turned.fields.get("label")));
    EXPECT_TRUE(at::equal(std::get<0>(first.flatten().sort()),
                          std::get<0>(sample.fields.get("image")[0].flatten().sort())));
    seen.insert(c10::str(first[0][0].item<double>(), " ", first[0][1].item<double>()));
  }
  EXPECT_EQ(seen.size(), 8U) << "the eight symmetries of the square";
}

TEST(EarthTransforms, CropImageAndLabelAlike) {
  Sample sample = picture();
  sample.fields.set("label", sample.fields.get("image")[0].to(at::kLong));
  const Sample cropped = transformed("satellite.random_crop", {{"size", 8}}, sample, 5);
  EXPECT_EQ(cropped.fields.get("image").sizes(), (std::vector<std::int64_t>{4, 8, 8}));
  EXPECT_TRUE(at::equal(cropped.fields.get("image")[0].to(at::kLong), cropped.fields.get("label")));
}

/// As for a data set of files whose bands are of this type.
std::shared_ptr<Transform> contract_for(const char* type, const Json& settings) {
  const auto contract = create<Transform>(testing::spec("satellite.match_contract", settings));
  contract->attach({{"stored_types", {type}}});
  return contract;
}

TEST(MatchContract, RefusesWideTypesByTheirTypeUnlessTheirRangeIsStated) {
  const Json bytes{{"channels", 4}, {"size", 20}};
  EXPECT_EQ(message_of([&] { contract_for("UInt16", bytes); }),
            "bands of type UInt16 are fed to an encoder of images from 0 to 255; "
            "satellite.match_contract; say what they range over (from: [0, 10000]) in place of "
            "scaling before, or set percentiles");
  contract_for("Byte", bytes);
  contract_for("Float32", bytes);
  Json stated = bytes;
  stated["range"] = {0, 1};
  contract_for("UInt16", stated);
  stated = bytes;
  stated["percentiles"] = {2, 98};
  contract_for("UInt16", stated);
  stated = bytes;
  stated["from"] = {1000, 6000};
  const Sample sample = picture();
  Sample scaled = sample;
  Random random(1);
  contract_for("UInt16", stated)->apply(scaled, random);
  EXPECT_LT(relative_difference(scaled.fields.get("image"),
                                (sample.fields.get("image") - 1000) * (255.0 / 5000)),
            1e-6);
  stated["percentiles"] = {2, 98};
  EXPECT_THAT(message_of([&] { contract_for("UInt16", stated); }),
              HasSubstr("from and percentiles both say how values are scaled"));
  stated = bytes;
  stated["from"] = {6000, 1000};
  EXPECT_THAT(message_of([&] { contract_for("UInt16", stated); }),
              HasSubstr("from needs two rising numbers"));
}

TEST(MatchContract, WarnsOnceOfAChannelOfOneValue) {
  Sample sample = picture(0.01);
  sample.fields.get("image")[2].fill_(7);
  const auto contract = contract_for("Byte", {{"channels", 4}, {"size", 20}});
  Random random(1);
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    Sample again = sample;
    contract->apply(again, random);
  }
  const std::string told = ::testing::internal::GetCapturedStderr();
  const auto first = told.find("channel 3 of picture is 7 in every pixel");
  ASSERT_NE(first, std::string::npos) << told;
  EXPECT_EQ(told.find("channel 3", first + 1), std::string::npos) << told;
}

/// What the mask says goes with the pixels, through both transforms that resize.
TEST(EarthTransforms, ResizeLabelsAndNumbersWithTheImage) {
  Sample sample = picture(0.01);
  at::Tensor target = at::full({1, 20, 20}, 3.0F);
  target[0].narrow(0, 0, 6).fill_(std::numeric_limits<float>::quiet_NaN());
  sample.fields.set("target", target);
  for (const char* type : {"satellite.resize", "satellite.match_contract"}) {
    Json settings{{"size", 10}};
    if (std::string(type) == "satellite.match_contract") settings["channels"] = 4;
    const Sample small = transformed(type, settings, sample);
    EXPECT_EQ(small.fields.get("label").sizes(), (std::vector<std::int64_t>{10, 10})) << type;
    const at::Tensor numbers = small.fields.get("target");
    EXPECT_EQ(numbers.sizes(), (std::vector<std::int64_t>{1, 10, 10})) << type;
    EXPECT_TRUE(numbers[0].narrow(0, 0, 2).isnan().all().item<bool>()) << type;
    EXPECT_LT((numbers[0].narrow(0, 4, 6) - 3).abs().max().item<double>(), 1e-5) << type;
  }
}

TEST(EarthTransforms, RefuseWhatWouldSpoilTheData) {
  const Sample sample = picture();
  const auto refusal = [&](const std::string& type, const Json& settings, const Sample& given) {
    return message_of([&] { transformed("satellite." + type, settings, given); });
  };
  EXPECT_THAT(refusal("scale_div", {{"by", 10000}}, picture(1e-4)),
              ::testing::MatchesRegex(
                  "the values are scaled already: their 99th percentile is 0.[0-9]+, and "
                  "scale_div would divide by 10000; picture; leave satellite.scale_div out"));
  EXPECT_THAT(refusal("match_contract", {{"channels", 4}}, sample),
              HasSubstr("are fed to an encoder of images from 0 to 255"));
  EXPECT_THAT(refusal("match_contract", {{"channels", 3}}, sample),
              HasSubstr("the image has 4 bands, the encoder takes 3"));
  EXPECT_THAT(refusal("spectral_index", {{"indices", {"nbr"}}, {"nir", 4}}, sample),
              HasSubstr("nbr needs the band swir2, the image has 4 channels"));
  EXPECT_THAT(refusal("band_select", {{"channels", {5}}}, sample), HasSubstr("no channel 5"));
  EXPECT_THAT(refusal("standardize", {{"mean", {1, 2}}, {"std", {1}}}, sample),
              HasSubstr("mean has 2 numbers, the image has 4 channels"));
  EXPECT_THAT(refusal("random_crop", {{"size", 21}}, sample),
              HasSubstr("the image is 20x20, the crop 21"));
}

}  // namespace
}  // namespace warmstart::satellite
