// Statistics of layers become a table, histograms on a common axis, and a heat map.
#include <gtest/gtest.h>
#include <qcustomplot.h>

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

#include "app/gui/main_window.h"
#include "views/desk/selection.h"
#include "views/live/layers_view.h"
#include "views/live/live_panel.h"
#include "views/look/colour_map.h"

namespace warmstart::live {
namespace {

Json event(std::int64_t step, double norm, double low, double high, std::vector<double> counts) {
  Json layer{{"name", "encoder.weight"},
             {"gradient_norm", norm},
             {"gradient_zero_share", 0.25},
             {"weight_norm", 2.0},
             {"update_ratio", 1e-3},
             {"gradient", {{"low", low}, {"high", high}, {"counts", counts}}},
             {"weight", {{"low", -1}, {"high", 1}, {"counts", {1, 1}}}}};
  return {{"event", "statistics"},
          {"time", 1},
          {"stage", "a"},
          {"global_step", step},
          {"layers", {layer}}};
}

TEST(LayerTable, HoldsOneColumnAnEventAndFollowsARunThatGoesBack) {
  LayerTable table;
  std::vector<Json> events{event(50, 0.5, 0, 1, {4}), event(100, 0.25, 0, 1, {4})};
  EXPECT_TRUE(table.update(events));
  EXPECT_EQ(table.steps(), (std::vector<std::int64_t>{50, 100}));
  EXPECT_EQ(table.layers(), std::vector<std::string>{"encoder.weight"});
  EXPECT_EQ(table.value(LayerQuantity::kGradientNorm, 0, 1), 0.25);
  EXPECT_EQ(table.value(LayerQuantity::kZeroShare, 0, 0), 0.25);
  events.pop_back();
  EXPECT_FALSE(table.update(events));
  EXPECT_EQ(table.steps(), std::vector<std::int64_t>{50});
}

TEST(LayerTable, AMissingNumberIsNotANumber) {
  LayerTable table;
  Json broken = event(50, 1, 0, 1, {4});
  broken["layers"][0]["gradient_norm"] = nullptr;
  broken["layers"].push_back("nonsense");
  table.update({broken, {{"event", "statistics"}}});
  EXPECT_TRUE(std::isnan(table.value(LayerQuantity::kGradientNorm, 0, 0)));
}

TEST(LayerTable, HistogramsAreSpreadOverTheCommonAxis) {
  LayerTable table;
  // 0 to 2 with counts 3 and 1; then 0 to 4 with all in its second half.
  table.update({event(1, 1, 0, 2, {3, 1}), event(2, 1, 0, 4, {0, 8})});
  const HistogramMap map = table.histogram(0, LayerTensor::kGradient, 4);
  EXPECT_EQ(map.low, 0);
  EXPECT_EQ(map.high, 4);
  ASSERT_EQ(map.share.size(), 2U);
  EXPECT_EQ(map.share[0], (std::vector<double>{0.75, 0.25, 0, 0}));
  EXPECT_EQ(map.share[1], (std::vector<double>{0, 0, 0.5, 0.5}));
}

TEST(LayersView, TheHeatMapHasTheColourOfItsValueAndReadsItExactly) {
  const QTemporaryDir folder;
  const Path root = folder.path().toStdString();
  std::filesystem::create_directories(root / "runs/one");
  std::ofstream log(root / "runs/one/events.jsonl");
  log << event(50, 0.001, 0, 1, {4}).dump() << "\n" << event(100, 1000, 0, 1, {4}).dump() << "\n";
  log.close();
  MainWindow window(root);
  window.resize(1280, 800);
  window.show();
  window.showPanel(QStringLiteral("live"));
  auto* panel = qobject_cast<LivePanel*>(window.panel(QStringLiteral("live")));
  panel->showTourStop(QStringLiteral("layers"));
  window.desk().selection.setRun(QStringLiteral("one"));
  LayersView& view = panel->layers();
  ASSERT_TRUE(QTest::qWaitFor([&] { return view.table().steps().size() == 2; }, 5000));
  QTest::qWait(100);
  QCustomPlot* plot = view.heatMap();
  const QImage picture = plot->grab().toImage();
  const auto place = [&](double column) {
    return QPoint(static_cast<int>(plot->xAxis->coordToPixel(column)),
                  static_cast<int>(plot->yAxis->coordToPixel(0)));
  };
  const QColor least(look::colours(look::Map::kViridis).front()),
      most(look::colours(look::Map::kViridis).back());
  const auto distance = [](const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) +
           std::abs(a.blue() - b.blue());
  };
  EXPECT_LT(distance(picture.pixelColor(place(0)), least), 24);
  EXPECT_LT(distance(picture.pixelColor(place(1)), most), 24);
  // Not QTest::mouseMove: a display server without a pointer sends no moves.
  QMouseEvent move(QEvent::MouseMove, place(1), plot->mapToGlobal(place(1)), Qt::NoButton,
                   Qt::NoButton, Qt::NoModifier);
  QCoreApplication::sendEvent(plot, &move);
  EXPECT_EQ(view.readOut().toStdString(), "encoder.weight, step 100: 1,000");
}

}  // namespace
}  // namespace warmstart::live
