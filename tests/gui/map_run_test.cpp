// A run's captured tiles on the map: each pixel on its own place of the scene, along the steps of
// training, compared with another step, and where the scene's file is not at hand.
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QListWidget>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTest>
#include <fstream>
#include <set>

#include "tests/gui/capture_files.h"
#include "tests/gui/map_files.h"
#include "tests/gui/test_desk.h"
#include "views/inspect/segmentation_view.h"
#include "views/look/theme.h"
#include "views/map/layer_controls.h"
#include "views/map/layer_legend.h"
#include "views/map/map_board.h"
#include "views/map/map_panel.h"
#include "views/map/run_strip.h"
#include "views/setup/preview_view.h"

namespace warmstart {
namespace {

constexpr int kTile = 40;
/// Left and top of the tiles in the scene. They touch in a corner.
constexpr std::array<std::array<int, 2>, 2> kPlaces{{{50, 30}, {90, 70}}};

/// What the model says at a step of that pixel of the scene: no two neighbours alike.
int predicted(int step, int column, int row) { return (column + 2 * row + step / 100) % 3; }
/// What step 100 says in every fifth column, and step 200 in the others.
int reference(int column, int row) { return (column + 2 * row + (column % 5 == 0 ? 1 : 2)) % 3; }

class MapRunTest : public DeskTest {
 protected:
  void SetUp() override {
    writeRaster(scene(), {"B2 blue", "B3 green", "B4 red"},
                {plane([](auto, auto row) { return row; }), plane([](auto, auto) { return 500; }),
                 plane([](auto column, auto) { return column; })});
    makeRun();
    panel_.resize(1000, 700);
    panel_.show();
    selection_.setRun(QStringLiteral("one"));
    settle();
  }
  Path scene() const { return root_ / "scene.tif"; }

  void makeRun() {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream log(root_ / "runs/one/events.jsonl");
    log << R"({"event":"start","time":1,"total_steps":200})"
        << "\n"
        << R"({"event":"stage","time":1,"stage":"train","index":0,"steps":200,"global_step":0})"
        << "\n";
    for (const int step : {100, 200}) {
      writeCapture(root_ / "runs/one/captures" / std::to_string(step) / "segmentation.safetensors",
                   step);
      log << Json{{"event", "capture"},
                  {"time", 2},
                  {"stage", "train"},
                  {"global_step", step},
                  {"inspector", "segmentation"},
                  {"kind", "segmentation"},
                  {"placed", true},
                  {"file", "captures/" + std::to_string(step) + "/segmentation.safetensors"}}
                 .dump()
          << "\n";
    }
  }

