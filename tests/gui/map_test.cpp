// The Map panel as users drive it: pixels, exact values and coordinates under the pointer, layers
// of classes with their areas, differences, the swipe line, and files that are no rasters.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>
#include <cmath>
#include <fstream>

#include "tests/gui/capture_files.h"
#include "tests/gui/map_desk.h"
#include "views/look/theme.h"
#include "views/map/layer_controls.h"
#include "views/map/layer_legend.h"

namespace warmstart {
namespace {

constexpr const char* kDegrees =
    "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM["
    "\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"4326\"]]";

class MapPanelTest : public MapDeskTest {
 protected:
  /// Red in the left half, green in the right, blue growing downwards.
  Path scene() const {
    writeRaster(file("scene.tif"), {"B2 blue", "B3 green", "B4 red"},
                {plane([](auto, auto row) { return row; }),
                 plane([](auto column, auto) { return column < 150 ? 0 : 1000; }),
                 plane([](auto column, auto) { return column < 150 ? 1000 : 0; })});
    return file("scene.tif");
  }
  /// Water in the upper half, forest below; with `other` the first 30 columns are field.
  Path classes(const char* name, bool other = false) const {
    writeRaster(file(name), {"class"}, {plane([other](auto column, auto row) {
                  return other && column < 30 ? 2 : row < 100 ? 0 : 1;
                })},
                utm(), true);
    return file(name);
  }
  void press(const char* text) {
    for (QPushButton* button : panel_.findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String(text)) button->click();
    }
    settle();
  }
  QComboBox* boxCalled(const char* name) {
    for (QComboBox* box : panel_.findChildren<QComboBox*>()) {
      if (box->accessibleName() == QLatin1String(name)) return box;
    }
    return nullptr;
  }
  void choose(QComboBox* box, int index) {
    box->setCurrentIndex(index);
    emit box->activated(index);
    settle();
  }
};

TEST_F(MapPanelTest, SaysWhatToDoWhileItIsEmpty) {
  EXPECT_TRUE(panel_.settled());
  EXPECT_TRUE(panel_.accepts(QStringLiteral("/a/scene.TIF")));
  EXPECT_FALSE(panel_.accepts(QStringLiteral("/a/scene.wav")));
  ASSERT_NE(actions_.find(QStringLiteral("map.open")), nullptr);
  photographBoth(panel_, QStringLiteral("map-empty"));
}

TEST_F(MapPanelTest, ShowsBandsCalledRedGreenAndBlueAsThese) {
  open(scene());
  EXPECT_EQ(panel_.problem(), QString());
  EXPECT_EQ(canvas().look(0).bands, (std::vector<int>{2, 1, 0}));
  const QColor left = colourAt(75, 20), right = colourAt(225, 20), below = colourAt(75, 190);
  EXPECT_GT(left.red(), 240);
  EXPECT_LT(left.green(), 15);
  EXPECT_GT(right.green(), 240);
  EXPECT_LT(right.red(), 15);
  EXPECT_GT(below.blue(), left.blue() + 150);
  photographBoth(panel_, QStringLiteral("map-scene"));
}

/// Latitude and longitude are gdaltransform's of the middle of that pixel.
TEST_F(MapPanelTest, TellsExactValuesAndCoordinatesUnderThePointer) {
  open(scene());
  canvas().zoomAt(canvas().placeOf({0.5, 0.5}), 1000);  // as far as it goes
  EXPECT_EQ(canvas().scale(), 64);
  settle();
  const QString text = readAt(0.5, 0.5);
  EXPECT_TRUE(text.contains(QStringLiteral("column 0, row 0"))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("EPSG:32612"))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("37.39913\u00b0 N, 112.97693\u00b0 W")))
      << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("scene.tif: 0  0  1,000"))) << text.toStdString();
}

TEST_F(MapPanelTest, PixelsKeepTheirEdgesWhenZoomedIn) {
  open(scene());
  canvas().zoomAt(canvas().placeOf({150, 100}), 1000);
  settle();
  EXPECT_GT(colourAt(149.9, 100).red(), 240);
  EXPECT_LT(colourAt(150.1, 100).red(), 15);
}

