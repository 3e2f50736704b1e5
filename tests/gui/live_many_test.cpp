// The Live panel with many chosen runs: nothing is read while nobody looks, so many are drawn and
// no more, the legend scrolls, and lines of one colour differ in their dashes.
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>

#include "tests/gui/queue_desk.h"
#include "views/desk/banner.h"
#include "views/live/live_panel.h"

namespace warmstart::live {
namespace {

class LiveManyTest : public QueueDeskTest {
 protected:
  QStringList makeRuns(int count) {
    QStringList runs;
    for (int run = 0; run < count; ++run) {
      runs << QStringLiteral("run%1").arg(run, 3, 10, QLatin1Char('0'));
      const Path folder = root_ / "runs" / runs.back().toStdString();
      std::filesystem::create_directories(folder);
      std::ofstream log(folder / "events.jsonl");
      for (int step = 1; step <= 40; ++step) {
        log << R"({"event":"step","time":)" << 100 + step
            << R"(,"stage":"a","step":1,"global_step":)" << step << R"(,"scalars":{"loss":)"
            << (run + 1.0) / step << "}}\n";
      }
    }
    return runs;
  }
  QListWidget* legend() { return panel_.findChild<QListWidget*>(QStringLiteral("legend")); }
  Banner* capBanner() {
    for (Banner* banner : panel_.findChildren<Banner*>()) {
      if (banner->text().contains(QStringLiteral("chosen runs"))) return banner;
    }
    return nullptr;
  }
  LivePanel panel_{desk_};
};

TEST_F(LiveManyTest, ARunThatIsShownBeforeTheIndexKnowsItGetsItsName) {
  const QStringList runs = makeRuns(1);
  selection_.setRuns(runs);
  show(panel_);
  ASSERT_EQ(panel_.runs().size(), 1U);
  ASSERT_EQ(panel_.runs()[0]->name(), runs[0]);
  RunInfo known = info("scratch", 4);
  known.run = runs[0].toStdString();
  other_.database().run(
      "INSERT INTO runs (id, recipe, title, arm, seed, profile, smoke, created, host, device, "
      "version, state)"
      " VALUES (?1, ?2, '', ?3, ?4, 'small', 0, 1, '', 'cpu', '', 'done')",
      known.run, known.recipe, known.arm, known.seed);
  ASSERT_TRUE(
      waitFor([&] { return panel_.runs()[0]->name() == QLatin1String("scratch, seed 4"); }));
  EXPECT_EQ(legend()->item(0)->text().toStdString(), "scratch, seed 4");
}

TEST_F(LiveManyTest, AHiddenPanelOpensNoLogAndTheShownOneOpensThem) {
  const QStringList runs = makeRuns(3);
  selection_.setRuns(runs);
  EXPECT_TRUE(panel_.runs().empty());
  show(panel_);
  EXPECT_EQ(panel_.runs().size(), 3U);
  ASSERT_TRUE(waitFor([&] { return panel_.settled() && !panel_.plots().empty(); }));
  panel_.hide();
  selection_.setRuns({runs[1]});
  EXPECT_TRUE(panel_.runs().empty());
  panel_.show();
  ASSERT_EQ(panel_.runs().size(), 1U);
  EXPECT_EQ(panel_.runs().front()->feed().run(), runs[1]);
  ASSERT_TRUE(waitFor([&] { return panel_.plots().front()->drawnPoints() == 40; }));
}

TEST_F(LiveManyTest, TheFirstTwentyAreDrawnUntilAllAreAskedFor) {
  selection_.setRuns(makeRuns(45));
  show(panel_, {1000, 640});
  EXPECT_EQ(panel_.runs().size(), 20U);
  Banner* banner = capBanner();
  ASSERT_NE(banner, nullptr);
  EXPECT_EQ(banner->text().toStdString(), "The first 20 of 45 chosen runs are drawn.");
  ASSERT_TRUE(waitFor([&] { return panel_.settled() && !panel_.plots().empty(); }));
  shot(panel_, QStringLiteral("live-many"));
  QTest::mouseClick(banner->findChild<QPushButton*>(), Qt::LeftButton);
  ASSERT_TRUE(waitFor([&] { return panel_.runs().size() == 45; }));
  EXPECT_EQ(capBanner(), nullptr);
  ASSERT_TRUE(waitFor([&] { return panel_.settled(); }));
  EXPECT_TRUE(waitFor([&] { return panel_.plots().front()->graphCount() == 45; }));
}

TEST_F(LiveManyTest, TheLegendScrollsAndItsChecksHideARun) {
  selection_.setRuns(makeRuns(20));
  show(panel_, {900, 420});
  ASSERT_TRUE(waitFor([&] { return panel_.settled() && !panel_.plots().empty(); }));
  ASSERT_EQ(legend()->count(), 20);
  EXPECT_GT(legend()->verticalScrollBar()->maximum(), 0);
  EXPECT_LT(legend()->height(), panel_.height());
  MetricPlot& plot = *panel_.plots().front();
  ASSERT_TRUE(waitFor([&] { return plot.graphCount() == 20; }));
  legend()->item(4)->setCheckState(Qt::Unchecked);
  ASSERT_TRUE(waitFor([&] { return plot.graphCount() == 19; }));
  legend()->setCurrentRow(4);
  QTest::keyClick(legend(), Qt::Key_Space);
  EXPECT_TRUE(waitFor([&] { return plot.graphCount() == 20; }));
}

TEST_F(LiveManyTest, LinesOfOneColourDifferInTheirDashes) {
  selection_.setRuns(makeRuns(20));
  show(panel_, {1000, 640});
  ASSERT_TRUE(waitFor([&] { return panel_.settled() && !panel_.plots().empty(); }));
  MetricPlot& plot = *panel_.plots().front();
  ASSERT_TRUE(waitFor([&] { return plot.graphCount() == 20; }));
  for (int run = 0; run < 20; ++run) {
    for (int other = 0; other < run; ++other) {
      const QPen a = plot.graph(run)->pen(), b = plot.graph(other)->pen();
      EXPECT_FALSE(a.color() == b.color() && a.style() == b.style()) << run << " as " << other;
    }
  }
  const auto sample = [&](int run) {
    return legend()->item(run)->icon().pixmap(legend()->iconSize()).toImage();
  };
  EXPECT_NE(sample(0), sample(8)) << "the legend shows it too";
}

}  // namespace
}  // namespace warmstart::live
