// The made-up planet: repeatable, plausible, and with the statistics its settings promise.
#include <ATen/ATen.h>

#include "plugins/satellite/io/planet.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::dataset;

TEST(SynthEarth, IsAFunctionOfSeedPoolAndIndex) {
  for (const char* task : {"ground", "land_use"}) {
    const Json settings{{"task", task}, {"n", 40}, {"size", 16}};
    Json pool = settings, planet = settings;
    pool["pool"] = "test", planet["seed"] = 1;
    const at::Tensor image =
        dataset("satellite.synth_earth", settings)->get(13).fields.get("image");
    EXPECT_TRUE(
        at::equal(image, dataset("satellite.synth_earth", settings)->get(13).fields.get("image")));
    EXPECT_FALSE(
        at::equal(image, dataset("satellite.synth_earth", pool)->get(13).fields.get("image")));
    EXPECT_FALSE(
        at::equal(image, dataset("satellite.synth_earth", planet)->get(13).fields.get("image")));
    EXPECT_GE(image.min().item<double>(), 1);
    EXPECT_LE(image.max().item<double>(), 10000);
  }
}

TEST(SynthEarth, MakesGroundWhoseSharesAddUp) {
  const auto earth = dataset("satellite.synth_earth",
                             {{"task", "ground"}, {"n", 60}, {"size", 24}, {"cloudy", 0.5}});
  std::int64_t roads = 0, towns = 0, cloudy = 0, land = 0;
  std::set<std::int64_t> covers;
  double north = 0;
  for (std::int64_t i = 0; i < 60; ++i) {
    const Batch fields = earth->get(i).fields;
    EXPECT_NEAR(fields.get("cover").sum().item<double>(), 1, 1e-4);
    EXPECT_NEAR(fields.get("clouds").sum().item<double>(), 1, 1e-4);
    const at::Tensor& label = fields.get("label");
    EXPECT_NEAR(fields.get("cover")[0].item<double>(),
                label.eq(0).to(at::kFloat).mean().item<double>(), 1e-4);
    for (std::int64_t k = 0; k < 9; ++k)
      if (label.eq(k).any().item<bool>()) covers.insert(k);
    land += label.ne(0).to(at::kFloat).mean().item<double>() > 0.4;
    roads += fields.get("target").max().item<double>() > 0.1;
    towns += fields.get("built").item<double>() > 0;
    cloudy += fields.get("clouds")[0].item<double>() < 0.99;
    north += fields.get("location")[0].item<double>() / 60;
    EXPECT_LT(fields.get("climate").item<std::int64_t>(), kClimates);
  }
  EXPECT_EQ(land, 60);
  EXPECT_GE(covers.size(), 7U);
  EXPECT_GT(roads, 15);
  EXPECT_LT(roads, 60);
  EXPECT_GT(towns, 10);
  EXPECT_GT(cloudy, 10);
  EXPECT_LT(cloudy, 45);
  EXPECT_LT(std::abs(north), 30);
}

TEST(SynthEarth, PutsRoadsWherePeopleWouldLive) {
  // Ice and desert have fewer roads than grassland and forest.
  const auto earth =
      dataset("satellite.synth_earth", {{"task", "ground"}, {"n", 150}, {"size", 24}});
  double gentle = 0, harsh = 0, gentle_n = 0, harsh_n = 0;
  for (std::int64_t i = 0; i < 150; ++i) {
    const Batch fields = earth->get(i).fields;
    const double cold =
        fields.get("cover")[1].item<double>() + fields.get("cover")[2].item<double>();
    const double mild =
        fields.get("cover")[3].item<double>() + fields.get("cover")[5].item<double>();
    const double density = fields.get("target").mean().item<double>();
    if (cold > 0.6) harsh += density, ++harsh_n;
    if (mild > 0.6) gentle += density, ++gentle_n;
  }
  ASSERT_GT(gentle_n, 5);
  ASSERT_GT(harsh_n, 5);
  EXPECT_GT(gentle / gentle_n, 3 * harsh / harsh_n);
}

TEST(SynthEarth, EqualisesColoursWhereTextureAloneShallTell) {
  const auto earth =
      dataset("satellite.synth_earth", {{"texture_only", true}, {"n", 30}, {"references", 12}});
  for (std::int64_t i = 0; i < 30; ++i) {
    const Batch fields = earth->get(i).fields;
    EXPECT_EQ(fields.get("class").item<std::int64_t>(), i % 10);
    EXPECT_EQ(fields.get("reference").item<bool>(), i < 12);
    const at::Tensor mean = fields.get("image").mean({1, 2});
    EXPECT_LT((mean - 2000).abs().max().item<double>(), 60) << i;
  }
}

}  // namespace
}  // namespace warmstart::satellite
