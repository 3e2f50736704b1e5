// Shapes burned onto the grid of an image.
#include <ATen/ATen.h>

#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::dataset;
using testing::Folder;
using testing::HasSubstr;
using testing::made_rasters;
using testing::message_of;

/// images/a.tif (200x150) with rectangles as its mask.
Json save_shapes(const Folder& folder, const std::string& name, const std::string& epsg) {
  std::filesystem::create_directories(folder / "images");
  std::filesystem::create_directories(folder / "masks");
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "images/a.tif");
  testing::rasters_py("shapes '" + (folder / ("masks/" + name)).string() + "' " + epsg);
  return {{"root", folder.path().string()},
          {"classes", {"land", "water", "road"}},
          {"attribute", "kind"}};
}

at::Tensor expected_label() {
  const at::Tensor label = at::zeros({150, 200}, at::kLong);
  label.narrow(0, 10, 20).narrow(1, 20, 40).fill_(1);
  label.narrow(0, 25, 10).narrow(1, 50, 50).fill_(2);
  return label;
}

TEST(VectorLabels, AreBurnedFromAGeoPackageOnTheImagesGrid) {
  const Folder folder;
  Json settings = save_shapes(folder, "a.gpkg", "32633");
  EXPECT_TRUE(at::equal(dataset("satellite.raster_pairs", settings)->get(0).fields.get("label"),
                        expected_label()));
  settings["attribute"] = "";
  settings["classes"] = {"land", "mapped"};
  EXPECT_TRUE(at::equal(dataset("satellite.raster_pairs", settings)->get(0).fields.get("label"),
                        expected_label().clamp_max(1)));
}

TEST(VectorLabels, AreBroughtFromAnotherCrsAndCutIntoTiles) {
  const Folder folder;
  Json settings = save_shapes(folder, "a.geojson", "4326");
  const at::Tensor whole = dataset("satellite.raster_pairs", settings)->get(0).fields.get("label");
  // Straight lines of latitude and longitude bend by less than a pixel here.
  EXPECT_LT(whole.ne(expected_label()).sum().item<std::int64_t>(), 60);
  EXPECT_EQ(whole[20][40].item<std::int64_t>(), 1);
  EXPECT_EQ(whole[30][80].item<std::int64_t>(), 2);
  settings["tile"] = 64;
  const auto tiles = dataset("satellite.raster_pairs", settings);
  const at::Tensor second = tiles->get(1).fields.get("label");
  EXPECT_EQ(tiles->get(1).id, "a @45,0");
  EXPECT_TRUE(at::equal(second, whole.narrow(0, 0, 64).narrow(1, 45, 64)));
}

TEST(VectorLabels, AreOfTheLayerThatIsNamed) {
  const Folder folder;
  Json settings = save_shapes(folder, "a.gpkg", "32633");
  std::filesystem::remove(folder / "masks/a.gpkg");
  testing::rasters_py("layers '" + (folder / "masks/a.gpkg").string() + "'");
  const auto refusal = [&] {
    return message_of([&] { dataset("satellite.raster_pairs", settings); });
  };
  EXPECT_THAT(refusal(), HasSubstr("it has 2 layers"));
  EXPECT_THAT(refusal(), HasSubstr("name one with layer: it has water, paths"));
  settings["layer"] = "roads";
  EXPECT_THAT(refusal(), HasSubstr("it has no layer 'roads'"));
  settings["layer"] = "water";
  EXPECT_TRUE(at::equal(dataset("satellite.raster_pairs", settings)->get(0).fields.get("label"),
                        expected_label()));
}

TEST(VectorLabels, SayWhatIsWrongWithThem) {
  const Folder folder;
  Json settings = save_shapes(folder, "a.gpkg", "32633");
  const auto refusal = [&] {
    return message_of([&] { dataset("satellite.raster_pairs", settings)->get(0); });
  };
  settings["attribute"] = "name";
  EXPECT_THAT(refusal(), HasSubstr("the shapes have no attribute 'name'"));
  settings["attribute"] = "kind";
  settings["classes"] = {"land", "water"};
  EXPECT_THAT(refusal(), HasSubstr("is of 'road', which is no class"));
  std::filesystem::remove(folder / "masks/a.gpkg");
  folder.file("masks/a.geojson", "{\"type\": \"FeatureCollection\", \"features\": [");
  EXPECT_THAT(refusal(), HasSubstr("it cannot be opened as shapes"));
  folder.file("masks/a.geojson", "{\"type\": \"FeatureCollection\", \"features\": []}");
  EXPECT_THAT(refusal(), HasSubstr("holds no shapes"));
}

}  // namespace
}  // namespace warmstart::satellite