  /// The second tile is stored mirrored: where its pixels lie is told by its geotransform alone.
  void writeCapture(const Path& file, int step) const {
    std::vector<float> image, confidence;
    std::vector<std::uint8_t> prediction, label;
    std::vector<double> places;
    for (std::size_t tile = 0; tile < kPlaces.size(); ++tile) {
      const auto [left, top] = kPlaces[tile];
      const bool mirrored = tile == 1;
      for (int row = 0; row < kTile; ++row) {
        for (int column = 0; column < kTile; ++column) {
          const int x = left + (mirrored ? kTile - 1 - column : column), y = top + row;
          image.push_back(static_cast<float>(x));
          confidence.push_back(static_cast<float>(x) / 200);
          prediction.push_back(static_cast<std::uint8_t>(predicted(step, x, y)));
          label.push_back(static_cast<std::uint8_t>(x == left ? 255 : reference(x, y)));
        }
      }
      const double west = utm().transform[0] + 30 * (mirrored ? left + kTile : left);
      for (const double number :
           {west, mirrored ? -30.0 : 30.0, 0.0, utm().transform[3] - 30 * top, 0.0, -30.0})
        places.push_back(number);
    }
    const Json origin{{"scene", "scene"},         {"file", scene().string()}, {"crs", utm().crs},
                      {"crs_name", "EPSG:32612"}, {"geographic", false},      {"metres", 1}};
    const Json info{{"kind", "segmentation"},
                    {"step", step},
                    {"stage", "train"},
                    {"samples", {"scene @50,30", "scene @90,70"}},
                    {"class_names", {"water", "forest", "field"}},
                    {"class_values", {4, 5, 6}},
                    {"origins", {origin, origin}}};
    warmstart::writeCapture(file, info,
                            {arrayOf("image", Dtype::kFloat32, {2, 1, kTile, kTile}, image),
                             arrayOf("prediction", Dtype::kUint8, {2, kTile, kTile}, prediction),
                             arrayOf("label", Dtype::kUint8, {2, kTile, kTile}, label),
                             arrayOf("confidence", Dtype::kFloat32, {2, kTile, kTile}, confidence),
                             arrayOf("geotransform", Dtype::kFloat64, {2, 6}, places)});
  }

  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return panel_.settled(); }, 20000));
    QTest::qWait(60);
    ASSERT_TRUE(QTest::qWaitFor([this] { return panel_.settled(); }, 20000));
  }
  void showRun() {
    panel_.strip()->setShown(true);
    settle();
  }
  MapCanvas& canvas() { return *panel_.board()->canvas(); }
  QStringList names() {
    QStringList all;
    for (const MapLayer& layer : canvas().scene()->layers) all += layer.name;
    return all;
  }
  const MapLayer& layer(const char* name) {
    return canvas().scene()->layers.at(
        static_cast<std::size_t>(names().indexOf(QLatin1String(name))));
  }
  /// What the layer holds at the middle of that pixel of the scene; -1 = no data.
  float valueAt(const char* name, int column, int row) {
    const MapLayer& of = layer(name);
    const QPointF at = of.to_ground.inverted().map(QPointF(column + 0.5, row + 0.5));
    if (!of.bounds().contains(at)) return -1;
    const auto read =
        of.raster->read({0}, {std::floor(at.x()), std::floor(at.y()), 1, 1, 1, 1, true});
    return std::isnan(read.front()) ? -1 : read.front();
  }
  void setShown(const char* name, bool shown, double opacity = 1) {
    const auto at = static_cast<int>(names().indexOf(QLatin1String(name)));
    LayerLook look = canvas().look(at);
    look.shown = shown, look.opacity = opacity;
    canvas().setLook(at, look);
  }
  QColor colourAt(double column, double row) {
    return canvas().grab().toImage().pixelColor(canvas().placeOf({column, row}).toPoint());
  }
  MapPanel panel_{desk_};
};

TEST_F(MapRunTest, IsOfferedForARunWhoseCapturesSayWhereTheyLie) {
  EXPECT_TRUE(panel_.strip()->isVisible());
  EXPECT_EQ(canvas().scene(), nullptr);
  photographBoth(panel_, QStringLiteral("map-run-offered"));
  std::filesystem::create_directories(root_ / "runs/two");
  std::ofstream(root_ / "runs/two/events.jsonl") << R"({"event":"start","time":1,"total_steps":9})"
                                                 << "\n";
  selection_.setRun(QStringLiteral("two"));
  settle();
  EXPECT_FALSE(panel_.strip()->isVisible());
}

TEST_F(MapRunTest, LaysEveryPixelOnItsPlaceOfTheScene) {
  showRun();
  EXPECT_EQ(panel_.problem(), QString());
  EXPECT_EQ(names(), (QStringList{"scene.tif", "Reference", "Confidence", "Prediction", "Wrong"}));
  for (const auto [left, top] : kPlaces) {
    for (int row = top; row < top + kTile; ++row) {
      for (int column = left; column < left + kTile; ++column) {
        ASSERT_EQ(valueAt("Prediction", column, row), 4 + predicted(200, column, row))
            << column << "," << row;
        ASSERT_EQ(valueAt("Reference", column, row),
                  column == left ? -1 : 4 + reference(column, row));
      }
    }
  }
  for (const auto [column, row] : {std::array{49, 30}, {50, 29}, {130, 100}, {90, 69}, {60, 80}})
    EXPECT_EQ(valueAt("Prediction", column, row), -1) << column << "," << row;
}

