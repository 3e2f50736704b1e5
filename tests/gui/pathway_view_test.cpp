// The Pathway view: a run's routing captures become columns, ribbons, alignments, distances and a
// course; clicks choose samples and pairs.
#include "views/pathway/pathway_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <fstream>

#include "tests/gui/pathway_desk.h"
#include "views/look/theme.h"
#include "views/pathway/alignment_strip.h"
#include "views/pathway/course_plot.h"
#include "views/pathway/group_colours.h"
#include "views/pathway/heat_map.h"
#include "views/pathway/sample_model.h"

namespace warmstart {
namespace {

TEST_F(PathwayViewTest, RibbonsHaveTheColourOfTheirGroupAndNodesTheHeightOfTheirLoad) {
  makeRun();
  show();
  PathwayMap* map = view()->map();
  const QRectF one = map->nodeOf(0, 1), two = map->nodeOf(0, 2), four = map->nodeOf(0, 3);
  EXPECT_NEAR(one.height() / two.height(), 0.5 / 0.375, 0.01) << "3 x 0.75 + 3 x 0.25 to 3 x 0.75";
  EXPECT_EQ(four.height(), 0);
  EXPECT_LT(one.left(), map->nodeOf(1, 1).left());
  const QImage picture = map->grab().toImage();
  // Away from the middle, where the chosen sample's own line is drawn.
  const auto behind = [](const QRectF& node) {
    return QPointF(node.right() + 8, node.top() + 0.25 * node.height()).toPoint();
  };
  const QPoint in_first = behind(one), in_second = behind(two);
  const auto near = [&](const QPoint& place, std::int64_t group) {
    const QColor seen = picture.pixelColor(place), own = groupColour({4, 9}, group);
    const QColor ground = map->palette().color(QPalette::Window);
    const double share = 150.0 / 255;  // ribbons are translucent
    return std::abs(seen.red() - (own.red() * share + ground.red() * (1 - share))) < 12 &&
           std::abs(seen.blue() - (own.blue() * share + ground.blue() * (1 - share))) < 12;
  };
  EXPECT_TRUE(near(in_first, 4)) << picture.pixelColor(in_first).name().toStdString();
  EXPECT_TRUE(near(in_second, 9)) << picture.pixelColor(in_second).name().toStdString();
  view()->group()->setCurrentIndex(2);
  emit view()->group()->activated(2);
  EXPECT_EQ(view()->group()->currentText(), QStringLiteral("class 9"));
  ASSERT_TRUE(waitSettled());
  EXPECT_NE(map->grab().toImage().pixelColor(in_first), picture.pixelColor(in_first));
}

TEST_F(PathwayViewTest, AClickOnARibbonChoosesASampleAndCtrlClickItsPartner) {
  makeRun();
  show();
  PathwayMap* map = view()->map();
  QTest::mouseClick(map, Qt::LeftButton, {}, map->placeOf(4, 0).toPoint());
  EXPECT_EQ(view()->first(), 3) << "the first of its ribbon";
  QTest::mouseClick(map, Qt::LeftButton, {}, map->placeOf(4, 0).toPoint());
  EXPECT_EQ(view()->first(), 4) << "and then the next";
  EXPECT_EQ(view()->alignment()->text(), QStringLiteral("3 + 6 = 9: 2|3|3 · complexity 0.000"));
  const QPoint other = map->placeOf(1, 1).toPoint();
  QTest::mouseClick(map, Qt::LeftButton, Qt::ControlModifier, other);
  EXPECT_EQ(view()->second(), 1);
  const QImage drawn = map->grab().toImage();
  const QPoint end = map->nodeOf(2, 0).center().toPoint();
  bool line = false;
  for (int dx = -8; dx <= 8; ++dx)
    for (int dy = -8; dy <= 8; ++dy)
      line = line || drawn.pixelColor(end + QPoint(dx, dy)) == secondSampleColour();
  EXPECT_TRUE(line) << "the partner's way ends at expert 0 of the last layer";
}

TEST_F(PathwayViewTest, TheAlignmentMarksItsEdits) {
  makeRun();
  show();
  view()->choose(0, 4);
  // 1|1|1 against 2|3|3: three replaced, two borders kept.
  const auto& edits = view()->alignment()->edits();
  ASSERT_EQ(edits.size(), 5U);
  EXPECT_EQ(std::count_if(edits.begin(), edits.end(),
                          [](const Edit& e) { return e.kind == Edit::Kind::kReplaced; }),
            3);
  EXPECT_TRUE(
      view()->alignment()->text().endsWith(QStringLiteral("3 edits, normalised distance 0.600")))
      << qPrintable(view()->alignment()->text());
  const QImage drawn = view()->alignment()->grab().toImage();
  const auto corner = [&](std::size_t column) {
    return drawn.pixelColor(view()->alignment()->boxOf(0, column).toRect().topLeft() +
                            QPoint(4, 4));
  };
  EXPECT_NE(corner(0), corner(1)) << "replaced and kept look different";
  EXPECT_EQ(corner(0), corner(2));
  photograph(QStringLiteral("pathway-alignment.png"));
}

TEST_F(PathwayViewTest, ACellOfTheMatrixChoosesItsPair) {
  makeRun();
  show();
  view()->tabs()->setCurrentWidget(view()->matrix());
  HeatMap* matrix = view()->matrix();
  // Sorted by group: rows 0 to 2 are group 4.
  EXPECT_EQ(matrix->range(), (std::pair<float, float>{0, 0.6F}));
  const QImage drawn = matrix->grab().toImage();
  const auto colour = [&](int row, int column) {
    return drawn.pixelColor(matrix->rectOf({row, column}).center().toPoint());
  };
  const auto& colours = look::colours(look::Map::kViridis);
  EXPECT_EQ(colour(1, 1).rgb(), colours[0]);
  EXPECT_EQ(colour(0, 4).rgb(), colours[255]);
  QTest::mouseClick(matrix, Qt::LeftButton, {}, matrix->rectOf({0, 4}).center().toPoint());
  EXPECT_GE(view()->first(), 0);
  EXPECT_LT(view()->first(), 3);
  EXPECT_GE(view()->second(), 3);
  const int before = view()->second();
  QTest::keyClick(matrix, Qt::Key_Right);
  EXPECT_NE(view()->second(), before);
}

TEST_F(PathwayViewTest, RowsOfTheTableChooseToo) {
  makeRun();
  show();
  const QAbstractItemModelTester tester(view()->table()->model(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  QTableView* table = view()->table();
  ASSERT_EQ(table->model()->rowCount(), 6);
  EXPECT_EQ(table->model()->index(3, SampleModel::kPathway).data().toString(),
            QStringLiteral("2|3|3"));
  EXPECT_EQ(table->model()->index(3, SampleModel::kComplexity).data().toString(),
            QStringLiteral("undefined"));
  const auto click = [&](int row, Qt::KeyboardModifiers keys) {
    QTest::mouseClick(table->viewport(), Qt::LeftButton, keys,
                      table->visualRect(table->model()->index(row, 0)).center());
  };
  click(2, {});
  EXPECT_EQ(view()->first(), 2);
  click(5, Qt::ControlModifier);
  EXPECT_EQ(view()->first(), 2);
  EXPECT_EQ(view()->second(), 5);
}

TEST_F(PathwayViewTest, TheCourseHasItsCurvesAndCorrelationsTheirPoints) {
  makeRun();
  show();
  EXPECT_TRUE(view()->course()->curves().contains(QStringLiteral("Distance ratio")));
  EXPECT_TRUE(view()->course()->curves().contains(QStringLiteral("Accuracy, unseen")));
  EXPECT_TRUE(view()->course()->curves().contains(QStringLiteral("Complexity (paper)")));
  EXPECT_EQ(view()->course()->curve(QStringLiteral("Loss"))->dataCount(), 5);
  const QTableWidget* table = view()->correlations();
  EXPECT_EQ(table->item(0, 0)->text(), QStringLiteral("ratio"));
  EXPECT_EQ(table->item(0, 1)->text(), QStringLiteral("-1.000"));
  EXPECT_EQ(table->item(0, 5)->text(), QStringLiteral("4"));
  const HeatMap* layers = view()->layers();
  EXPECT_EQ(layers->range(), (std::pair<float, float>{0.1F, 0.8F}));
}

TEST_F(PathwayViewTest, TwoPointsMakeNoCorrelation) {
  makeRun(4);
  show();
  EXPECT_EQ(view()->correlations()->item(0, 1)->text(), QStringLiteral("not enough points (2)"));
  EXPECT_EQ(view()->correlations()->item(0, 2)->text(), QStringLiteral("–"));
}

TEST_F(PathwayViewTest, StepsOfOtherSamplesAndDeadRoutersAreTold) {
  makeRun();
  writeRouting(fileOf(300), 300, "another");
  show();
  EXPECT_EQ(view()->problem(), QString());
  selection_.setStep(300);
  ASSERT_TRUE(waitSettled());
  EXPECT_TRUE(view()->problem().startsWith(
      QStringLiteral("routing traces of step 500 and 300 were taken on different samples")))
      << qPrintable(view()->problem());
  selection_.setStep(100);
  ASSERT_TRUE(waitSettled());
  selection_.setStep(200);
  ASSERT_TRUE(waitSettled());
  selection_.setStep(100);
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(view()->problem(), QStringLiteral("layer 2: expert 1 receives 97% of tokens; distances "
                                              "are trivially low"));
  EXPECT_TRUE(view()->summary().startsWith(QStringLiteral("memorized")));
  EXPECT_TRUE(view()->memorized().startsWith(
      QStringLiteral("No steps of memorization: routing traces of step 300 and 500 were taken on "
                     "different samples")))
      << qPrintable(view()->memorized());
  EXPECT_EQ(view()->table()->model()->index(0, SampleModel::kMemorized).data().toString(),
            QStringLiteral("–"));
  EXPECT_FALSE(view()->colours()->isEnabled());
}

TEST_F(PathwayViewTest, TheCourseGoesOnWhileAnEarlierStepIsShown) {
  makeRun();
  show();
  selection_.setStep(200);
  ASSERT_TRUE(waitSettled());
  view()->course()->xAxis->setRange(100, 300);
  std::ofstream log(root_ / "runs/one/events.jsonl", std::ios::app);
  addRecord(log, 6);
  log.flush();
  const auto points = [this] {
    return view()->course()->curve(QStringLiteral("Loss"))->dataCount();
  };
  ASSERT_TRUE(QTest::qWaitFor([&] { return points() == 6 && waitSettled(); }, 8000));
  EXPECT_EQ(view()->course()->curve(QStringLiteral("Memorized samples"))->dataCount(), 6);
  EXPECT_EQ(view()->correlations()->item(0, 5)->text(), QStringLiteral("5"));
  EXPECT_EQ(selection_.step(), 200);
  EXPECT_TRUE(view()->summary().startsWith(QStringLiteral("memorized"))) << "still that step";
  EXPECT_EQ(view()->course()->xAxis->range(), QCPRange(100, 300)) << "and the user's zoom";
}

TEST_F(PathwayViewTest, TheShareThatCountsAsMemorizedIsTheInspectors) {
  memorized_ = 0.6;
  more_ = {{"memorized_share", 0.5}};
  makeRun(3);
  show();
  EXPECT_EQ(view()->correlations()->item(0, 5)->text(), QStringLiteral("3"));
  std::vector<double> dashed;
  for (int i = 0; i < view()->course()->itemCount(); ++i) {
    const auto* line = qobject_cast<QCPItemLine*>(view()->course()->item(i));
    if (line != nullptr && line->pen().style() == Qt::DashLine)
      dashed.push_back(line->start->coords().x());
  }
  EXPECT_EQ(dashed, std::vector<double>{300});
}

TEST_F(PathwayViewTest, TheAlignmentCountsAsTheRecordDoes) {
  more_ = {{"unit", "char"}, {"normalise", false}, {"tau", 0.9}};
  makeRun();
  show();
  view()->choose(0, 4);
  const StepPathways step = step_pathways(read_routing_record(fileOf(500)), "token");
  const auto& edits = view()->alignment()->edits();
  EXPECT_EQ(edits.size(), std::string("1,0-1,0-1,0").size());
  const auto changed = std::count_if(
      edits.begin(), edits.end(), [](const Edit& edit) { return edit.kind != Edit::Kind::kKept; });
  EXPECT_EQ(static_cast<float>(changed), step.matrix[4]);
  EXPECT_TRUE(
      view()->alignment()->text().endsWith(QStringLiteral("distance in edits: %1").arg(changed)))
      << qPrintable(view()->alignment()->text());
}

TEST_F(PathwayViewTest, CourseSamplesAndCorrelationsAreSavedAsTables) {
  makeRun();
  show();
  const auto lines = [this](QWidget* tab) {
    view()->tabs()->setCurrentWidget(tab);
    return QString::fromUtf8(view()->csv()).split(QLatin1Char('\n'));
  };
  const QStringList course = lines(view()->course());
  ASSERT_EQ(course.size(), 7) << "a title, five records, the last line's end";
  const QStringList titles = course[0].split(QLatin1Char(',')),
                    second = course[2].split(QLatin1Char(','));
  EXPECT_EQ(titles.front(), QStringLiteral("step"));
  EXPECT_EQ(second.front(), QStringLiteral("200"));
  EXPECT_EQ(second.at(titles.indexOf(QStringLiteral("complexity"))).toDouble(), 0.7);
  EXPECT_EQ(second.at(titles.indexOf(QStringLiteral("loss"))).toDouble(), 0.5);
  const QStringList samples = lines(view()->matrix());
  ASSERT_EQ(samples.size(), 8);
  EXPECT_TRUE(samples[4].startsWith(QStringLiteral("4 + 5 = 9,9,2|3|3,,"))) << "undefined is empty";
  EXPECT_TRUE(samples[4].endsWith(QStringLiteral(",200"))) << "the step of memorization";
  EXPECT_TRUE(samples[6].endsWith(QLatin1Char(','))) << "never is empty";
  const QStringList first = lines(view()->correlations())[1].split(QLatin1Char(','));
  EXPECT_EQ(first.front(), QStringLiteral("ratio"));
  EXPECT_NEAR(first[1].toDouble(), -1, 1e-9);
  EXPECT_EQ(first.back(), QStringLiteral("4"));
}

/// WARMSTART_SHOTS keeps the pictures; WARMSTART_PATHWAY_RUN shows a run of one's own instead, and
/// WARMSTART_PATHWAY_STEPS two steps of it.
TEST_F(PathwayViewTest, EveryTabIsDrawnNarrowAndWideLightAndDark) {
  const QString run = qEnvironmentVariable("WARMSTART_PATHWAY_RUN");
  if (run.isEmpty()) {
    makeRun();
  } else {
    std::filesystem::create_directories(root_ / "runs");
    std::filesystem::create_directory_symlink(run.toStdString(), root_ / "runs/one");
  }
  const QStringList steps =
      qEnvironmentVariable("WARMSTART_PATHWAY_STEPS", QStringLiteral("200,500"))
          .split(QLatin1Char(','));
  for (const auto scheme : {look::Scheme::kLight, look::Scheme::kDark}) {
    look::apply(*qobject_cast<QApplication*>(QCoreApplication::instance()), scheme);
    const QString mode = look::dark() ? QStringLiteral("dark") : QStringLiteral("light");
    for (const QString& step : steps) {
      const bool wide = step == steps.back();
      show(wide ? 1280 : 640, wide ? 760 : 700);
      selection_.setStep(step.toLongLong());
      ASSERT_TRUE(waitSettled());
      const int group = view()->group()->count() - 1;
      view()->group()->setCurrentIndex(group);
      emit view()->group()->activated(group);
      view()->choose(0, -1);
      panel_.resize(960, 720);
      photograph(QStringLiteral("pathway-%1-%2.png").arg(mode, step));
      panel_.resize(wide ? 1280 : 640, wide ? 760 : 700);
      view()->choose(0, 1);
      for (int tab = 0; tab < view()->tabs()->count(); ++tab) {
        view()->tabs()->setCurrentIndex(tab);
        QTest::qWait(50);
        photograph(QStringLiteral("pathway-%1-%2-%3.png").arg(mode, step).arg(tab));
        const QImage picture = view()->tabs()->currentWidget()->grab().toImage();
        const int ground = view()->palette().color(QPalette::Window).lightness();
        EXPECT_EQ(ground < 128, look::dark());
        int drawn = 0;
        for (int y = 0; y < picture.height(); y += 2) {
          for (int x = 0; x < picture.width(); x += 2)
            drawn += std::abs(picture.pixelColor(x, y).lightness() - ground) > 60 ? 1 : 0;
        }
        EXPECT_GT(drawn, 200) << "tab " << tab << " at step " << step.toStdString();
      }
    }
  }
  look::apply(*qobject_cast<QApplication*>(QCoreApplication::instance()), look::Scheme::kLight);
}

}  // namespace
}  // namespace warmstart
