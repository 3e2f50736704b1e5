// Maps made of predictions: how scenes are cut for a model, and what is written.
#include <ATen/ATen.h>

#include <cmath>

#include "core/models/fixed_input.h"
#include "core/train/evaluate.h"
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

Json water_settings(const Folder& folder) {
  return {{"root", folder.path().string()}, {"classes", {"land", "water"}}, {"values", {0, 7}}};
}

/// Scores that make every pixel the class of its first band: 1 above the limit, else 0.
Batch scores_of(const Sample& sample, double limit) {
  const at::Tensor first = sample.fields.get("image")[0];
  Batch outputs;
  outputs.set("logits", at::stack({limit - first, first - limit}) * 1000);
  return outputs;
}

TEST(RasterPairs, WritesAMapOnTheScenesOwnGrid) {
  const Folder folder;
  save_pair(folder);
  Json settings = water_settings(folder);
  settings["predict_tile"] = 64;
  settings["confidence"] = true;
  const auto trained = dataset("satellite.raster_pairs", settings);
  const Path scene = folder / "images/a.tif";
  const auto tiles = trained->for_files({scene.string()});
  std::vector<Path> files;
  for (std::int64_t i = 0; i < tiles->size(); ++i) {
    const Sample tile = tiles->get(i);
    for (const Path& file : tiles->save_prediction(i, scores_of(tile, 0.4), folder.path()))
      files.push_back(file);
  }
  ASSERT_EQ(files, (std::vector<Path>{folder / "a_classes.tif", folder / "a_confidence.tif"}));
  const Json map = testing::gdal_info(files[0]), source = testing::gdal_info(scene);
  for (const char* key : {"size", "transform", "epsg"}) EXPECT_EQ(map[key], source[key]) << key;
  EXPECT_EQ(map["metadata"]["CLASS_7"], "water");
  const auto classes = gdal_window(files[0], {0, 0, 200, 150});
  const auto stored = gdal_window(scene, {0, 0, 200, 150});
  std::int64_t wrong = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const float physical = stored[i] * 0.0001F - 0.1F;
    wrong += classes[i] != (stored[i] == 0 ? 255 : physical > 0.4F ? 7 : 0);
  }
  EXPECT_LE(wrong, 5) << "but where rounding decides";
}

TEST(RasterPairs, MapsASceneSmallerThanATileAndOneWithoutGeoreference) {
  const Folder folder;
  save_pair(folder);
  Json settings = water_settings(folder);
  settings["bands"] = {"1", "2", "3"};
  const auto trained = dataset("satellite.raster_pairs", settings);
  const auto tiles = trained->for_files({(made_rasters() / "picture.png").string()});
  ASSERT_EQ(tiles->size(), 1);
  const Sample tile = tiles->get(0);
  EXPECT_EQ(tile.fields.get("image").sizes(), (std::vector<std::int64_t>{3, 256, 256}));
  const auto files = tiles->save_prediction(0, scores_of(tile, 100), folder.path());
  const Json map = testing::gdal_info(files.at(0));
  EXPECT_EQ(map["size"], Json({200, 150}));
  EXPECT_EQ(map["metadata"]["GEOREFERENCE"], "the source has none");
  EXPECT_THAT(
      message_of([&] { trained->for_files({(made_rasters() / "scene/B02.tif").string()}); }),
      HasSubstr("there is no band '2'"));
}

/// Two scores of each pixel: 0.4 above or below the image's first band.
struct ThresholdModel : Model {
  at::Tensor forward(const at::Tensor& x) override {
    const at::Tensor first = x.narrow(1, 0, 1);
    return at::cat({0.4 - first, first - 0.4}, 1) * 1000;
  }
};
struct FixedModel final : ThresholdModel, FixedInput {
  explicit FixedModel(std::int64_t edge) : edge_(edge) {}
  std::int64_t input_edge() const override { return edge_; }
  std::int64_t edge_;
};

std::shared_ptr<Source> trained_on(const Json& settings, const std::vector<ComponentSpec>& after) {
  return Source::from_spec({"train", testing::spec("satellite.raster_pairs", settings), after});
}

/// As `warmstart predict` does it.
std::vector<Path> mapped(const Source& trained, Model& model, const PredictionRequest& request,
                         const Path& out) {
  const PredictionInput input = prediction_input(trained, model, request);
  std::vector<Path> files;
  for (std::int64_t i = 0; i < input.source->size(); ++i) {
    const Sample sample = input.source->draw(i, 0);
    Batch outputs = infer_sample(model, sample, nullptr, at::kCPU);
    outputs.set("geotransform", sample.fields.get("geotransform"));
    for (const Path& file : input.files->save_prediction(i, outputs, out)) files.push_back(file);
  }
  return files;
}

