// Which rasters are admitted, what is said of bad ones, and what is read of good ones.
#include "plugins/satellite/io/raster_gate.h"

#include <cmath>

#include "core/base/random.h"
#include "plugins/satellite/io/raster_file.h"
#include "plugins/satellite/io/scene.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::admitted;
using testing::Folder;
using testing::HasSubstr;
using testing::made_rasters;
using testing::message_of;

const std::vector<std::size_t> kAllFour{0, 1, 2, 3};

TEST(RasterGate, ReadsEveryFormatAsGdalDoes) {
  for (const char* name : {"plain.tif", "tiled.tif", "big.tif", "motorola.tif", "float.tif",
                           "cog.tif", "lossless.jp2", "mosaic.vrt", "picture.png", "picture.jpg"}) {
    const Path file = made_rasters() / name;
    const RasterAdmission admission = admitted(file);
    ASSERT_TRUE(admission.verdict.good) << name << ": " << admission.verdict.reason;
    const Window window{37, 20, 111, 90};
    const RasterFile raster(file);
    std::vector<std::size_t> bands = pick_bands(raster.info().bands, {}, name);
    EXPECT_EQ(raster.read(bands, window), testing::gdal_window(file, window)) << name;
  }
}

TEST(RasterGate, KeepsPlaceBandsAndTheirRanges) {
  const Path file = made_rasters() / "tiled.tif";
  const RasterInfo info = admitted(file).verdict.info;
  const Json theirs = testing::gdal_info(file);
  EXPECT_EQ(Json({info.width, info.height}), theirs["size"]);
  ASSERT_TRUE(info.place);
  EXPECT_EQ(Json(info.place->transform), theirs["transform"]);
  EXPECT_EQ(crs_name(info.place->crs), "EPSG:" + theirs["epsg"].get<std::string>());
  ASSERT_EQ(info.bands.size(), 4U);
  EXPECT_EQ(info.bands[2].name, "B4 red");
  EXPECT_EQ(info.bands[2].type, "UInt16");
  EXPECT_EQ(info.bands[0].valid, 200 * 150);
  const std::vector<float> all = testing::gdal_window(file, {0, 0, 200, 150});
  const auto [low, high] = std::minmax_element(all.begin(), all.begin() + 200 * 150);
  EXPECT_EQ(info.bands[0].low, *low);
  EXPECT_EQ(info.bands[0].high, *high);
}

TEST(RasterGate, GivesPhysicalValuesAndLeavesPixelsWithoutDataOut) {
  const Path file = made_rasters() / "scaled.tif";
  const RasterInfo info = admitted(file).verdict.info;
  EXPECT_EQ(info.bands[1].scale, 0.0001);
  EXPECT_EQ(info.bands[1].offset, -0.1);
  EXPECT_EQ(info.bands[1].no_data, 0);
  EXPECT_EQ(info.bands[1].valid, 200 * 150 - 20 * 30);
  const Window window{25, 15, 40, 30};
  const std::vector<float> stored = testing::gdal_window(file, window);
  const std::vector<float> values = RasterFile(file).read(kAllFour, window);
  int missing = 0;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    missing += std::isnan(values[i]);
    ASSERT_EQ(std::isnan(values[i]), stored[i] == 0) << i;
    if (stored[i] == 0) continue;
    ASSERT_NEAR(values[i], stored[i] * 0.0001 - 0.1, 1e-6) << i;
  }
  EXPECT_EQ(missing, 4 * 20 * 30);
}

TEST(RasterGate, FindsBandsByNameWordAndNumber) {
  const auto bands = admitted(made_rasters() / "plain.tif").verdict.info.bands;
  EXPECT_EQ(pick_bands(bands, {"B8 nir", "RED", "1"}, "f"), (std::vector<std::size_t>{3, 2, 0}));
  EXPECT_EQ(message_of([&] { pick_bands(bands, {"swir"}, "f.tif"); }),
            "there is no band 'swir'; f.tif; the bands are: B2 blue, B3 green, B4 red, B8 nir");
}