/// The pixels of the screen, at 16 of them for one of the scene.
TEST_F(MapRunTest, DrawsEveryPixelOnItsPlaceOfTheScene) {
  showRun();
  setShown("Prediction", true);
  canvas().zoomAt(canvas().placeOf({90, 70}), 16 / canvas().scale());
  settle();
  const QImage seen = canvas().grab().toImage();
  int looked_at = 0;
  for (int row = 62; row < 78; ++row) {
    for (int column = 78; column < 102; ++column) {
      const QPoint at = canvas().placeOf({column + 0.5, row + 0.5}).toPoint();
      if (!seen.rect().contains(at)) continue;
      const bool first = column < 90 && row < 70, second = column >= 90 && row >= 70;
      const QRgb wanted = look::label(4 + predicted(200, column, row)).rgb();
      if (first || second) {
        ASSERT_EQ(seen.pixelColor(at).rgb(), wanted) << column << "," << row;
        ++looked_at;
      } else {
        ASSERT_NE(seen.pixelColor(at).rgb(), wanted) << column << "," << row;
      }
    }
  }
  EXPECT_GT(looked_at, 150);
}

/// By the number that stands for it in the masks, whoever shows it.
TEST_F(MapRunTest, AClassHasOneColourOnTheMapInItsFilesAndInInspect) {
  writeRaster(root_ / "truth.tif", {"class"},
              {plane([](int column, int row) { return 4 + reference(column, row); })}, utm(), true);
  SegmentationView inspect;
  const CapturePtr capture =
      Capture::open(root_ / "runs/one/captures/200/segmentation.safetensors");
  inspect.resize(700, 500);
  inspect.show();
  inspect.setCapture(capture, 0, capture->classes());
  ASSERT_TRUE(QTest::qWaitFor([&] { return inspect.settled(); }, 20000));
  inspect.scene().setOpacity(1);
  const QImage shown = inspect.scene().picture(Plane::kAxial);
  showRun();
  panel_.add({QString::fromStdString((root_ / "truth.tif").string())});
  settle();
  setShown("Prediction", true);
  setShown("truth.tif", false);
  canvas().zoomAt(canvas().placeOf({70, 50}), 16 / canvas().scale());
  settle();
  const auto [left, top] = kPlaces[0];
  std::set<QRgb> seen;
  for (int column = 62; column < 78; ++column) {
    const QRgb wanted = look::label(4 + predicted(200, column, 50)).rgb();
    EXPECT_EQ(colourAt(column + 0.5, 50.5).rgb(), wanted) << column;
    EXPECT_EQ(shown.pixel(column - left, 50 - top), wanted) << column;
    seen.insert(wanted);
  }
  EXPECT_EQ(seen.size(), 3u) << "the first class too is no background here";
  setShown("truth.tif", true);
  settle();
  for (int column = 62; column < 78; ++column)
    EXPECT_EQ(colourAt(column + 0.5, 50.5).rgb(), look::label(4 + reference(column, 50)).rgb());
  // What the mask leaves out has no colour and no place in the legend.
  inspect.scene().setOverlay(OverlayKind::kReference);
  const QRgb none = inspect.scene().picture(Plane::kAxial).pixel(0, 50 - top);
  EXPECT_TRUE(qRed(none) == qGreen(none) && qGreen(none) == qBlue(none))
      << QColor(none).name().toStdString();
  QStringList inspected, mapped;
  std::map<QString, QRgb> colours;
  const auto middle = [](const QIcon& icon) {
    return icon.pixmap(16, 16).toImage().pixelColor(8, 8).rgb();
  };
  for (const QCheckBox* box : inspect.findChild<LabelLegend*>()->findChildren<QCheckBox*>()) {
    inspected += box->text();
    colours[box->text()] = middle(box->icon());
  }
  panel_.board()->setCurrentLayer(static_cast<int>(names().indexOf(QStringLiteral("Prediction"))));
  settle();
  const QTableWidget& table = *panel_.board()->controls()->legend()->table();
  for (int row = 0; row < table.rowCount(); ++row) {
    mapped += table.item(row, 0)->text();
    EXPECT_EQ(middle(table.item(row, 0)->icon()), colours[mapped.back()]) << row;
  }
  EXPECT_EQ(inspected, (QStringList{"water", "forest", "field"}));
  EXPECT_EQ(mapped, inspected);
  EXPECT_EQ(colours["water"], look::label(4).rgb());
  photographBoth(inspect, QStringLiteral("inspect-classes"));
}