TEST_F(MapPanelTest, NoSeamIsSeenBetweenTilesAtAnyScale) {
  open(scene());  // 300 columns: the second tile begins at column 256
  for (int step = 0; step < 12; ++step) {
    canvas().zoomAt(canvas().placeOf({256, 100}), step == 0 ? 1 : 1.07);
    settle();
    const QImage picture = canvas().grab().toImage();
    const QPoint from = canvas().placeOf({240, 100}).toPoint();
    const QPoint to = canvas().placeOf({272, 100}).toPoint();
    int darkest = 255;
    for (int x = from.x(); x <= to.x(); ++x) {
      const QColor colour = picture.pixelColor(x, from.y());
      darkest = std::min(darkest, colour.green() - colour.red());
    }
    EXPECT_GT(darkest, 225) << "at " << canvas().scale() << " pixels a column";
  }
}

TEST_F(MapPanelTest, CountsTheAreasOfClassesAndHidesOne) {
  open(scene());
  add(classes("labels.tif"));
  QTableWidget& table = *board().controls()->legend()->table();
  ASSERT_EQ(table.rowCount(), 3);
  EXPECT_EQ(table.item(0, 0)->text(), QStringLiteral("water"));
  EXPECT_EQ(table.item(1, 1)->text(), QStringLiteral("27.00 km\u00b2"));  // 30,000 pixels of 900 m2
  EXPECT_EQ(table.item(1, 2)->text(), QStringLiteral("50.0 %"));
  EXPECT_EQ(table.item(2, 2)->text(), QStringLiteral("0.0 %"));
  EXPECT_TRUE(board().controls()->legend()->csv().contains("1,\"forest\",30000,27000000.000"));
  EXPECT_TRUE(readAt(10, 150).contains(QStringLiteral("labels.tif: forest")));
  photographBoth(panel_, QStringLiteral("map-classes"));
  const QColor over = colourAt(75, 150);
  table.item(1, 0)->setCheckState(Qt::Unchecked);
  settle();
  EXPECT_NE(colourAt(75, 150), over);
  EXPECT_GT(colourAt(75, 150).red(), 240);  // the scene below
}

TEST_F(MapPanelTest, OpacityAndVisibilityOfALayer) {
  open(scene());
  add(classes("labels.tif"));
  const QColor strong = colourAt(75, 150);
  for (QSlider* slider : panel_.findChildren<QSlider*>()) {
    if (slider->accessibleName().startsWith(QStringLiteral("Opacity"))) slider->setValue(0);
  }
  EXPECT_NE(colourAt(75, 150), strong);
  EXPECT_GT(colourAt(75, 150).red(), 240);
  auto* list = panel_.findChild<QListWidget*>();
  ASSERT_EQ(list->count(), 2);
  list->item(1)->setCheckState(Qt::Unchecked);  // the scene
  EXPECT_EQ(colourAt(75, 150), panel_.palette().color(QPalette::Base));
}

TEST_F(MapPanelTest, TheSwipeLineUncoversWhatLiesBelow) {
  open(scene());
  add(classes("labels.tif"));
  LayerLook look = canvas().look(1);
  look.opacity = 1;
  canvas().setLook(1, look);
  board().setSwiping(true);
  settle();
  EXPECT_GT(colourAt(75, 150).red(), 240);                    // left of the line: the scene
  EXPECT_EQ(colourAt(225, 150).rgb(), look::label(1).rgb());  // right of it: the classes
  photographBoth(panel_, QStringLiteral("map-swipe"));
  const int middle = canvas().width() / 2, high = canvas().height() / 2;
  QTest::mousePress(&canvas(), Qt::LeftButton, {}, {middle, high});
  QTest::mouseMove(&canvas(), {canvas().width() - 10, high});
  QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, {canvas().width() - 10, high});
  EXPECT_NEAR(*canvas().swipe(), (canvas().width() - 10.0) / canvas().width(), 1e-9);
  EXPECT_NE(colourAt(225, 150).rgb(), look::label(1).rgb());
}