TEST(RasterGate, PlacesPixelsOnTheEarthAsGdalDoes) {
  const Path file = made_rasters() / "plain.tif";
  const auto points =
      latitudes_longitudes(*admitted(file).verdict.info.place, {{100, 75}, {0.5, 149.5}});
  ASSERT_EQ(points.size(), 2U);
  double latitude = 0, longitude = 0;
  const std::string theirs = testing::rasters_py("place '" + file.string() + "' 0.5 149.5");
  ASSERT_EQ(std::sscanf(theirs.c_str(), "%lf %lf", &latitude, &longitude), 2);
  EXPECT_NEAR(points[1][0], latitude, 1e-9);
  EXPECT_NEAR(points[1][1], longitude, 1e-9);
}

TEST(RasterGate, RemembersVerdictsByContent) {
  const Folder folder;
  std::filesystem::copy(made_rasters() / "tiled.tif", folder / "a.tif");
  std::filesystem::copy(made_rasters() / "tiled.tif", folder / "b.tif");
  EXPECT_TRUE(admitted(folder / "a.tif").verdict.good);
  RasterGate second;
  EXPECT_TRUE(second.admit({folder / "b.tif"})[0].verdict.good);
  EXPECT_EQ(second.guarded_reads(), 0);
}

TEST(RasterGate, RefusesTruncatedFilesWithOneLine) {
  for (const char* name : {"plain.tif", "tiled.tif", "big.tif", "motorola.tif", "cog.tif",
                           "lossless.jp2", "picture.png", "picture.jpg"}) {
    const Folder folder;
    const Path file = folder / name;
    std::filesystem::copy(made_rasters() / name, file);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) * 6 / 10);
    const RasterVerdict verdict = admitted(file).verdict;
    EXPECT_FALSE(verdict.good) << name;
    EXPECT_FALSE(verdict.reason.empty()) << name;
    EXPECT_EQ(verdict.reason.find('\n'), std::string::npos) << name;
  }
}

TEST(RasterGate, SaysWhatATruncatedTiffLacks) {
  const Folder folder;
  const Path file = folder / "cut.tif";
  std::filesystem::copy(made_rasters() / "cog.tif", file);
  std::filesystem::resize_file(file, 300000);
  const RasterAdmission admission = admitted(file);
  EXPECT_THAT(message_of([&] { require_good(admission); }),
              ::testing::MatchesRegex("it is truncated or damaged: block [0-9]+ of [0-9]+ lies "
                                      "behind the file's end at 300000 bytes; .*cut.tif; copy or "
                                      "download it again"));
}

TEST(RasterGate, RefusesAVrtThatPointsOutsideItsFolder) {
  const Folder folder;
  const std::string vrt = read_file(made_rasters() / "mosaic.vrt");
  const auto pointing_at = [&](const std::string& name) {
    std::string text = vrt;
    for (std::size_t at = 0; (at = text.find(">plain.tif<", at)) != std::string::npos;)
      text.replace(at, 11, ">" + name + "<");
    return admitted(folder.file("v/x.vrt", text)).verdict.reason;
  };
  std::filesystem::create_directories(folder / "v/sub");
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "outside.tif");
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "v/sub/inside.tif");
  std::filesystem::create_symlink(folder / "outside.tif", folder / "v/link.tif");
  for (const std::string name : {"../outside.tif", "/etc/hostname", "link.tif",
                                 "/vsicurl/http://localhost/a.tif", "sub/../../outside.tif"})
    EXPECT_THAT(pointing_at(name), HasSubstr("points outside its folder")) << name;
  EXPECT_EQ(pointing_at("sub/inside.tif"), "");
  EXPECT_THAT(pointing_at("missing.tif"), HasSubstr("no such raster file"));
}

