// Written GeoTIFFs are read by GDAL's own Python.
#include "plugins/satellite/io/raster_writer.h"

#include "plugins/satellite/io/raster_file.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::Folder;
using testing::made_rasters;
using testing::message_of;

WriterSettings like_plain() {
  const RasterInfo info = RasterFile(made_rasters() / "plain.tif").info();
  WriterSettings settings;
  settings.width = info.width, settings.height = info.height, settings.place = info.place;
  settings.bands = {{"class", 255}};
  settings.notes = {{"CLASS_1", "land"}};
  return settings;
}

TEST(RasterWriter, WritesWindowsOnTheSourcesGrid) {
  const Folder folder;
  const Path file = folder / "classes.tif";
  std::vector<float> first(200 * 100), rest(200 * 50);
  for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<float>(i % 7);
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = i % 3 == 0 ? 255.0F : 1.0F;
  RasterWriter writer(file, like_plain());
  writer.write(0, {0, 0, 200, 100}, first);
  writer.write(0, {0, 100, 200, 50}, rest);
  EXPECT_FALSE(std::filesystem::exists(file)) << "it appears whole or not at all";
  writer.finish();
  const Json theirs = testing::gdal_info(file),
             source = testing::gdal_info(made_rasters() / "plain.tif");
  for (const char* key : {"size", "transform", "epsg"}) EXPECT_EQ(theirs[key], source[key]) << key;
  EXPECT_EQ(theirs["compression"], "DEFLATE");
  EXPECT_EQ(theirs["bands"][0]["block"], Json({512, 512}));
  EXPECT_EQ(theirs["bands"][0]["type"], "Byte");
  EXPECT_EQ(theirs["bands"][0]["no_data"], 255);
  EXPECT_EQ(theirs["bands"][0]["name"], "class");
  EXPECT_EQ(theirs["metadata"]["CLASS_1"], "land");
  first.insert(first.end(), rest.begin(), rest.end());
  EXPECT_EQ(testing::gdal_window(file, {0, 0, 200, 150}), first);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(RasterWriter, LeavesNothingBehindWhenItIsNotFinished) {
  const Folder folder;
  {
    RasterWriter writer(folder / "a.tif", like_plain());
    writer.write(0, {0, 0, 200, 10}, std::vector<float>(2000, 1));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(RasterWriter, NamesTheFolderThatIsNotThere) {
  const Folder folder;
  EXPECT_THAT(message_of([&] { RasterWriter(folder / "no/a.tif", like_plain()); }),
              ::testing::MatchesRegex("the GeoTIFF cannot be written: .*no/a.tif.*"));
}

}  // namespace
}  // namespace warmstart::satellite