TEST_F(MapPanelTest, ShowsWhereTwoLayersOfClassesDiffer) {
  open(classes("prediction.tif", true));
  add(classes("reference.tif"));
  EXPECT_EQ(board().subtract(1), QString());
  settle();
  ASSERT_EQ(canvas().scene()->layers.size(), 3u);
  EXPECT_EQ(colourAt(10, 50).rgb(), look::bad().rgb());
  EXPECT_NE(colourAt(100, 50).rgb(), look::bad().rgb());
  EXPECT_TRUE(readAt(10, 50).contains(QStringLiteral("water against field")))
      << board().readOut().toStdString();
  photographBoth(panel_, QStringLiteral("map-difference"));
  board().removeLayer(2);
  EXPECT_EQ(canvas().scene()->layers.size(), 2u);
}

TEST_F(MapPanelTest, RefusesToSubtractWhatDoesNotLieOnTheSamePixels) {
  open(scene());
  add(classes("labels.tif"));
  QSignalSpy failed(&board(), &MapBoard::failed);
  EXPECT_EQ(board().subtract(1), QStringLiteral("one holds classes, the other does not"));
  EXPECT_EQ(board().subtract(0), QStringLiteral("there is no layer below it"));
  satellite::Place moved = utm();
  moved.transform[0] += 300;
  writeRaster(file("moved.tif"), {"class"}, {plane([](auto, auto) { return 1; })}, moved, true);
  add(file("moved.tif"));
  EXPECT_EQ(board().subtract(2), QStringLiteral("they lie at different places"));
  EXPECT_NE(colourAt(9, 150), colourAt(11, 150));  // drawn ten pixels to the right
}

TEST_F(MapPanelTest, StretchesToWhatIsSeen) {
  open(scene());
  canvas().zoomAt(canvas().placeOf({75, 10}), 12);
  settle();
  press("Stretch to &view");
  EXPECT_LT(canvas().look(0).high[2], 60);  // blue: rows near the top only
  press("Stretch to &all");
  EXPECT_GT(canvas().look(0).high[2], 180);
}

TEST_F(MapPanelTest, StretchesASceneThatIsAnIslandInNoData) {
  constexpr std::int64_t kEdge = 2000;  // the nine first looks see its corners, edges and middle
  const auto island = [](auto column, auto row) {
    const bool data = column >= 300 && column < 700 && row >= 300 && row < 700;
    return data ? static_cast<double>(1000 + column) : std::nan("");
  };
  writeRaster(file("island.tif"), {"value"}, {plane(island, kEdge, kEdge)}, utm(), false, kEdge,
              kEdge);
  open(file("island.tif"));
  press("Stretch to &all");
  EXPECT_NEAR(canvas().look(0).low[0], 1300, 100);
  EXPECT_NEAR(canvas().look(0).high[0], 1700, 100);
  EXPECT_GT(colourAt(690, 500).lightness(), colourAt(310, 500).lightness() + 150);
  writeRaster(file("empty.tif"), {"value"}, {plane([](auto, auto) { return std::nan(""); })});
  open(file("empty.tif"));
  press("Stretch to &all");
  press("Stretch to &view");
  EXPECT_LT(canvas().look(0).low[0], canvas().look(0).high[0]);
}

TEST_F(MapPanelTest, WhatTheValuesAreCanBeCorrected) {
  open(classes("counts.tif"));
  QComboBox* kind = boxCalled("What the values of the layer are");
  ASSERT_NE(kind, nullptr);
  EXPECT_TRUE(kind->isVisibleTo(&panel_));
  EXPECT_EQ(kind->currentText(), QStringLiteral("Classes"));
  choose(kind, kind->findText(QStringLiteral("Amounts")));
  EXPECT_EQ(canvas().scene()->layers[0].kind, MapLayer::Kind::kBands);
  EXPECT_FALSE(board().controls()->legend()->isVisibleTo(&panel_));
  EXPECT_GT(colourAt(75, 150).lightness(), colourAt(75, 50).lightness() + 150) << "grey";
  photographBoth(panel_, QStringLiteral("map-amounts"));
  writeRaster(file("float.tif"), {"value"},
              {plane([](auto, auto row) { return row < 100 ? 3 : 7; })});
  open(file("float.tif"));
  EXPECT_EQ(kind->currentText(), QStringLiteral("Amounts"));
  choose(kind, kind->findText(QStringLiteral("Classes")));
  LayerLook look = canvas().look(0);
  look.opacity = 1;
  canvas().setLook(0, look);
  settle();
  EXPECT_EQ(colourAt(75, 50).rgb(), look::label(3).rgb());
  EXPECT_EQ(colourAt(75, 150).rgb(), look::label(7).rgb());
  EXPECT_EQ(board().controls()->legend()->table()->rowCount(), 2);
  open(scene());
  EXPECT_FALSE(kind->isVisibleTo(&panel_)) << "three bands are no classes";
}

