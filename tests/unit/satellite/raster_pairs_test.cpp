// Images with masks of classes and of numbers.
#include <ATen/ATen.h>

#include "core/base/files.h"
#include "plugins/satellite/components/scene_tiles.h"
#include "plugins/satellite/io/image_table.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::dataset;
using testing::Folder;
using testing::gdal_info;
using testing::gdal_window;
using testing::HasSubstr;
using testing::made_rasters;
using testing::message_of;
using testing::save_pair;

Json pair_settings(const Folder& folder) {
  return {{"root", folder.path().string()}, {"classes", {"land", "water"}}, {"values", {0, 7}}};
}

void write_text(const Path& file, const std::string& text) { write_atomically(file, text); }

TEST(RasterPairs, TakesDatesFromATable) {
  const Folder folder;
  save_pair(folder);
  Json settings = pair_settings(folder);
  settings["table"] = "images.csv";
  write_text(folder / "images.csv", "name,cloud,date\nb.tif,1,2020-01-01\na.tif,0,2020-07-02\n");
  const Batch fields = dataset("satellite.raster_pairs", settings)->get(0).fields;
  // Noon of the 184th day of 366.
  EXPECT_NEAR(fields.get("date").item<double>(), 183.5 / 366, 1e-12);
  EXPECT_NEAR(fields.get("location")[0].item<double>(), 41.99, 0.05) << "the file's own";
}

TEST(ImageTable, ReadsDaysAndPlaces) {
  const Folder folder;
  const Path file = folder / "images.csv";
  write_text(file,
             "latitude,name,longitude,date\n-12.5,a.b.tif,130,2021-01-01\n1,c/d,2,2021-12-31\n");
  const ImageTable table(file);
  EXPECT_EQ(table.of("a.b").location, (std::array<double, 2>{-12.5, 130}));
  EXPECT_NEAR(*table.of("a.b").year_share, 0.5 / 365, 1e-12);
  EXPECT_NEAR(*table.of("c/d").year_share, 364.5 / 365, 1e-12);
  EXPECT_EQ(year_share("2021-02-29"), std::nullopt);
  EXPECT_NEAR(*year_share("2024-02-29"), 59.5 / 366, 1e-12);
  EXPECT_EQ(year_share("2021-2-3"), std::nullopt);
  EXPECT_EQ(year_share("2021-xx-03"), std::nullopt);
}

TEST(ImageTable, SaysWhatIsWrongAndWhere) {
  const Folder folder;
  const Path file = folder / "images.csv";
  const auto refusal = [&](const std::string& text) {
    write_text(file, text);
    return message_of([&] { ImageTable(file).of("a"); });
  };
  EXPECT_THAT(refusal("id,date\na,2020-01-01\n"), HasSubstr("lacks the column name"));
  EXPECT_THAT(refusal("name,latitude\na,1\n"), HasSubstr("lacks the column name, or both date"));
  EXPECT_THAT(refusal("name,date\nb,2020-01-01\na,2020-13-01\n"),
              HasSubstr("'2020-13-01' is no date; " + file.string() + ", line 3"));
  EXPECT_THAT(refusal("name,latitude,longitude\na,91,0\n"), HasSubstr("'91', '0' is no place"));
  EXPECT_THAT(refusal("name,date\nb,2020-01-01\n"), HasSubstr("no row for image a"));
  EXPECT_THAT(refusal("name,date\na,2020-01-01\na.tif,2020-01-01\n"), HasSubstr("twice"));
}

