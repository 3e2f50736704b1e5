// Scenes of several files, tiles, and the parts they fall into.
#include "plugins/satellite/io/scene.h"

#include <cmath>

#include "plugins/satellite/io/scene_list.h"
#include "plugins/satellite/io/spatial_split.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::made_rasters;
using testing::message_of;

Scene folder_scene(SceneGrid grid) {
  const SceneFiles files = scene_at(made_rasters() / "scene");
  return {files.name, RasterGate().admit(files.images), grid};
}

TEST(Scene, BringsCoarseBandsToTheFinestGrid) {
  const Scene scene = folder_scene(SceneGrid::kFinest);
  EXPECT_EQ(scene.info().width, 200);
  EXPECT_EQ(scene.info().bands[3].name, "B11");
  const Window window{40, 30, 60, 50};
  const auto values = scene.read({1, 3}, window);
  const auto fine = testing::gdal_window(made_rasters() / "scene/B03.tif", window);
  EXPECT_EQ(std::vector<float>(values.begin(), values.begin() + 3000), fine);
  // Bilinear by hand: the centre of fine pixel i lies at (i + 0.5) / 2 - 0.5 of coarse centres.
  const auto coarse = testing::gdal_window(made_rasters() / "scene/B11.tif", {0, 0, 100, 75});
  double worst = 0;
  for (std::int64_t r = 0; r < 50; ++r) {
    for (std::int64_t c = 0; c < 60; ++c) {
      const double y = (static_cast<double>(r + 30) + 0.5) / 2 - 0.5,
                   x = (static_cast<double>(c + 40) + 0.5) / 2 - 0.5;
      const auto y0 = static_cast<std::int64_t>(y), x0 = static_cast<std::int64_t>(x);
      const double v = y - static_cast<double>(y0), u = x - static_cast<double>(x0);
      const auto at = [&](std::int64_t yy, std::int64_t xx) {
        return static_cast<double>(coarse[static_cast<std::size_t>(yy * 100 + xx)]);
      };
      const double expected = (1 - v) * ((1 - u) * at(y0, x0) + u * at(y0, x0 + 1)) +
                              v * ((1 - u) * at(y0 + 1, x0) + u * at(y0 + 1, x0 + 1));
      worst =
          std::max(worst, std::abs(expected - values[static_cast<std::size_t>(3000 + r * 60 + c)]));
    }
  }
  EXPECT_LE(worst, 0.51) << "rounded to the file's whole numbers";
}

TEST(Scene, AveragesFineBandsOnTheCoarsestGrid) {
  const Scene scene = folder_scene(SceneGrid::kCoarsest);
  EXPECT_EQ(scene.info().width, 100);
  const auto values = scene.read({0}, {10, 5, 20, 20});
  const auto fine = testing::gdal_window(made_rasters() / "scene/B02.tif", {20, 10, 40, 40});
  for (std::size_t r = 0; r < 20; ++r) {
    for (std::size_t c = 0; c < 20; ++c) {
      const std::size_t at = 2 * r * 40 + 2 * c;
      ASSERT_NEAR(values[r * 20 + c], (fine[at] + fine[at + 1] + fine[at + 40] + fine[at + 41]) / 4,
                  0.51);
    }
  }
}

TEST(Scene, RefusesBandsOfAnotherArea) {
  const auto parts =
      RasterGate().admit({made_rasters() / "scene/B02.tif",
                          testing::shared_data("satellite/scenes/landsat5_para_7band.tif")});
  if (!std::filesystem::exists(parts[1].file)) GTEST_SKIP() << "no shared data";
  EXPECT_THAT(message_of([&] { Scene("mixed", parts); }), HasSubstr("CRS differ"));
}

TEST(Tiles, CoverEveryPixelFromEdgeToEdge) {
  for (const std::int64_t width : {64, 100, 200, 333}) {
    std::vector<int> covered(static_cast<std::size_t>(width), 0);
    std::int64_t last = 0;
    for (const Window& tile : tiles_over(width, 64, 64, 0.25)) {
      EXPECT_EQ(tile.width, 64);
      EXPECT_LE(tile.column - last, 48);
      last = tile.column;
      for (std::int64_t x = 0; x < 64; ++x) ++covered[static_cast<std::size_t>(tile.column + x)];
    }
    EXPECT_EQ(last + 64, width);
    EXPECT_EQ(std::count(covered.begin(), covered.end(), 0), 0);
  }
}

std::vector<Footprint> checkerboard(int edge) {
  std::vector<Footprint> tiles;
  for (int y = 0; y < edge; ++y)
    for (int x = 0; x < edge; ++x)
      tiles.push_back({"utm", x * 30.0, y * 30.0, x * 30.0 + 30, y * 30.0 + 30});
  return tiles;
}

TEST(SpatialSplit, KeepsAGapOfATileBetweenTheParts) {
  const auto tiles = checkerboard(12);
  SpatialSplit split{.test_share = 0.2, .validation_share = 0.15};
  std::map<std::string, std::vector<std::size_t>> parts;
  for (const char* part : {"train", "validation", "test"}) {
    split.part = part;
    parts[part] = tiles_of_part(tiles, split);
  }
  EXPECT_GE(parts["test"].size(), 144 * 0.2);
  EXPECT_GT(parts["train"].size(), 30U);
  const auto distance = [&](std::size_t a, std::size_t b) {
    return std::max(std::abs(tiles[a].left - tiles[b].left),
                    std::abs(tiles[a].top - tiles[b].top)) /
           30;
  };
  for (const auto& [one, other] :
       {std::pair{"train", "test"}, {"train", "validation"}, {"validation", "test"}}) {
    for (const std::size_t a : parts[one])
      for (const std::size_t b : parts[other]) ASSERT_GE(distance(a, b), 2) << one << " " << other;
  }
  split.draw = 1, split.part = "test";
  EXPECT_NE(tiles_of_part(tiles, split), parts["test"]);
}

TEST(SpatialSplit, SaysWhenAPartIsEmpty) {
  EXPECT_THAT(
      message_of([] { tiles_of_part(checkerboard(2), {.part = "train", .test_share = 0.5}); }),
      HasSubstr("no tile falls into the part 'train' of 4 tiles"));
}

}  // namespace
}  // namespace warmstart::satellite
