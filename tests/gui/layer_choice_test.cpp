// Layers of a model are chosen by key, by name and by mouse, and several at once are drawn as
// lines.
#include <QLineEdit>
#include <QListView>
#include <cmath>

#include "tests/gui/queue_desk.h"
#include "views/desk/selection.h"
#include "views/live/layer_lines.h"
#include "views/live/layer_list.h"
#include "views/live/layers_view.h"
#include "views/live/line_pen.h"

namespace warmstart::live {
namespace {

std::string layerName(int layer) {
  return (layer < 6 ? "encoder.block" : "decoder.block") + std::to_string(layer) + ".weight";
}

/// Twelve layers; the gradient norm of layer i at step s is (i + 1) * s / 100.
Json statistics(std::int64_t step) {
  Json layers = Json::array();
  for (int layer = 0; layer < 12; ++layer) {
    layers.push_back({{"name", layerName(layer)},
                      {"gradient_norm", (layer + 1) * static_cast<double>(step) / 100},
                      {"update_ratio", 1e-3},
                      {"gradient", {{"low", -1}, {"high", 1}, {"counts", {1, 2, 1}}}},
                      {"weight", {{"low", -1}, {"high", 1}, {"counts", {1, 1}}}}});
  }
  return {{"event", "statistics"},
          {"time", 1},
          {"stage", "a"},
          {"global_step", step},
          {"layers", layers}};
}

TEST(LayerNormLines, ChosenLayersStandInColourBeforeTheOthersAndAreNamed) {
  LayerTable table;
  table.update({statistics(50), statistics(100), statistics(150)});
  LayerLines lines;
  lines.resize(600, 320);
  lines.showNorms(table, {1, 4});
  ASSERT_EQ(lines.graphCount(), 12);
  EXPECT_EQ(lines.yAxis->scaleType(), QCPAxis::stLogarithmic);
  EXPECT_EQ(lines.graph(10)->name().toStdString(), layerName(1));
  EXPECT_EQ(lines.graph(11)->name().toStdString(), layerName(4));
  EXPECT_NEAR(lines.graph(11)->data()->at(2)->value, 5 * 1.5, 1e-12);
  EXPECT_EQ(lines.graph(11)->pen().color(), look::category(1));
  EXPECT_EQ(lines.legend->itemCount(), 2);
  // From 0.5 to 18: whole powers of ten around them.
  EXPECT_NEAR(lines.yAxis->range().lower, 0.1, 1e-9);
  EXPECT_NEAR(lines.yAxis->range().upper, 100, 1e-6);
  lines.showNorms(table, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(lines.legend->elementCount(), LayerLines::kMostNamed + 1) << "and 2 more";
  EXPECT_EQ(lines.graph(11)->pen().style(), Qt::DashLine) << "its colour is that of the second";
  EXPECT_EQ(lines.graph(11)->pen().color(), lines.graph(3)->pen().color());
}

TEST(LayerNormLines, ALayerWithoutAGradientHasNoLineAndNoneIsNoFault) {
  LayerTable table;
  Json event = statistics(50);
  for (Json& layer : event["layers"]) layer["gradient_norm"] = 0.0;
  table.update({event});
  LayerLines lines;
  lines.showNorms(table, {0});
  EXPECT_EQ(lines.graph(11)->dataCount(), 0);
  EXPECT_LT(lines.yAxis->range().lower, lines.yAxis->range().upper);
}

class LayerChoiceTest : public QueueDeskTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream log(root_ / "runs/one/events.jsonl");
    for (int step = 50; step <= 400; step += 50) log << statistics(step).dump() << "\n";
    log.close();
    selection_.setRun(QStringLiteral("one"));
    show(view_, {1000, 640});
    ASSERT_TRUE(waitFor([&] { return view_.table().steps().size() == 8; }));
    view_.activateWindow();
    QTest::qWait(60);
  }
  QListView* names() { return view_.list()->findChild<QListView*>(); }
  QLineEdit* search() { return view_.list()->findChild<QLineEdit*>(); }
  int inSight() {
    int rows = 0;
    for (int row = 0; row < names()->model()->rowCount(); ++row) rows += !names()->isRowHidden(row);
    return rows;
  }
  LayersView view_{desk_};
};

TEST_F(LayerChoiceTest, ArrowKeysChooseALayerInTheMapAndInTheList) {
  EXPECT_EQ(view_.chosenLayer(), 0);
  QTest::keyClick(view_.heatMap(), Qt::Key_Down);
  QTest::keyClick(view_.heatMap(), Qt::Key_Down);
  EXPECT_EQ(view_.chosenLayer(), 2);
  EXPECT_TRUE(view_.heatMap()->accessibleDescription().contains(QStringLiteral("block2")));
  QTest::keyClick(view_.heatMap(), Qt::Key_End);
  EXPECT_EQ(view_.chosenLayer(), 11);
  QTest::keyClick(names(), Qt::Key_Up);
  EXPECT_EQ(view_.chosenLayer(), 10);
  EXPECT_NE(view_.heatMap()->focusPolicy(), Qt::NoFocus);
}

TEST_F(LayerChoiceTest, AFieldFindsLayersByPartOfTheirNames) {
  QTest::keyClicks(search(), QStringLiteral("DECODER"));
  EXPECT_EQ(inSight(), 6);
  QTest::keyClick(search(), Qt::Key_Return);
  EXPECT_EQ(view_.chosenLayer(), 6);
  QTest::keyClick(search(), Qt::Key_Down);
  EXPECT_EQ(view_.chosenLayer(), 7);
  QTest::keyClick(names(), Qt::Key_A, Qt::ControlModifier);
  EXPECT_EQ(view_.list()->chosen(), (std::vector<int>{6, 7, 8, 9, 10, 11}))
      << "only what was found";
  search()->setText(QStringLiteral("attention"));
  EXPECT_EQ(inSight(), 0);
  EXPECT_EQ(view_.list()->chosen().size(), 6U) << "what is chosen stays while one searches";
  shot(view_, QStringLiteral("layers-nothing-found"));
  search()->clear();
  EXPECT_EQ(inSight(), 12);
}

TEST_F(LayerChoiceTest, SeveralLayersAreChosenInTheMapAndDrawnAsLinesOfTheirNorms) {
  view_.setLower(LayersView::Lower::kNorms);
  const auto press = [&](int layer, Qt::KeyboardModifiers keys) {
    const QPoint at(view_.heatMap()->axisRect()->center().x(),
                    qRound(view_.heatMap()->yAxis->coordToPixel(layer)));
    QTest::mouseClick(view_.heatMap(), Qt::LeftButton, keys, at);
  };
  press(3, {});
  press(8, Qt::ControlModifier);
  EXPECT_EQ(view_.list()->chosen(), (std::vector<int>{3, 8}));
  ASSERT_TRUE(view_.lines()->isVisible());
  EXPECT_EQ(view_.lines()->graph(11)->name().toStdString(), layerName(8));
  shot(view_, QStringLiteral("layers-norms"));
  press(8, Qt::ControlModifier);
  EXPECT_EQ(view_.list()->chosen(), std::vector<int>{3});
  press(3, Qt::ControlModifier);
  EXPECT_EQ(view_.list()->chosen(), std::vector<int>{3}) << "one stays";
}

TEST_F(LayerChoiceTest, TheChoiceStaysByNameWhenTheRunChanges) {
  view_.chooseLayer(7);
  std::filesystem::create_directories(root_ / "runs/two");
  std::ofstream(root_ / "runs/two/events.jsonl") << statistics(50).dump() << "\n";
  selection_.setRun(QStringLiteral("two"));
  ASSERT_TRUE(waitFor([&] { return view_.table().steps().size() == 1; }));
  EXPECT_EQ(view_.chosenLayer(), 7);
}

TEST_F(LayerChoiceTest, AHiddenPageOpensNoLog) {
  view_.hide();
  selection_.setRun(QStringLiteral("two"));
  selection_.setRun(QStringLiteral("one"));
  QTest::qWait(300);
  EXPECT_TRUE(view_.table().steps().empty());
  view_.show();
  EXPECT_TRUE(waitFor([&] { return view_.table().steps().size() == 8; }));
}

}  // namespace
}  // namespace warmstart::live
