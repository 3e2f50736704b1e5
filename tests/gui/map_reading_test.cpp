// What the map reads and keeps: memory while it moves, files of which a block is damaged, readers
// that die.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <QSignalSpy>
#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "tests/gui/capture_files.h"
#include "tests/gui/map_desk.h"
#include "views/look/theme.h"
#include "views/map/class_areas.h"
#include "views/map/raster_stream.h"

namespace warmstart {
namespace {

/// A raster of any size: the value of a pixel is its column.
struct MadeUpRaster final : MapRaster {
  MadeUpRaster(std::int64_t wide, std::int64_t high) : MapRaster("made-up") {
    facts_.width = wide, facts_.height = high;
    facts_.bands = {{"value", "", "Float32"}};
  }
  std::vector<float> read(const std::vector<int>&, const RasterPart& part) override {
    std::vector<float> values;
    for (std::int64_t i = 0; i < part.columns * part.rows; ++i)
      values.push_back(static_cast<float>(part.left + static_cast<double>(i % part.columns)));
    return values;
  }
  std::optional<std::array<double, 2>> latitudeLongitude(double, double) override { return {}; }
};

TEST(MapMemory, StaysInsideItsBudgetHoweverFarTheMapIsMoved) {
  constexpr std::int64_t kWide = 256 * 40, kHigh = 256 * 20;  // 200 MiB of pictures
  MapLayer layer;
  layer.raster = std::make_shared<MadeUpRaster>(kWide, kHigh);
  LayerLook look;
  look.high[0] = kWide, look.map = look::Map::kGrey;
  MapCanvas canvas;
  canvas.resize(1000, 760);
  canvas.show();
  canvas.setScene(std::make_shared<const MapScene>(MapScene{{layer}}), {look}, false);
  ASSERT_EQ(canvas.scale(), 1);
  std::size_t most = 0;
  for (int row = 0; row < 7; ++row) {
    for (int column = 0; column < 10; ++column) {
      ASSERT_TRUE(QTest::qWaitFor([&] { return canvas.complete(); }, 20000));
      canvas.grab();
      most = std::max(most, canvas.pictureBytes());
      canvas.panBy({row % 2 == 0 ? -1000.0 : 1000.0, 0});
    }
    canvas.panBy({0, -700});
  }
  EXPECT_GT(std::size_t{kWide * kHigh * 4}, 3 * MapCanvas::kPictureBudget);
  EXPECT_LE(most, MapCanvas::kPictureBudget);
  EXPECT_GT(most, MapCanvas::kPictureBudget / 2) << "what was seen a moment ago is kept";
  canvas.panBy({1e6, 1e6});  // back to the first tile, which was given up long ago
  ASSERT_TRUE(QTest::qWaitFor([&] { return canvas.complete(); }, 20000));
  const QImage seen = canvas.grab().toImage();
  for (const int column : {10, 300, 450}) {
    const int grey = qRed(seen.pixel(canvas.placeOf({column + 0.5, 50.5}).toPoint()));
    EXPECT_NEAR(grey, 255.0 * column / kWide, 1.5) << column;
  }
}

class MapReadingTest : public MapDeskTest {
 protected:
  static constexpr std::int64_t kEdge = 2560, kBlock = 512;
  /// Five by five blocks, the value of a pixel is its column.
  Path blocks(const char* name) const {
    writeRaster(file(name), {"value"},
                {plane([](auto column, auto) { return column; }, kEdge, kEdge)}, utm(), false,
                kEdge, kEdge);
    return file(name);
  }
  /// Overwrites the bytes of one block where the file's first directory says that it lies (TIFF
  /// 6.0, tags 324 and 325).
  static void damage(const Path& path, std::size_t block) {
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto number = [&](std::uint64_t at, int size) {
      std::uint64_t value = 0;
      bytes.seekg(static_cast<std::streamoff>(at));
      bytes.read(reinterpret_cast<char*>(&value), size);
      return value;
    };
    ASSERT_EQ(number(0, 4), 0x002a4949u) << "a little TIFF";
    const std::uint64_t directory = number(4, 4);
    std::uint64_t place = 0, size = 0;
    for (std::uint64_t i = 0; i < number(directory, 2); ++i) {
      const std::uint64_t entry = directory + 2 + 12 * i, tag = number(entry, 2);
      const int width = number(entry + 2, 2) == 3 ? 2 : 4;
      const std::uint64_t at = number(entry + 8, 4) + block * static_cast<std::uint64_t>(width);
      if (tag == 324) place = number(at, width);
      if (tag == 325) size = number(at, width);
    }
    ASSERT_GT(place, 0u);
    ASSERT_GT(size, 0u);
    bytes.seekp(static_cast<std::streamoff>(place));
    bytes << std::string(size, '\xff');
  }
  static constexpr std::size_t kInner = 12;  ///< of 25: columns and rows 1024 to 1535
  /// Pixels of the hatching among those about the place.
  int hatchedAbout(double column, double row) {
    const QImage seen = canvas().grab().toImage();
    const QPoint middle = canvas().placeOf({column, row}).toPoint();
    int hatched = 0;
    for (int y = -8; y < 8; ++y) {
      for (int x = -8; x < 8; ++x) hatched += seen.pixelColor(middle + QPoint(x, y)) == look::bad();
    }
    return hatched;
  }
};

TEST_F(MapReadingTest, ADamagedBlockCostsItselfAndIsToldOnce) {
  const Path path = blocks("damaged.tif");
  damage(path, kInner);
  QSignalSpy told(&canvas(), &MapCanvas::unreadable);
  open(path);
  ASSERT_EQ(canvas().scene()->layers.size(), 1u) << panel_.problem().toStdString();
  EXPECT_LT(canvas().scale(), 0.25) << "a tile covers four blocks or more";
  EXPECT_TRUE(panel_.problem().startsWith(QStringLiteral(
      "damaged.tif: columns 1024 to 1279, rows 1024 to 1279 cannot be read: its pixels cannot be "
      "decoded")))
      << panel_.problem().toStdString();
  photographBoth(panel_, QStringLiteral("map-damaged"));
  for (const double place : {1040.0, 1280.0, 1500.0}) {
    EXPECT_GT(hatchedAbout(place, place), 10) << place;
    EXPECT_LT(hatchedAbout(place, place), 200) << place;
  }
  const LayerLook& look = canvas().look(0);
  for (const double place : {500.0, 960.0, 1600.0, 2300.0}) {
    EXPECT_EQ(hatchedAbout(place, place), 0) << place;
    const double share = (place - look.low[0]) / (look.high[0] - look.low[0]);
    EXPECT_NEAR(colourAt(place, place).red(), 255 * share, 6) << place;
  }
  // At full detail the same, and no second sentence.
  const QString first = panel_.problem();
  canvas().zoomAt(canvas().placeOf({1024, 1024}), 1 / canvas().scale());
  settle();
  EXPECT_GT(hatchedAbout(1050, 1050), 10);
  EXPECT_EQ(hatchedAbout(1000, 1000), 0);
  EXPECT_GT(told.count(), 1);
  EXPECT_EQ(panel_.problem(), first);
  EXPECT_TRUE(readAt(1050, 1050).contains(QStringLiteral("damaged.tif: cannot be read")));
  EXPECT_TRUE(readAt(1000, 1000).contains(QStringLiteral("damaged.tif: 1,000")));
}

TEST_F(MapReadingTest, AreasLeaveOutWhatCannotBeReadAndSayHowMuchItIs) {
  const Path path = blocks("areas.tif");
  damage(path, kInner);
  RasterStream raster(path);
  std::atomic<double> done = 0;
  const std::atomic<bool> stop = false;
  const auto areas = countAreas(raster, done, stop);
  ASSERT_TRUE(areas);
  EXPECT_EQ(areas->problem, QString());
  EXPECT_EQ(areas->without_data, 0);
  EXPECT_GE(areas->unreadable, kBlock * kBlock);
  EXPECT_EQ(areas->pixels + areas->unreadable, kEdge * kEdge);
  EXPECT_EQ(areas->classes.at(100).pixels, kEdge);
}

TEST_F(MapReadingTest, AFileOfWhichNothingCanBeReadIsRefused) {
  const Path path = blocks("ruin.tif");
  for (std::size_t block = 0; block < 25; ++block) damage(path, block);
  open(path);
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("cannot be decoded")))
      << panel_.problem().toStdString();
  EXPECT_EQ(canvas().scene(), nullptr);
}