TEST_F(MapRunTest, APreviewOfTheDataHasTheSameColours) {
  const Path file = root_ / "preview.safetensors";
  warmstart::writeCapture(
      file, {{"class_names", {"water", "forest", "field"}}, {"class_values", {4, 5, 6}}},
      {arrayOf("before.label.0", Dtype::kUint8, {2, 5},
               std::vector<std::uint8_t>{0, 1, 2, 255, 3, 0, 0, 0, 0, 0})});
  const std::vector<PreviewItem> pictures = readPreview(TensorFile::open(file, true), 0, 0);
  ASSERT_EQ(pictures.size(), 1u);
  const QImage& image = pictures.front().image;
  EXPECT_EQ(image.pixel(0, 0), look::label(4).rgb());
  EXPECT_EQ(image.pixel(1, 0), look::label(5).rgb());
  EXPECT_EQ(image.pixel(2, 0), look::label(6).rgb());
  EXPECT_EQ(image.pixel(3, 0), QColor(Qt::black).rgb());
  EXPECT_EQ(image.pixel(4, 0), QColor(Qt::black).rgb());
}

/// The same kind of colour for a number however large, in the picture and in the legend.
TEST(MapPicture, NumbersBeyondTheTableRepeatAsTheLegendSays) {
  std::vector<QRgb> colours;
  for (int label = 0; label <= look::kLabelColours; ++label)
    colours.push_back(look::label(label).rgba());
  MapTile tile;
  tile.columns = 5, tile.rows = 1;
  tile.values = {0, 36, 37, 300, 70000};
  MapLayer layer;
  layer.kind = MapLayer::Kind::kClasses;
  const QImage picture = pictureOf(tile, layer, {.hidden = {0}}, colours, 0);
  EXPECT_EQ(qAlpha(picture.pixel(0, 0)), 0);
  for (int column = 1; column < 5; ++column) {
    const int label = static_cast<int>(tile.values[static_cast<std::size_t>(column)]);
    EXPECT_EQ(picture.pixel(column, 0), look::label(label).rgba()) << label;
  }
}

TEST_F(MapRunTest, FollowsTheStepsOfTrainingAndKeepsTheLooks) {
  showRun();
  setShown("Prediction", true, 0.9);
  setShown("Confidence", true, 0.5);
  selection_.setStep(100);
  settle();
  EXPECT_EQ(valueAt("Prediction", 60, 40), 4 + predicted(100, 60, 40));
  const auto confidence = static_cast<int>(names().indexOf(QStringLiteral("Confidence")));
  EXPECT_TRUE(canvas().look(confidence).shown);
  EXPECT_EQ(canvas().look(confidence).opacity, 0.5);
  EXPECT_EQ(canvas().look(confidence).low[0], 0);
  EXPECT_EQ(canvas().look(confidence).high[0], 1);
  EXPECT_NEAR(valueAt("Confidence", 60, 40), 60 / 200.0, 1e-6);
  EXPECT_EQ(panel_.strip()->timeline()->current(), 0);
}

TEST_F(MapRunTest, SwipesBetweenTwoSteps) {
  showRun();
  selection_.setStep(100);
  settle();
  panel_.strip()->setPinned(true);
  selection_.setStep(200);
  settle();
  ASSERT_TRUE(names().contains(QStringLiteral("Prediction at step 100")))
      << names().join(',').toStdString();
  EXPECT_EQ(valueAt("Prediction at step 100", 60, 40), 4 + predicted(100, 60, 40));
  EXPECT_EQ(valueAt("Prediction", 60, 40), 4 + predicted(200, 60, 40));
  setShown("Prediction", true);
  setShown("Prediction at step 100", true);
  canvas().zoomAt(canvas().placeOf({70, 50}), 16 / canvas().scale());
  panel_.board()->setSwiping(true);
  settle();
  const double line = canvas().groundAt({canvas().width() / 2.0, 0}).x();
  const int left = static_cast<int>(line) - 3, right = static_cast<int>(line) + 3;
  EXPECT_EQ(colourAt(left + 0.5, 50.5).rgb(), look::label(4 + predicted(100, left, 50)).rgb());
  EXPECT_EQ(colourAt(right + 0.5, 50.5).rgb(), look::label(4 + predicted(200, right, 50)).rgb());
  photographBoth(panel_, QStringLiteral("map-run-swipe"));
  panel_.strip()->setPinned(false);
  settle();
  EXPECT_FALSE(names().contains(QStringLiteral("Changed")));
}