TEST(RasterGate, LetsAVrtDrawOnFilesElsewhereWhereThatIsAllowed) {
  const Folder folder;
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "outside.tif");
  std::string vrt = read_file(made_rasters() / "mosaic.vrt");
  for (std::size_t at = 0; (at = vrt.find(">plain.tif<", at)) != std::string::npos;)
    vrt.replace(at, 11, ">../../outside.tif<");
  const Path file = folder.file("root/images/x.vrt", vrt);
  Json settings{{"root", (folder / "root").string()}, {"labelled", false}};
  EXPECT_THAT(message_of([&] { testing::dataset("satellite.raster_pairs", settings); }),
              HasSubstr("vrt_outside_folder: true"));
  settings["vrt_outside_folder"] = true;
  const auto data = testing::dataset("satellite.raster_pairs", settings);
  EXPECT_EQ(data->get(0).fields.get("image").size(0), 4);
  RasterGate strict;
  EXPECT_FALSE(strict.admit({file})[0].verdict.good) << "the one verdict says nothing of the other";
}

TEST(RasterGate, RefusesAVrtWithScriptsOrRawBands) {
  const Folder folder;
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "plain.tif");
  const std::string vrt = read_file(made_rasters() / "mosaic.vrt");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = vrt;
    text.replace(text.find(from), from.size(), to);
    return admitted(folder.file("x.vrt", text)).verdict.reason;
  };
  EXPECT_THAT(with("<VRTRasterBand ", "<VRTRasterBand subClass=\"VRTRawRasterBand\" "),
              HasSubstr("VRTRawRasterBand"));
  EXPECT_THAT(with("<ColorInterp>Gray</ColorInterp>", "<PixelFunctionType>f</PixelFunctionType>"),
              HasSubstr("<PixelFunctionType>"));
}

TEST(RasterGate, JudgesAVrtAnewWhenItsSourceChanges) {
  const Folder folder;
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "plain.tif");
  std::filesystem::copy(made_rasters() / "mosaic.vrt", folder / "mosaic.vrt");
  EXPECT_TRUE(admitted(folder / "mosaic.vrt").verdict.good);
  std::filesystem::resize_file(folder / "plain.tif", 100000);
  EXPECT_THAT(admitted(folder / "mosaic.vrt").verdict.reason, HasSubstr("truncated"));
}

TEST(RasterGate, RefusesWhatIsNoRaster) {
  const Folder folder;
  EXPECT_THAT(admitted(folder.file("a.tif", "hello")).verdict.reason, HasSubstr("no raster"));
  EXPECT_EQ(admitted(folder.file("b.tif", "")).verdict.reason, "the file is empty");
  EXPECT_EQ(admitted(folder / "c.tif").verdict.reason, "there is no such raster file");
}

TEST(RasterGate, StaysAliveThroughMutatedFiles) {
  const Folder folder;
  Random random(7);
  std::vector<Path> files;
  for (const char* name : {"tiled.tif", "lossless.jp2", "picture.png", "picture.jpg"}) {
    const std::string sound = read_file(made_rasters() / name);
    for (int i = 0; i < 25; ++i) {
      std::string mutant = sound;
      for (int flips = 0; flips < 1 + i % 6; ++flips)
        mutant[static_cast<std::size_t>(random.integer(8, i % 2 ? 400 : 4000))] =
            static_cast<char>(random.integer(0, 255));
      files.push_back(folder.file("mutant" + std::to_string(i) + name, mutant));
    }
  }
  int good = 0;
  for (const RasterAdmission& admission : RasterGate().admit(files)) {
    good += admission.verdict.good;
    if (admission.verdict.good) continue;
    EXPECT_FALSE(admission.verdict.reason.empty());
    EXPECT_EQ(admission.verdict.reason.find('\n'), std::string::npos);
  }
  EXPECT_GT(good, 0);
  EXPECT_LT(good, 100);
}

TEST(RasterGate, RefusesAFileThatChangedAfterItWasJudged) {
  const Folder folder;
  std::filesystem::copy(made_rasters() / "plain.tif", folder / "a.tif");
  const Scene scene("a", {admitted(folder / "a.tif")});
  std::filesystem::copy(made_rasters() / "float.tif", folder / "a.tif",
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(message_of([&] { scene.read({0}, {0, 0, 10, 10}); }), HasSubstr("changed"));
}

}  // namespace
}  // namespace warmstart::satellite
