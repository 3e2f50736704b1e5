// Samples of a run on the map: attention over their tiles, their outlines, and the way from a point
// of the embedding to its tile and back.
#include <gtest/gtest.h>

#include <QComboBox>
#include <cmath>
#include <fstream>

#include "tests/gui/capture_files.h"
#include "tests/gui/map_desk.h"
#include "views/embedding/embedding_plot.h"
#include "views/embedding/embedding_view.h"
#include "views/inspect/inspect_panel.h"
#include "views/look/colour_map.h"
#include "views/look/theme.h"
#include "views/map/run_strip.h"

namespace warmstart {
namespace {

constexpr int kTile = 40, kGridEdge = 4, kPatches = kGridEdge * kGridEdge;
/// Left and top of the tiles; the last one lies in a scene of its own.
constexpr std::array<std::array<int, 2>, 5> kCorners{
    {{10, 10}, {60, 10}, {240, 20}, {230, 140}, {100, 100}}};
constexpr int kElsewhere = 4;
constexpr double kEast = 30 * 400;  ///< metres from one scene to the other

class MapSamplesTest : public MapDeskTest {
 protected:
  void SetUp() override {
    MapDeskTest::SetUp();
    const Values values = plane([](auto column, auto) { return column; });
    writeRaster(file("first.tif"), {"value"}, {values});
    satellite::Place east = utm();
    east.transform[0] += kEast;
    writeRaster(file("second.tif"), {"value"}, {values}, east);
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream(root_ / "runs/one/events.jsonl")
        << R"({"event":"start","time":1,"total_steps":100})"
        << "\n";
  }
  /// `samples` of the tiles from the first on.
  static std::vector<double> places(std::size_t samples) {
    std::vector<double> all;
    for (std::size_t i = 0; i < samples; ++i) {
      const auto [left, top] = kCorners[i];
      const double west = utm().transform[0] + (i == kElsewhere ? kEast : 0);
      for (const double number :
           {west + 30 * left, 30.0, 0.0, utm().transform[3] - 30.0 * top, 0.0, -30.0})
        all.push_back(number);
    }
    return all;
  }
  Json info(const char* kind, std::size_t samples) const {
    Json info{{"kind", kind}, {"step", 100}, {"stage", "train"}};
    for (std::size_t i = 0; i < samples; ++i) {
      const char* name = i == kElsewhere ? "second" : "first";
      info["samples"].push_back(std::string(name) + " @" + std::to_string(kCorners[i][0]));
      info["origins"].push_back({{"scene", name},
                                 {"file", (root_ / (std::string(name) + ".tif")).string()},
                                 {"crs", utm().crs},
                                 {"crs_name", "EPSG:32612"},
                                 {"geographic", false},
                                 {"metres", 1}});
    }
    return info;
  }
  void record(const char* inspector, const Json& info, std::vector<Array> arrays) {
    const std::vector<double> all = places(info["samples"].size());
    arrays.push_back(arrayOf("geotransform", Dtype::kFloat64,
                             {static_cast<std::int64_t>(info["samples"].size()), 6}, all));
    const std::string name = std::string("captures/100/") + inspector + ".safetensors";
    writeCapture(root_ / "runs/one" / name, info, arrays);
    std::ofstream(root_ / "runs/one/events.jsonl", std::ios::app)
        << Json{{"event", "capture"},     {"time", 2},
                {"stage", "train"},       {"global_step", 100},
                {"kind", info["kind"]},   {"placed", true},
                {"inspector", inspector}, {"file", name}}
               .dump()
        << "\n";
  }
  /// Five points in a row, one a sample.
  void recordEmbedding() {
    Json info = this->info("embedding", kCorners.size());
    info["tile"] = {kTile, kTile};
    const std::vector<float> features{-4, 1, -2, -1, 0, 1, 2, -1, 4, 1};
    record("embedding", info, {arrayOf("features", Dtype::kFloat32, {5, 2}, features)});
  }
  /// Where layer and head look in the tile of the sample: one patch, and a little at all others.
  static int lookedAt(int sample, int layer, int head) { return sample + 5 * layer + 3 * head; }
  void recordAttention(bool class_token) {
    constexpr int kSamples = 2, kHeads = 2;
    const int before = class_token ? 1 : 0, tokens = kPatches + before;
    std::vector<std::vector<float>> layers(2);
    for (int layer = 0; layer < 2; ++layer) {
      for (int sample = 0; sample < kSamples; ++sample) {
        for (int head = 0; head < kHeads; ++head) {
          for (int query = 0; query < tokens; ++query) {
            // Where there is a class token the patches look elsewhere.
            const bool counts = !class_token || query == 0;
            const int patch = lookedAt(sample, layer, head) + (counts ? 0 : 1);
            for (int key = 0; key < tokens; ++key)
              layers[static_cast<std::size_t>(layer)].push_back(key == before + patch ? 0.7F
                                                                                      : 0.02F);
          }
        }
      }
    }
    const std::vector<float> image(2 * kTile * kTile, 0.5F);
    Json info = this->info("attention", kSamples);
    info["patch_grid"] = {kGridEdge, kGridEdge};
    record("attention", info,
           {arrayOf("layer.0", Dtype::kFloat32, {2, kHeads, tokens, tokens}, layers[0]),
            arrayOf("layer.1", Dtype::kFloat32, {2, kHeads, tokens, tokens}, layers[1]),
            arrayOf("image", Dtype::kFloat32, {2, 1, kTile, kTile}, image)});
  }
  RunStrip& strip() { return *panel_.strip(); }
  void showRun() {
    selection_.setRun(QStringLiteral("one"));
    settle();
    strip().setShown(true);
    settle();
    ASSERT_NE(canvas().scene(), nullptr) << panel_.problem().toStdString();
  }
  QStringList names() {
    QStringList all;
    for (const MapLayer& layer : canvas().scene()->layers) all += layer.name;
    return all;
  }
  /// Of the layer at the middle of that patch.
  float heatOf(int sample, int patch) {
    const auto at = names().indexOf(QStringLiteral("Attention"));
    if (at < 0) return -1;
    const MapLayer& layer = canvas().scene()->layers[static_cast<std::size_t>(at)];
    const QPointF place = layer.to_ground.inverted().map(middleOf(sample, patch));
    return layer.raster->read({0}, {std::floor(place.x()), std::floor(place.y()), 1, 1, 1, 1})[0];
  }
  static QPointF middleOf(int sample, int patch) {
    const auto [left, top] = kCorners[static_cast<std::size_t>(sample)];
    constexpr double kEdge = kTile / kGridEdge;
    return {left + (patch % kGridEdge + 0.5) * kEdge, top + (patch / kGridEdge + 0.5) * kEdge};
  }
  void chooseHeat(QComboBox* box, int value) {
    const int at = box->findData(value);
    ASSERT_GE(at, 0);
    box->setCurrentIndex(at);
    emit box->activated(at);
    settle();
  }
  /// Accent pixels on the outline of the tile that is marked, at its left edge.
  bool standsOut(int sample) {
    const QImage seen = canvas().grab().toImage();
    const auto [left, top] = kCorners[static_cast<std::size_t>(sample)];
    const QPoint edge = canvas().placeOf({double(left), top + kTile / 2.0}).toPoint();
    for (int x = -2; x <= 2; ++x) {
      if (seen.rect().contains(edge + QPoint(x, 0)) &&
          seen.pixelColor(edge + QPoint(x, 0)) == look::accent())
        return true;
    }
    return false;
  }
  bool isOutlined(int sample) {
    const QImage seen = canvas().grab().toImage();
    const auto [left, top] = kCorners[static_cast<std::size_t>(sample)];
    const QPoint edge = canvas().placeOf({double(left), top + kTile / 2.0}).toPoint();
    bool black = false, white = false;
    for (int x = -3; x <= 3; ++x) {
      const QColor colour = seen.pixelColor(edge + QPoint(x, 0));
      black = black || colour == QColor(Qt::black);
      white = white || colour == QColor(Qt::white);
    }
    return black && white;
  }
  QPoint screenOf(int sample) {
    const auto [left, top] = kCorners[static_cast<std::size_t>(sample)];
    return canvas().placeOf({left + kTile / 2.0, top + kTile / 2.0}).toPoint();
  }
};

TEST_F(MapSamplesTest, LaysWhatTheClassTokenLooksAtOverTheTiles) {
  recordAttention(true);
  showRun();
  EXPECT_EQ(names(), (QStringList{"first.tif", "Attention"}));
  ASSERT_TRUE(strip().layers()->isVisible());
  ASSERT_TRUE(strip().heads()->isVisible());
  for (const auto [layer, head] : {std::array{0, 0}, {1, 0}, {0, 1}, {1, 1}}) {
    chooseHeat(strip().layers(), layer);
    chooseHeat(strip().heads(), head);
    for (int sample = 0; sample < 2; ++sample) {
      for (int patch = 0; patch < kPatches; ++patch)
        EXPECT_EQ(heatOf(sample, patch), patch == lookedAt(sample, layer, head) ? 1 : 0)
            << layer << head << sample << patch;
    }
  }
  // The mean is as hot at each of the four places.
  chooseHeat(strip().layers(), AttentionChoice::kMean);
  chooseHeat(strip().heads(), AttentionChoice::kMean);
  for (int patch = 0; patch < kPatches; ++patch)
    EXPECT_NEAR(heatOf(0, patch), patch == 0 || patch == 3 || patch == 5 || patch == 8 ? 1 : 0,
                1e-5)
        << patch;
  LayerLook look = canvas().look(1);
  look.opacity = 1;
  canvas().setLook(1, look);
  canvas().zoomAt(canvas().placeOf({40, 30}), 6 / canvas().scale());
  settle();
  const auto& viridis = look::colours(look::Map::kViridis);
  const auto seenAt = [&](int patch) {
    const QPointF middle = middleOf(0, patch);
    return colourAt(middle.x(), middle.y()).rgb();
  };
  EXPECT_EQ(seenAt(5), viridis[255]);
  EXPECT_EQ(seenAt(6), viridis[0]);
  photographBoth(panel_, QStringLiteral("map-attention"));
}

TEST_F(MapSamplesTest, WithoutAClassTokenAllPatchesLook) {
  recordAttention(false);
  showRun();
  chooseHeat(strip().layers(), 1);
  chooseHeat(strip().heads(), 0);
  for (int patch = 0; patch < kPatches; ++patch)
    EXPECT_EQ(heatOf(1, patch), patch == lookedAt(1, 1, 0) ? 1 : 0) << patch;
}

TEST_F(MapSamplesTest, LaysWhatGatesLetPassOverTheTiles) {
  std::vector<float> fine(2 * kPatches, 0.25F), coarse{0.5F, 0.4F, 0.4F, 0.4F, 0, 0, 0, 1};
  fine[6] = 0.75F, fine[kPatches + 9] = 0.5F;
  const std::vector<float> image(2 * kTile * kTile, 0.5F);
  record("gates", info("gates", 2),
         {arrayOf("places.0", Dtype::kFloat32, {2, kGridEdge, kGridEdge}, fine),
          arrayOf("places.1", Dtype::kFloat32, {2, 2, 2}, coarse),
          arrayOf("image", Dtype::kFloat32, {2, 1, kTile, kTile}, image)});
  showRun();
  EXPECT_EQ(names(), (QStringList{"first.tif", "Attention"}));
  EXPECT_FALSE(strip().heads()->isVisible());
  chooseHeat(strip().layers(), 0);
  EXPECT_EQ(heatOf(0, 6), 1);
  EXPECT_EQ(heatOf(0, 5), 0);
  EXPECT_EQ(heatOf(1, 9), 1);
  chooseHeat(strip().layers(), 1);
  EXPECT_EQ(heatOf(0, 5), 1);  // the upper left quarter
  EXPECT_EQ(heatOf(0, 6), 0);
  EXPECT_EQ(heatOf(1, 15), 1);
  chooseHeat(strip().layers(), AttentionChoice::kMean);
  EXPECT_EQ(heatOf(0, 6), 1);
  EXPECT_NEAR(heatOf(0, 5), 0.1 / 0.5, 1e-5);
}

/// Both ways, with the real panels.
TEST_F(MapSamplesTest, APointLeadsToItsTileAndATileToItsPoint) {
  recordEmbedding();
  InspectPanel inspect(desk_);
  inspect.resize(1000, 600);
  inspect.show();
  showRun();
  ASSERT_TRUE(QTest::qWaitFor([&] { return inspect.settled(); }, 20000));
  auto* view = dynamic_cast<EmbeddingView*>(inspect.view());
  ASSERT_NE(view, nullptr);
  EXPECT_EQ(names(), QStringList{"first.tif"});
  for (int sample = 1; sample < kElsewhere; ++sample) EXPECT_TRUE(isOutlined(sample)) << sample;
  EXPECT_TRUE(standsOut(0)) << "the sample that is chosen from the start";
  photographBoth(panel_, QStringLiteral("map-outlines"));
  canvas().zoomAt(canvas().placeOf({30, 30}), 10 / canvas().scale());
  settle();
  ASSERT_FALSE(canvas().rect().contains(screenOf(3)));
  view->choose(3);
  settle();
  EXPECT_EQ(selection_.sample(), 3);
  EXPECT_TRUE(canvas().rect().contains(screenOf(3)));
  EXPECT_TRUE(standsOut(3));
  EXPECT_NEAR(canvas().scale(), 10, 1e-9);
  // Back: a click, which does not move the map.
  canvas().showAll();
  settle();
  QTest::mouseClick(&canvas(), Qt::LeftButton, {}, screenOf(1));
  EXPECT_EQ(selection_.sample(), 1);
  settle();
  ASSERT_TRUE(QTest::qWaitFor([&] { return inspect.settled(); }, 20000));
  QTest::qWait(50);
  EXPECT_TRUE(standsOut(1));
  EXPECT_FALSE(standsOut(3));
  EXPECT_EQ(view->readOut(), QStringLiteral("first @60")) << "with its neighbours in the table";
  EmbeddingPlot* plot = view->plot();
  const QImage drawn = plot->grab().toImage();
  const auto ringed = [&](int point) {
    for (int x = 5; x <= 8; ++x) {
      if (drawn.pixelColor(plot->placeOf(point).toPoint() + QPoint(x, 0)) == look::accent())
        return true;
    }
    return false;
  };
  EXPECT_TRUE(ringed(1));
  EXPECT_FALSE(ringed(3));
  photograph(inspect, "embedding-from-map.png");
}

TEST_F(MapSamplesTest, APointOfAnotherSceneOpensThatScene) {
  recordEmbedding();
  showRun();
  selection_.setSample(kElsewhere);
  settle();
  EXPECT_EQ(names(), QStringList{"second.tif"});
  EXPECT_TRUE(standsOut(kElsewhere));
}

/// On a ground of the user's own that holds both scenes the map just goes there.
TEST_F(MapSamplesTest, PiecesOfOneLandLieOnItTogether) {
  writeRaster(file("land.tif"), {"value"}, {plane([](auto column, auto) { return column; }, 800)},
              utm(), false, 800);
  recordEmbedding();
  showRun();
  open(file("land.tif"));
  EXPECT_EQ(canvas().outlines().size(), 5u);
  canvas().zoomAt(canvas().placeOf({30, 30}), 10 / canvas().scale());
  selection_.setSample(kElsewhere);
  settle();
  EXPECT_EQ(names(), QStringList{"land.tif"});
  const QPointF middle = canvas().outlines()[4].ground.boundingRect().center();
  EXPECT_EQ(middle, QPointF(400 + 120, 120));
  EXPECT_TRUE(canvas().rect().contains(canvas().placeOf(middle).toPoint()));
}

TEST_F(MapSamplesTest, ASampleThatAnotherInspectorDidNotRecordIsFoundInTheEmbedding) {
  recordAttention(true);
  recordEmbedding();
  showRun();
  strip().inspectors()->setCurrentText(QStringLiteral("attention"));
  emit strip().inspectors()->activated(strip().inspectors()->currentIndex());
  settle();
  ASSERT_EQ(canvas().outlines().size(), 2u);
  selection_.setSample(3);
  settle();
  EXPECT_EQ(strip().inspectors()->currentText(), QStringLiteral("embedding"));
  EXPECT_EQ(canvas().outlines().size(), 5u);
  EXPECT_TRUE(standsOut(3));
}

TEST_F(MapSamplesTest, ADragChoosesNoTile) {
  recordEmbedding();
  showRun();
  QTest::mousePress(&canvas(), Qt::LeftButton, {}, screenOf(2));
  QTest::mouseMove(&canvas(), screenOf(2) + QPoint(30, 0));
  QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, screenOf(2) + QPoint(30, 0));
  EXPECT_EQ(selection_.sample(), 0);
}

TEST_F(MapSamplesTest, OutlinesLieOnNothingWhereTheSceneIsNotHere) {
  std::filesystem::remove(file("first.tif"));
  recordEmbedding();
  showRun();
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("scene first is not here")))
      << panel_.problem().toStdString();
  ASSERT_EQ(canvas().outlines().size(), 5u);
  selection_.setSample(2);
  settle();
  EXPECT_TRUE(canvas().rect().contains(
      canvas().placeOf(canvas().outlines()[2].ground.boundingRect().center()).toPoint()));
}

/// A sample that is chosen while Inspect is hidden is shown when it is not any more.
TEST_F(MapSamplesTest, InspectFollowsWhenItIsShownAgain) {
  recordEmbedding();
  InspectPanel inspect(desk_);
  inspect.resize(1000, 600);
  inspect.show();
  showRun();
  ASSERT_TRUE(QTest::qWaitFor([&] { return inspect.settled(); }, 20000));
  inspect.hide();
  selection_.setSample(2);
  inspect.show();
  int sample = -1;
  for (const QComboBox* box : inspect.findChildren<QComboBox*>()) {
    if (box->accessibleName() == QStringLiteral("Sample")) sample = box->currentIndex();
  }
  EXPECT_EQ(sample, 2);
}

}  // namespace
}  // namespace warmstart