TEST_F(MapRunTest, ShowsWhereItIsWrongAndWhatChanged) {
  showRun();
  panel_.strip()->setPinned(true);  // step 200
  selection_.setStep(100);
  settle();
  ASSERT_TRUE(names().contains(QStringLiteral("Changed")));
  setShown("Wrong", true);
  setShown("Changed", false);
  canvas().zoomAt(canvas().placeOf({70, 50}), 16 / canvas().scale());
  settle();
  int wrong = 0;
  for (int column = 60; column < 80; ++column) {
    const bool differs = predicted(100, column, 50) != reference(column, 50);
    wrong += differs;
    EXPECT_EQ(colourAt(column + 0.5, 50.5).rgb() == look::bad().rgb(), differs) << column;
  }
  EXPECT_EQ(wrong, 16);
  photographBoth(panel_, QStringLiteral("map-run-wrong"));
}

TEST_F(MapRunTest, KeepsTheUsersOwnGroundAndLayers) {
  writeRaster(root_ / "larger.tif", {"class"}, {plane([](auto, auto) { return 1; }, 500, 400)},
              satellite::Place{utm().crs,
                               {utm().transform[0] - 300, 30, 0, utm().transform[3] + 600, 0, -30}},
              true, 500, 400);
  panel_.open(QString::fromStdString((root_ / "larger.tif").string()));
  settle();
  showRun();
  EXPECT_EQ(names().front(), QStringLiteral("larger.tif"));
  EXPECT_EQ(valueAt("Prediction", 50 + 10, 30 + 20), 4 + predicted(200, 50, 30));  // ten, twenty on
  panel_.strip()->setShown(false);
  settle();
  EXPECT_EQ(names(), QStringList{"larger.tif"});
}

TEST_F(MapRunTest, ARasterElsewhereTakesThePlaceOfTheRun) {
  showRun();
  satellite::Place far = utm();
  far.transform[0] += 30 * 5000;
  writeRaster(root_ / "far.tif", {"class"}, {plane([](auto, auto) { return 1; })}, far, true);
  panel_.open(QString::fromStdString((root_ / "far.tif").string()));
  settle();
  EXPECT_EQ(names(), QStringList{"far.tif"});
  showRun();
  EXPECT_EQ(names().front(), QStringLiteral("scene.tif"));
}

TEST_F(MapRunTest, ShowsTheTilesAloneWhereTheSceneIsNotHere) {
  std::filesystem::remove(scene());
  showRun();
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("scene scene is not here")))
      << panel_.problem().toStdString();
  const MapLayer& ground = canvas().scene()->layers.front();
  EXPECT_EQ(ground.raster->facts().width, 80);
  EXPECT_EQ(ground.raster->facts().height, 80);
  EXPECT_EQ(valueAt("Prediction", 10, 5), 4 + predicted(200, 60, 35));
  EXPECT_EQ(ground.raster->read({0}, {10, 5, 1, 1, 1, 1, true}).front(), 60);
}

TEST_F(MapRunTest, ADamagedCaptureIsToldInPlace) {
  const Path file = root_ / "runs/one/captures/200/segmentation.safetensors";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  showRun();
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("segmentation.safetensors")))
      << panel_.problem().toStdString();
}

TEST_F(MapRunTest, FitsASmallWindow) {
  showRun();
  panel_.resize(800, 560);
  settle();
  photographBoth(panel_, QStringLiteral("map-run"));
  EXPECT_LE(panel_.minimumSizeHint().width(), 800);
}

}  // namespace
}  // namespace warmstart