/// Share of pixels where the map has the class that the threshold gives the scene itself.
double agreement(const Path& map, const Path& scene) {
  const auto classes = gdal_window(map, {0, 0, 200, 150}),
             stored = gdal_window(scene, {0, 0, 200, 150});
  double right = 0;
  for (std::size_t i = 0; i < classes.size(); ++i)
    right += classes[i] == (stored[i] == 0 ? 255 : stored[i] * 0.0001F - 0.1F > 0.4F ? 7 : 0);
  return right / static_cast<double>(classes.size());
}

TEST(ScenePrediction, LeavesRandomTransformsOut) {
  const Folder folder;
  save_pair(folder);
  const auto trained = trained_on(water_settings(folder),
                                  {testing::spec("satellite.random_crop", {{"size", 64}}),
                                   testing::spec("satellite.random_flip_rot90", Json::object())});
  ThresholdModel model;
  const Path scene = folder / "images/a.tif";
  const auto files = mapped(*trained, model, {{scene.string()}, 64, false}, folder.path());
  ASSERT_EQ(files, (std::vector<Path>{folder / "a_classes.tif"}));
  EXPECT_GT(agreement(files[0], scene), 0.999);
}

TEST(ScenePrediction, BringsScoresOfResizedTilesBackToTheScene) {
  const Folder folder;
  save_pair(folder);
  Json settings = water_settings(folder);
  settings["tile"] = 64;
  const auto trained = trained_on(settings, {testing::spec("satellite.resize", {{"size", 32}})});
  FixedModel model(32);
  const Path scene = folder / "images/a.tif";
  const auto own = prediction_input(*trained, model, {{scene.string()}, {}, false});
  EXPECT_EQ(own.files->get(0).fields.get("image").size(1), 64) << "as large as in training";
  EXPECT_EQ(own.source->draw(0, 0).fields.get("image").size(1), 32);
  for (const std::int64_t tile : {64, 100}) {
    const auto files = mapped(*trained, model, {{scene.string()}, tile, false}, folder.path());
    EXPECT_EQ(gdal_info(files.at(0))["size"], Json({200, 150}));
    // The hills' noise goes with the resize; a map of the wrong place agrees on half.
    EXPECT_GT(agreement(files.at(0), scene), 0.8) << tile;
  }
}

TEST(ScenePrediction, ResizesAsInTrainingWhereTilesHadTheSizeAlready) {
  const Folder folder;
  save_pair(folder);
  Json settings = water_settings(folder);
  settings["tile"] = 64;
  const auto trained = trained_on(settings, {testing::spec("satellite.resize", {{"size", 64}})});
  ThresholdModel model;
  const auto input =
      prediction_input(*trained, model, {{(folder / "images/a.tif").string()}, {}, false});
  EXPECT_EQ(input.files->get(0).fields.get("image").size(1), 64);
  settings["tile"] = 0;
  const auto whole = trained_on(settings, {testing::spec("satellite.resize", {{"size", 64}})});
  EXPECT_THAT(message_of([&] {
                prediction_input(*whole, model, {{(folder / "images/a.tif").string()}, {}, false});
              }),
              HasSubstr("bring images of 150x200 to one size, which no square tile is like"));
}

TEST(ScenePrediction, CutsTilesOfTheSizeThatTheModelTakes) {
  const Folder folder;
  save_pair(folder);
  const auto trained = trained_on(water_settings(folder), {});
  const std::vector<std::string> scene{(folder / "images/a.tif").string()};
  const auto edge = [&](const Model& model) {
    return prediction_input(*trained, model, {scene, {}, false})
        .files->get(0)
        .fields.get("image")
        .size(1);
  };
  ThresholdModel free;
  EXPECT_EQ(edge(free), 256);
  for (const char* network : {"geo_unet", "vit_upernet"}) {
    const auto model = create<Model>(
        testing::spec("satellite.geo_network", {{"network",
                                                 {{"type", std::string("satellite.") + network},
                                                  {"in_channels", 4},
                                                  {"classes", 2},
                                                  {"image_size", 64}}}}));
    model->eval();
    EXPECT_EQ(edge(*model), 64) << network;
    EXPECT_EQ(mapped(*trained, *model, {scene, {}, false}, folder.path()).size(), 1U) << network;
  }
  Json settings = water_settings(folder);
  settings["predict_tile"] = 96;
  EXPECT_EQ(prediction_input(*trained_on(settings, {}), free, {scene, {}, false})
                .files->get(0)
                .fields.get("image")
                .size(1),
            96)
      << "the recipe's word comes first";
}