TEST(RasterPairs, GivesImageLabelAndPlace) {
  const Folder folder;
  save_pair(folder);
  Json settings = pair_settings(folder);
  settings["bands"] = {"nir", "red"};
  settings["fill"] = -1;
  const auto pairs = dataset("satellite.raster_pairs", settings);
  ASSERT_EQ(pairs->size(), 1);
  const Sample sample = pairs->get(0);
  const at::Tensor& image = sample.fields.get("image");
  EXPECT_EQ(image.sizes(), (std::vector<std::int64_t>{2, 150, 200}));
  const auto stored = gdal_window(folder / "images/a.tif", {0, 0, 200, 150});
  EXPECT_NEAR(image[0][0][5].item<double>(), stored[3 * 30000 + 5] * 0.0001 - 0.1, 1e-6);
  EXPECT_NEAR(image[1][149][5].item<double>(), stored[2 * 30000 + 149 * 200 + 5] * 0.0001 - 0.1,
              1e-6);
  EXPECT_EQ(image[0][30][45].item<double>(), -1) << "no data there";
  const at::Tensor& label = sample.fields.get("label");
  const auto mask = gdal_window(folder / "masks/a.tif", {0, 0, 200, 150});
  std::int64_t wrong = 0;
  for (std::int64_t i = 0; i < 30000; ++i) {
    const std::int64_t row = i / 200, column = i % 200;
    const bool hole = row >= 20 && row < 40 && column >= 30 && column < 60;
    const float value = mask[static_cast<std::size_t>(i)];
    const std::int64_t expected = hole || value == 255 ? 255 : value == 7 ? 1 : 0;
    wrong += label[row][column].item<std::int64_t>() != expected;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_NEAR(sample.fields.get("location")[0].item<double>(), 41.99, 0.05);
  const at::Tensor& grid = sample.fields.get("geotransform");
  const Json told = gdal_info(folder / "images/a.tif");
  for (std::int64_t i = 0; i < 6; ++i)
    EXPECT_EQ(grid[i].item<double>(), told["transform"][static_cast<std::size_t>(i)].get<double>());
  const Json origin = pairs->origin(0);
  EXPECT_EQ(origin["crs_name"], "EPSG:32633");
  EXPECT_EQ(origin["file"], (folder / "images/a.tif").string());
  EXPECT_EQ(origin["metres"], 1);
  const Json facts = pairs->facts();
  EXPECT_EQ(facts["class_values"], Json({0, 7}));
  EXPECT_EQ(facts["channels"], 2);
  EXPECT_EQ(facts["band_names"], Json({"B8 nir", "B4 red"}));
  EXPECT_EQ(facts["crs"], "EPSG:32633");
}

TEST(RasterPairs, CutsScenesIntoTiles) {
  const Folder folder;
  save_pair(folder);
  Json settings = pair_settings(folder);
  settings["tile"] = 64;
  settings["overlap"] = 0.25;
  const auto whole = dataset("satellite.raster_pairs", pair_settings(folder))->get(0);
  const auto tiles = dataset("satellite.raster_pairs", settings);
  ASSERT_EQ(tiles->size(), 3 * 4);
  const Sample last = tiles->get(11);
  EXPECT_EQ(last.id, "a @136,86");
  for (const char* field : {"image", "label"}) {
    const at::Tensor expected = whole.fields.get(field).narrow(-2, 86, 64).narrow(-1, 136, 64);
    EXPECT_TRUE(at::equal(last.fields.get(field), expected)) << field;
  }
}

TEST(RasterPairs, RefusesBadPairsWithOneLine) {
  const Folder folder;
  save_pair(folder);
  Json settings = pair_settings(folder);
  const auto refusal = [&] {
    return message_of([&] { dataset("satellite.raster_pairs", settings)->get(0); });
  };
  settings["values"] = {0, 1};
  EXPECT_THAT(refusal(), HasSubstr("mask a holds 7, which is no class"));
  settings["values"] = {0};
  EXPECT_THAT(refusal(), HasSubstr("values has 1 numbers for 2 classes"));
  settings = pair_settings(folder);
  settings["bands"] = {"swir"};
  EXPECT_THAT(refusal(), HasSubstr("there is no band 'swir'"));
  settings = pair_settings(folder);
  settings["tile"] = 160;
  EXPECT_THAT(refusal(), HasSubstr("the image is 200x150, smaller than a tile of 160"));
  std::filesystem::copy(made_rasters() / "scene/B11.tif", folder / "masks/a.tif",
                        std::filesystem::copy_options::overwrite_existing);
  settings = pair_settings(folder);
  EXPECT_THAT(refusal(), HasSubstr("image and mask a differ: size 200x150 vs 100x75 pixels"));
  testing::rasters_py("mask '" + (folder / "masks/a.tif").string() + "' 32634");
  EXPECT_THAT(refusal(), HasSubstr("image and mask a differ: CRS EPSG:32633 vs EPSG:32634"));
  std::filesystem::remove(folder / "masks/a.tif");
  EXPECT_THAT(refusal(), HasSubstr("image a has no mask"));
}

TEST(RasterPairs, SkipsImagesWithoutAnyDataAndSaysSo) {
  const Folder folder;
  save_pair(folder);
  std::filesystem::copy(made_rasters() / "empty.tif", folder / "images/b.tif");
  std::filesystem::copy(folder / "masks/a.tif", folder / "masks/b.tif");
  const auto pairs = dataset("satellite.raster_pairs", pair_settings(folder));
  EXPECT_EQ(pairs->size(), 1);
  EXPECT_EQ(pairs->facts()["skipped"], Json({"b: no data in any band"}));
  std::filesystem::remove(folder / "images/a.tif");
  EXPECT_THAT(message_of([&] { dataset("satellite.raster_pairs", pair_settings(folder)); }),
              HasSubstr("no image holds any data"));
}

TEST(RasterPairs, SplitsTheZionTilesIntoBlocksThatDoNotTouch) {
  const Path root = testing::shared_data("satellite/landsat-zion");
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no " << root;
  const Folder folder;  // for the cache
  Json settings{{"root", root.string()},
                {"classes",
                 {"water", "developed", "barren", "forest", "shrubland", "herbaceous", "cultivated",
                  "wetlands"}},
                {"values", {1, 2, 3, 4, 5, 6, 7, 8}},
                {"test_share", 0.2}};
  std::vector<std::vector<std::pair<int, int>>> cells(2);
  for (int part = 0; part < 2; ++part) {
    settings["part"] = part == 0 ? "train" : "test";
    const auto pairs = dataset("satellite.raster_pairs", settings);
    for (std::int64_t i = 0; i < pairs->size(); ++i) {
      int row = 0, column = 0;
      ASSERT_EQ(std::sscanf(pairs->get(i).id.c_str(), "r%d_c%d", &row, &column), 2);
      cells[static_cast<std::size_t>(part)].emplace_back(row, column);
    }
  }
  EXPECT_GE(cells[0].size(), 25U);
  EXPECT_GE(cells[1].size(), 15U);
  for (const auto& [row, column] : cells[0])
    for (const auto& [other_row, other_column] : cells[1])
      EXPECT_GE(std::max(std::abs(row - other_row), std::abs(column - other_column)), 2);
}

TEST(RasterPairs, ReadsNumbersAsTargets) {
  const Folder folder;
  save_pair(folder);
  testing::rasters_py("density '" + (folder / "masks/a.tif").string() + "'");
  Json settings{{"root", folder.path().string()}, {"masks_hold", "numbers"}};
  const auto pairs = dataset("satellite.raster_pairs", settings);
  const Sample sample = pairs->get(0);
  EXPECT_FALSE(sample.fields.has("label"));
  const at::Tensor& target = sample.fields.get("target");
  EXPECT_EQ(target.sizes(), (std::vector<std::int64_t>{1, 150, 200}));
  EXPECT_NEAR(target[0][100][50].item<double>(), 150 / 348.0, 1e-6);
  EXPECT_TRUE(target[0][5][5].isnan().item<bool>()) << "no number there";
  EXPECT_TRUE(target[0][30][45].isnan().item<bool>()) << "the image has no data there";
  EXPECT_EQ(target.isnan().sum().item<std::int64_t>(), 10 * 20 + 20 * 30);
  const Json facts = pairs->facts();
  EXPECT_EQ(facts["targets"], 1);
  EXPECT_FALSE(facts.contains("class_names"));
}

TEST(RasterPairs, RefusesNumbersThatAreNone) {
  const Folder folder;
  save_pair(folder);
  Json settings{{"root", folder.path().string()}, {"masks_hold", "numbers"}};
  const auto refusal = [&] {
    return message_of([&] { dataset("satellite.raster_pairs", settings); });
  };
  testing::rasters_py("density '" + (folder / "masks/a.tif").string() + "' 2");
  EXPECT_THAT(refusal(), HasSubstr("the raster of numbers has 2 bands"));
  std::filesystem::remove(folder / "masks/a.tif");
  testing::rasters_py("shapes '" + (folder / "masks/a.gpkg").string() + "'");
  EXPECT_THAT(refusal(), HasSubstr("shapes hold no number for each pixel"));
  settings["classes"] = {"a", "b"};
  EXPECT_THAT(refusal(), HasSubstr("masks of numbers have no classes"));
  settings["classes"] = Json::array();
  settings["confidence"] = true;
  EXPECT_THAT(refusal(), HasSubstr("a map of numbers has no confidence"));
}

TEST(RasterPairs, NeedsNoClassesWithoutMasks) {
  const Folder folder;
  save_pair(folder);
  const auto tiles =
      dataset("satellite.raster_pairs", {{"root", folder.path().string()}, {"labelled", false}});
  EXPECT_FALSE(tiles->get(0).fields.has("label"));
  EXPECT_FALSE(tiles->facts().contains("class_names"));
  EXPECT_FALSE(tiles->facts().contains("classes"));
}

TEST(RasterPairs, RefusesALimitAboveThePool) {
  const Folder folder;
  save_pair(folder);
  Json settings = pair_settings(folder);
  settings["limit"] = 5;
  EXPECT_THAT(message_of([&] { dataset("satellite.raster_pairs", settings); }),
              HasSubstr("limit is 5, the part has 1 tiles"));
}

TEST(RasterPairs, NamesTheSettingForAnImageTooLargeToBeReadWhole) {
  RasterInfo info;
  info.width = info.height = 20000;
  require_readable_whole(info, 2, "scene.tif");
  EXPECT_EQ(message_of([&] { require_readable_whole(info, 3, "scene.tif"); }),
            "the image is 20000x20000 with 3 bands, too large to be read whole; scene.tif; cut it "
            "into tiles: tile: 256");
}

TEST(RasterPairs, WarnsOfABandOfOneValue) {
  const Folder folder;
  save_pair(folder);
  std::filesystem::copy(made_rasters() / "constant.tif", folder / "images/a.tif",
                        std::filesystem::copy_options::overwrite_existing);
  ::testing::internal::CaptureStderr();
  dataset("satellite.raster_pairs", pair_settings(folder));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("band 'B4 red' is 42 in every pixel of 1 image(s)"));
}

}  // namespace
}  // namespace warmstart::satellite