/// The states and ids of this process's raster readers.
std::vector<pid_t> rasterReaders(char state = 0) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    pid_t id = 0, parent = 0;
    std::string name;
    char its = 0;
    if (!(stat >> id >> name >> its >> parent) || parent != getpid()) continue;
    if (name.starts_with("(warmstart-rast") && (state == 0 || its == state)) found.push_back(id);
  }
  return found;
}

void killReader() {
  const std::vector<pid_t> readers = rasterReaders();
  ASSERT_EQ(readers.size(), 1u);
  kill(readers.front(), SIGKILL);
  ASSERT_TRUE(QTest::qWaitFor([] { return rasterReaders('Z').size() == 1; }, 5000));
}

TEST_F(MapReadingTest, AReaderThatDiedIsStartedAgainButNotForEver) {
  const Path path = blocks("good.tif");
  RasterStream raster(path);
  const RasterPart part{100, 7, 4, 1, 4, 1};
  for (int death = 0; death < 5; ++death) {
    killReader();
    EXPECT_EQ(raster.read({0}, part), (std::vector<float>{100, 101, 102, 103})) << death;
  }
  killReader();
  for (int again = 0; again < 2; ++again) {
    try {
      raster.read({0}, part);
      ADD_FAILURE() << "it was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.problem(), "its reader ended 6 times");
      EXPECT_EQ(error.where(), path.string());
    }
  }
  EXPECT_TRUE(rasterReaders().empty());
}

TEST_F(MapReadingTest, TheMapGoesOnWhereItsReaderDied) {
  open(blocks("scene.tif"));
  killReader();
  canvas().zoomAt(canvas().placeOf({300, 300}), 1 / canvas().scale());
  settle();
  EXPECT_EQ(panel_.problem(), QString());
  EXPECT_TRUE(canvas().complete());
  const LayerLook& look = canvas().look(0);
  EXPECT_NEAR(colourAt(300, 300).red(), 255 * (300 - look.low[0]) / (look.high[0] - look.low[0]),
              3);
}

TEST_F(MapReadingTest, AFileThatChangedUnderItsReaderIsToBeOpenedAgain) {
  const Path path = blocks("changed.tif");
  RasterStream raster(path);
  killReader();
  writeRaster(path, {"value"}, {plane([](auto, auto) { return 1; })});
  EXPECT_THROW(raster.read({0}, {0, 0, 4, 1, 4, 1}), Error);
}

}  // namespace
}  // namespace warmstart