TEST(ScenePrediction, RefusesScoresThatHaveNoPlace) {
  const Folder folder;
  save_pair(folder);
  const auto tiles = dataset("satellite.raster_pairs", water_settings(folder))
                         ->for_files({(folder / "images/a.tif").string()});
  const auto refusal = [&](const at::Tensor& logits, const std::vector<double>& grid) {
    const Sample tile = tiles->get(0);
    Batch outputs;
    outputs.set("logits", logits);
    at::Tensor moved = tile.fields.get("geotransform").clone();
    for (std::size_t k = 0; k < grid.size(); ++k) moved[static_cast<std::int64_t>(k)] += grid[k];
    outputs.set("geotransform", moved);
    return message_of([&] { tiles->save_prediction(0, outputs, folder.path()); });
  };
  EXPECT_THAT(
      refusal(at::zeros({2, 512, 512}), {}),
      HasSubstr("the model gives scores of 2x512x512 for a tile of 256x256 pixels; a @0,0"));
  EXPECT_THAT(refusal(at::zeros({2, 100, 100}), {0, 10, 0, 0, 0, -10}),
              HasSubstr("of 2x100x100 for a tile of 256x256 pixels, which it saw as 128x128"));
  EXPECT_THAT(refusal(at::zeros({2, 256, 256}), {30}), HasSubstr("the transforms cut or turn"));
  EXPECT_THAT(refusal(at::zeros({3, 256, 256}), {}),
              HasSubstr("the model gives 3 scores a pixel, the data has 2 classes"));
}

TEST(ScenePrediction, TellsScenesOfEqualNamesApartAndWhatWasLeftOut) {
  const Folder folder;
  save_pair(folder);
  for (const char* name : {"east", "west", "void"})
    std::filesystem::create_directories(folder / name);
  std::filesystem::copy(folder / "images/a.tif", folder / "east/a.tif");
  std::filesystem::copy(folder / "images/a.tif", folder / "west/a.tif");
  std::filesystem::copy(made_rasters() / "empty.tif", folder / "void/b.tif");
  const auto trained = trained_on(water_settings(folder), {});
  ThresholdModel model;
  const std::string east = (folder / "east/a.tif").string(),
                    west = (folder / "west/a.tif").string();
  EXPECT_EQ(mapped(*trained, model, {{east, west}, 256, false}, folder.path()),
            (std::vector<Path>{folder / "east_a_classes.tif", folder / "west_a_classes.tif"}));
  const auto input =
      prediction_input(*trained, model, {{east, (folder / "void/b.tif").string()}, 256, false});
  EXPECT_EQ(input.files->facts()["skipped"], Json({"b: no data in any band"}));
  EXPECT_THAT(message_of([&] {
                prediction_input(*trained, model, {{east, east}, 256, false});
              }),
              HasSubstr("two inputs would both be written as east_a"));
}

TEST(ScenePrediction, ColoursAndNamesTheClassesForOtherPrograms) {
  const Folder folder;
  save_pair(folder);
  const auto trained = trained_on(water_settings(folder), {});
  ThresholdModel model;
  const auto files =
      mapped(*trained, model, {{(folder / "images/a.tif").string()}, 256, true}, folder.path());
  ASSERT_EQ(files, (std::vector<Path>{folder / "a_classes.tif", folder / "a_confidence.tif"}))
      << "confidence was asked for";
  const Json band = gdal_info(files[0])["bands"][0];
  EXPECT_EQ(band["colours"]["7"], Json({0x00, 0x72, 0xb2})) << "as in the window";
  EXPECT_EQ(band["categories"], Json({"land", "", "", "", "", "", "", "water"}));
  EXPECT_TRUE(gdal_info(files[1])["bands"][0]["colours"].is_null());
}

TEST(ScenePrediction, MapsNumbers) {
  const Folder folder;
  save_pair(folder);
  testing::rasters_py("density '" + (folder / "masks/a.tif").string() + "'");
  const auto trained =
      trained_on({{"root", folder.path().string()}, {"masks_hold", "numbers"}}, {});
  struct FirstBand final : Model {
    at::Tensor forward(const at::Tensor& x) override { return x.narrow(1, 0, 1); }
  } model;
  const Path scene = folder / "images/a.tif";
  const auto files = mapped(*trained, model, {{scene.string()}, 64, false}, folder.path());
  ASSERT_EQ(files, (std::vector<Path>{folder / "a_values.tif"}));
  const auto values = gdal_window(files[0], {0, 0, 200, 150}),
             stored = gdal_window(scene, {0, 0, 200, 150});
  for (std::size_t i = 0; i < values.size(); i += 7) {
    if (stored[i] == 0)
      EXPECT_TRUE(std::isnan(values[i])) << i;
    else
      EXPECT_NEAR(values[i], stored[i] * 0.0001 - 0.1, 1e-5) << i;
  }
  EXPECT_THAT(message_of([&] {
                mapped(*trained, model, {{scene.string()}, 64, true}, folder.path());
              }),
              HasSubstr("a map of numbers has no confidence"));
}

TEST(ScenePrediction, RefusesMapOptionsForOtherData) {
  const Folder folder;
  const auto trained =
      Source::from_spec({"train", testing::spec("satellite.synth_earth", {{"n", 2}}), {}});
  ThresholdModel model;
  EXPECT_THAT(message_of([&] {
                prediction_input(*trained, model, {{"x"}, 64, false});
              }),
              HasSubstr("the run's data set makes no maps; --tile"));
  EXPECT_THAT(message_of([&] {
                prediction_input(*trained, model, {{"x"}, {}, true});
              }),
              HasSubstr("--confidence"));
}

}  // namespace
}  // namespace warmstart::satellite
