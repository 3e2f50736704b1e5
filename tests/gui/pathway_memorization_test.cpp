// The Pathway view's steps of memorization in the list, the ribbons and the course, and the
// distances between groups.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <cmath>

#include "tests/gui/pathway_desk.h"
#include "views/look/theme.h"
#include "views/pathway/course_plot.h"
#include "views/pathway/group_colours.h"
#include "views/pathway/heat_map.h"
#include "views/pathway/sample_model.h"

namespace warmstart {
namespace {

TEST_F(PathwayViewTest, EverySampleTellsItsStepOfMemorizationAndIsSortedByIt) {
  makeRun();
  show();
  QTableView* table = view()->table();
  const auto text = [&](int row, int column) {
    return table->model()->index(row, column).data().toString();
  };
  EXPECT_EQ(text(0, SampleModel::kMemorized), QStringLiteral("100"));
  EXPECT_EQ(text(4, SampleModel::kMemorized), QStringLiteral("300"));
  EXPECT_EQ(text(5, SampleModel::kMemorized), QStringLiteral("never")) << "0.5 is above eps";
  table->sortByColumn(SampleModel::kMemorized, Qt::DescendingOrder);
  EXPECT_EQ(text(0, SampleModel::kSample), QStringLiteral("8 + 1 = 9"));
  EXPECT_EQ(text(1, SampleModel::kSample), QStringLiteral("3 + 6 = 9"));
  EXPECT_EQ(text(5, SampleModel::kSample), QStringLiteral("1 + 3 = 4"));
  EXPECT_TRUE(view()->memorized().startsWith(
      QStringLiteral("5 of 6 samples memorized, at a loss up to 0.45 nats")))
      << qPrintable(view()->memorized());
}

TEST_F(PathwayViewTest, AShareOfTheSamplesSetsEps) {
  makeRun();
  show();
  view()->share()->setValue(50);
  ASSERT_TRUE(waitSettled());
  EXPECT_TRUE(view()->memorized().startsWith(
      QStringLiteral("3 of 6 samples memorized, at a loss up to 0.2 nats")))
      << qPrintable(view()->memorized());
  const auto* rows = view()->table()->model();
  EXPECT_EQ(rows->index(2, SampleModel::kMemorized).data().toString(), QStringLiteral("200"));
  EXPECT_EQ(rows->index(3, SampleModel::kMemorized).data().toString(), QStringLiteral("never"));
}

TEST_F(PathwayViewTest, MemorizedSamplesAndTheDistanceOfTheirPairsAreCurves) {
  more_ = {{"eps", 0.6}};
  makeRun();
  show();
  const QCPGraph* share = view()->course()->curve(QStringLiteral("Memorized samples"));
  ASSERT_NE(share, nullptr);
  EXPECT_EQ(share->dataCount(), 5);
  EXPECT_DOUBLE_EQ(share->data()->at(0)->value, 2.0 / 6);
  EXPECT_DOUBLE_EQ(share->data()->at(1)->value, 5.0 / 6);
  EXPECT_DOUBLE_EQ(share->data()->at(2)->value, 1);
  // Four pairs at step 200, six from 300 on: 1|1|1 to 1|1|0 twice, the others are alike.
  const QCPGraph* distance = view()->course()->curve(QStringLiteral("Memorized pairs"));
  ASSERT_NE(distance, nullptr);
  ASSERT_EQ(distance->dataCount(), 3);
  EXPECT_EQ(distance->data()->at(0)->key, 300);
  EXPECT_NEAR(distance->data()->at(0)->value, 2 * 0.2 / 6, 1e-12);
  EXPECT_FALSE(view()->memorized().contains(QStringLiteral("undefined")));
}

TEST_F(PathwayViewTest, TooFewMemorizedPairsAreToldInWords) {
  makeRun();
  show();
  EXPECT_EQ(view()->course()->curve(QStringLiteral("Memorized pairs")), nullptr);
  EXPECT_TRUE(view()->memorized().contains(
      QStringLiteral("Distance of memorized pairs undefined: fewer than 5")))
      << qPrintable(view()->memorized());
}

TEST_F(PathwayViewTest, RibbonsTakeTheColoursOfTheStepsOfMemorization) {
  makeRun();
  show();
  view()->choose(-1, -1);
  const auto mixed = [&](const QColor& own) {
    const QColor ground = view()->map()->palette().color(QPalette::Window);
    const double share = 150.0 / 255;  // ribbons are translucent
    const auto mix = [&](int a, int b) {
      return static_cast<int>(std::lround(a * share + b * (1 - share)));
    };
    return QColor(mix(own.red(), ground.red()), mix(own.green(), ground.green()),
                  mix(own.blue(), ground.blue()));
  };
  const auto near = [](const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) < 12 && std::abs(a.green() - b.green()) < 12 &&
           std::abs(a.blue() - b.blue()) < 12;
  };
  EXPECT_TRUE(near(ribbonAt(0, 1, 0.15), ribbonAt(0, 1, 0.8))) << "one group";
  view()->colours()->setCurrentIndex(1);
  emit view()->colours()->activated(1);
  view()->map()->grab();
  ASSERT_TRUE(waitSettled());
  // Sample 0 takes a third of the node, 1 and 2 the rest.
  const std::vector<std::int64_t> steps{100, 200, 300};
  EXPECT_TRUE(near(ribbonAt(0, 1, 0.15), mixed(memorizedColour(steps, 100))))
      << ribbonAt(0, 1, 0.15).name().toStdString();
  EXPECT_TRUE(near(ribbonAt(0, 1, 0.8), mixed(memorizedColour(steps, 200))))
      << ribbonAt(0, 1, 0.8).name().toStdString();
  const QVariant seen =
      view()->table()->model()->index(4, SampleModel::kMemorized).data(Qt::DecorationRole);
  EXPECT_EQ(seen.value<QColor>(), memorizedColour(steps, 300));
}

TEST_F(PathwayViewTest, GroupsAreComparedInCellsWithTheirNumbers) {
  makeRun();
  show();
  HeatMap* groups = view()->groups();
  view()->tabs()->setCurrentWidget(groups);
  EXPECT_EQ(groups->range(), (std::pair<float, float>{0, 0.6F}));
  const QImage drawn = groups->grab().toImage();
  const auto& colours = look::colours(look::Map::kViridis);
  const auto corner = [&](int row, int column) {
    return drawn.pixelColor(groups->rectOf({row, column}).topLeft().toPoint() + QPoint(4, 4)).rgb();
  };
  EXPECT_EQ(corner(0, 1), colours[255]) << "4 and 9";
  EXPECT_EQ(corner(1, 1), colours[0]) << "9 is all alike";
  const QRect cell = groups->rectOf({0, 1}).toRect().adjusted(3, 3, -3, -3);
  int written = 0;
  for (int y = cell.top(); y < cell.bottom(); ++y) {
    for (int x = cell.left(); x < cell.right(); ++x)
      written += drawn.pixelColor(x, y).rgb() != colours[255] ? 1 : 0;
  }
  EXPECT_GT(written, 10) << "0.60 stands in it";
  const QStringList lines = QString::fromUtf8(view()->csv()).split(QLatin1Char('\n'));
  EXPECT_EQ(lines[0], QStringLiteral("group,4,9"));
  const QStringList first = lines[1].split(QLatin1Char(','));
  ASSERT_EQ(first.size(), 3);
  EXPECT_EQ(first[0], QStringLiteral("4"));
  EXPECT_NEAR(first[1].toDouble(), 0.4 / 3, 1e-6);
  EXPECT_NEAR(first[2].toDouble(), 0.6, 1e-6);
}

TEST_F(PathwayViewTest, NoLineCrossesTheWordsOfTheStates) {
  makeRun();  // "memorized" from 100 to 300, the dashed line at 200
  for (const int width : {640, 1280}) {
    show(width);
    view()->course()->grab();
    int words = 0, lines = 0;
    double lowest = 0, highest = 1e9;
    for (int i = 0; i < view()->course()->itemCount(); ++i) {
      QCPAbstractItem* item = view()->course()->item(i);
      if (const auto* text = qobject_cast<QCPItemText*>(item)) {
        lowest = std::max(lowest, text->bottom->pixelPosition().y());
        ++words;
      } else if (const auto* line = qobject_cast<QCPItemLine*>(item)) {
        highest = std::min(highest, line->end->pixelPosition().y());
        ++lines;
      }
    }
    EXPECT_EQ(words, 3);
    EXPECT_EQ(lines, 2) << "memorization and the step shown";
    EXPECT_GT(highest, lowest) << "pixels from the top, " << width << " wide";
  }
}

}  // namespace
}  // namespace warmstart