TEST_F(MapPanelTest, AmountsThatAreCalledClassesAreListedInPart) {
  writeRaster(file("heights.tif"), {"height"},
              {plane([](auto column, auto row) { return 3 * column + row; })});
  open(file("heights.tif"));
  board().setKind(0, MapLayer::Kind::kClasses);
  settle();
  EXPECT_EQ(board().controls()->legend()->table()->rowCount(), 256);
  bool told = false;
  for (const QLabel* label : panel_.findChildren<QLabel*>())
    told = told || label->text().contains(QStringLiteral("the first 256 of 1097 classes"));
  EXPECT_TRUE(told);
}

TEST_F(MapPanelTest, ClassZeroIsBackgroundUntilItIsChecked) {
  open(classes("labels.tif"));
  LayerLook look = canvas().look(0);
  look.opacity = 1;
  canvas().setLook(0, look);
  board().setCurrentLayer(0);
  settle();
  QTableWidget& table = *board().controls()->legend()->table();
  EXPECT_EQ(table.item(0, 0)->checkState(), Qt::Unchecked);
  EXPECT_EQ(colourAt(75, 50), panel_.palette().color(QPalette::Base));
  table.item(0, 0)->setCheckState(Qt::Checked);
  settle();
  EXPECT_EQ(colourAt(75, 50).rgb(), kZeroColour);
  EXPECT_EQ(colourAt(75, 150).rgb(), look::label(1).rgb());
  photographBoth(panel_, QStringLiteral("map-class-zero"));
}

TEST_F(MapPanelTest, PicturesAreRastersToo) {
  QImage picture(60, 40, QImage::Format_RGB32);
  picture.fill(QColor(200, 30, 30));
  for (const char* name : {"picture.png", "picture.jpg", "picture.JPEG"}) {
    const QString path = QString::fromStdString(file(name).string());
    ASSERT_TRUE(picture.save(path));
    EXPECT_TRUE(panel_.accepts(path)) << name;
    open(file(name));
    EXPECT_TRUE(panel_.problem().contains(QStringLiteral("does not say where it lies")))
        << panel_.problem().toStdString();
    ASSERT_NE(canvas().scene(), nullptr);
    EXPECT_EQ(canvas().scene()->layers[0].name, QLatin1String(name));
    EXPECT_NEAR(canvas().scene()->layers[0].raster->read({0}, {30, 20, 1, 1, 1, 1})[0], 200, 2);
  }
}

TEST_F(MapPanelTest, OneBandWithAColourMap) {
  open(scene());
  choose(boxCalled("How bands become colours"), 1);
  ASSERT_EQ(canvas().look(0).bands.size(), 1u);
  const QColor low = colourAt(225, 50), high = colourAt(75, 50);
  EXPECT_GT(high.lightness(), low.lightness() + 100);
  EXPECT_EQ(high.red(), high.blue());  // grey
  photographBoth(panel_, QStringLiteral("map-band"));
}

TEST_F(MapPanelTest, AreasInDegreesShrinkTowardsThePole) {
  const satellite::Place north{kDegrees, {10, 0.001, 0, 60.1, 0, -0.001}};
  writeRaster(file("north.tif"), {"class"}, {plane([](auto, auto) { return 1; })}, north, true);
  open(file("north.tif"));
  // 0.3 x 0.2 degrees at 60 N by the area between two parallels (Snyder 1987, equation 3-12 and the
  // authalic sphere): 373.008 km2.
  const QString area = board().controls()->legend()->table()->item(1, 1)->text();
  EXPECT_NEAR(area.left(area.indexOf(QLatin1Char(' '))).toDouble(), 373.008, 0.02)
      << area.toStdString();
  EXPECT_TRUE(readAt(0.5, 0.5).contains(QStringLiteral("60.09")));
}

TEST_F(MapPanelTest, AFileWithoutGeoreferenceWorksAndSaysSo) {
  writeRaster(file("plain.tif"), {"a", "b", "c"},
              {plane([](auto c, auto) { return c; }), plane([](auto, auto r) { return r; }),
               plane([](auto, auto) { return 1; })},
              std::nullopt);
  open(file("plain.tif"));
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("does not say where it lies")));
  EXPECT_TRUE(readAt(3.5, 4.5).contains(QStringLiteral("without georeference")));
}

TEST_F(MapPanelTest, ALayerElsewhereOrOfAnotherKindIsRefusedInPlace) {
  open(scene());
  writeRaster(file("degrees.tif"), {"class"}, {plane([](auto, auto) { return 1; })},
              satellite::Place{kDegrees, {-113, 0.001, 0, 37.5, 0, -0.001}}, true);
  add(file("degrees.tif"));
  EXPECT_TRUE(
      panel_.problem().contains(QStringLiteral("it lies in EPSG:4326, the map in EPSG:32612")))
      << panel_.problem().toStdString();
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("gdalwarp")));
  writeRaster(file("small.tif"), {"class"}, {plane([](auto, auto) { return 1; }, 10, 10)},
              std::nullopt, true, 10, 10);
  add(file("small.tif"));
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("another size than the map")));
  EXPECT_EQ(canvas().scene()->layers.size(), 1u);
}

TEST_F(MapPanelTest, FilesThatAreNoRastersAreToldInPlaceAndTheMapStays) {
  open(scene());
  std::ofstream(file("text.tif")) << "this is no raster";
  open(file("text.tif"));
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("text.tif")))
      << panel_.problem().toStdString();
  const auto size = std::filesystem::file_size(file("scene.tif"));
  std::filesystem::copy_file(file("scene.tif"), file("cut.tif"));
  std::filesystem::resize_file(file("cut.tif"), size / 2);
  open(file("cut.tif"));
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("cut.tif")))
      << panel_.problem().toStdString();
  open(file("missing.tif"));
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("missing.tif")));
  EXPECT_EQ(canvas().scene()->layers.size(), 1u);
  EXPECT_GT(colourAt(75, 20).red(), 240);
}

TEST_F(MapPanelTest, ARealSceneWithItsLabels) {
  const Path scenes = Path(WARMSTART_SOURCE_DIR).parent_path() / "shared/data/satellite/scenes";
  if (!std::filesystem::exists(scenes)) GTEST_SKIP() << "the shared data are not here";
  open(scenes / "sen1floods11_spain_s2_13band.tif");
  ASSERT_EQ(panel_.problem(), QString());
  LayerLook look = canvas().look(0);
  look.bands = {3, 2, 1};  // Sentinel-2's red, green and blue
  stretch(look, *layerOf(canvas().scene(), 0), canvas().scene()->layers[0].spreads);
  canvas().setLook(0, look);
  add(scenes / "sen1floods11_spain_water_label.tif");
  ASSERT_EQ(panel_.problem(), QString());
  QTableWidget& table = *board().controls()->legend()->table();
  ASSERT_EQ(table.rowCount(),
            2);  // gdalinfo -hist: 192,010 pixels of land, 70,035 of water, 99 without
  EXPECT_EQ(table.item(0, 2)->text(), QStringLiteral("73.3 %"));
  EXPECT_EQ(table.item(1, 2)->text(), QStringLiteral("26.7 %"));
  EXPECT_TRUE(board().controls()->legend()->csv().contains(",70035,"));
  readAt(250, 250);
  photographBoth(panel_, QStringLiteral("map-real"));
}

TEST_F(MapPanelTest, KeysAndWheelMoveTheMap) {
  open(scene());
  const double scale = canvas().scale();
  QTest::keyClick(&canvas(), Qt::Key_Plus);
  EXPECT_NEAR(canvas().scale(), scale * 1.5, 1e-9);
  const QPointF before = canvas().groundAt({10, 10});
  QTest::keyClick(&canvas(), Qt::Key_Right);
  EXPECT_GT(canvas().groundAt({10, 10}).x(), before.x());
  QTest::keyClick(&canvas(), Qt::Key_Home);
  EXPECT_NEAR(canvas().scale(), scale, 1e-9);
}

}  // namespace
}  // namespace warmstart
