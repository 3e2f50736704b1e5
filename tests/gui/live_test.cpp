// The Live panel and what it draws with: thinning keeps peaks, smoothing agrees with an independent
// computation, lines are where they must be, faults are told in place.
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "tests/gui/test_desk.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/live/curve_points.h"
#include "views/live/live_panel.h"
#include "views/look/picture_file.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

Numbers numbers(const std::vector<double>& values) {
  Numbers made;
  made.append(values);
  return made;
}

std::vector<double> noise(std::size_t count) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double& value : values) value = normal(random);
  return values;
}

TEST(LiveCurveTest, ExtremesOfAnyRangeAreThoseOfItsValues) {
  std::vector<double> values = noise(5000);
  values[777] = std::nan("");
  Extremes extremes;
  for (const std::size_t size : {100U, 1700U, 5000U}) {
    extremes.extend(numbers({values.begin(), values.begin() + size}));
  }
  const Numbers all = numbers(values);
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::size_t begin = random() % 5000, end = random() % 5001;
    if (begin > end) std::swap(begin, end);
    double low = INFINITY, high = -INFINITY;
    for (std::size_t i = begin; i < end; ++i) {
      if (std::isnan(values[i])) continue;
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
    const Extreme found = extremes.of(all, begin, end);
    ASSERT_EQ(found.low, low);
    ASSERT_EQ(found.high, high);
  }
}

TEST(LiveCurveTest, ThinnedPointsKeepEveryPeakAndFewPointsAPixel) {
  std::vector<double> values = noise(100000);
  values[54321] = 99;
  values[54400] = -99;
  Extremes extremes;
  extremes.extend(numbers(values));
  const auto points =
      pointsInWindow(numbers(values), extremes,
                     [](std::size_t i) { return static_cast<double>(i); }, {0, 100000, 500});
  EXPECT_LE(points.size(), 1002U);
  const auto [low, high] = std::minmax_element(
      points.begin(), points.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
  EXPECT_EQ(high->x, 54321);
  EXPECT_EQ(low->x, 54400);
  EXPECT_TRUE(std::is_sorted(points.begin(), points.end(),
                             [](const Point& a, const Point& b) { return a.x < b.x; }));
}

TEST(LiveCurveTest, SmoothingAgreesWithNumpy) {
  // w = numpy.exp(-(s[:, None] - s[None, :]) / 3) * (s[:, None] >= s[None, :]);
  // (w * y).sum(1) / w.sum(1) for s = [1, 2, 3, 7, 8], y = [1, 5, 2, 4, -1]
  const std::vector<double> step{1, 2, 3, 7, 8}, value{1, 5, 2, 4, -1};
  const std::vector<double> expected{1.0, 3.330280825849259, 2.7337285432101157, 3.531225115527752,
                                     1.4115660934052294};
  Smoothing smoothing(3);
  for (std::size_t i = 0; i < step.size(); ++i)
    EXPECT_NEAR(smoothing.next(step[i], value[i]), expected[i], 1e-12);
}

class LivePanelTest : public DeskTest {
 protected:
  void write(const QString& run, const std::string& text) {
    const Path folder = root_ / "runs" / run.toStdString();
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "events.jsonl", std::ios::app) << text;
  }
  static std::string step(int at, double loss) {
    return R"({"event":"step","time":)" + std::to_string(100 + at) +
           R"(,"stage":"a","step":1,"global_step":)" + std::to_string(at) +
           R"(,"scalars":{"loss":)" + std::to_string(loss) + "}}\n";
  }
  LivePanel& panel() {
    if (!panel_) {
      panel_ = std::make_unique<LivePanel>(desk_);
      panel_->resize(900, 500);
      panel_->show();
    }
    return *panel_;
  }
  void waitUntilSettled() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return panel().settled(); }, 5000));
    QTest::qWait(80);
  }
  QByteArray tableText() { return panel().plots().front()->table().text(); }
  QString bannerText() { return panel().findChild<Banner*>()->text(); }

  std::unique_ptr<LivePanel> panel_;
};

TEST_F(LivePanelTest, WithoutARunItLeadsToTheGallery) {
  QSignalSpy wanted(&selection_, &Selection::panelWanted);
  QTest::mouseClick(panel().findChild<EmptyState*>()->findChild<QPushButton*>(), Qt::LeftButton);
  ASSERT_EQ(wanted.size(), 1);
  EXPECT_EQ(wanted[0][0].toString(), QStringLiteral("gallery"));
}

TEST_F(LivePanelTest, ALineOfTheRunsColourIsWhereItsValuesAre) {
  std::string text;
  for (int i = 1; i <= 200; ++i) text += step(i, i <= 100 ? 1.0 : 2.0);
  write(QStringLiteral("one"), text);
  selection_.setRuns({QStringLiteral("one")});
  panel();
  waitUntilSettled();
  ASSERT_EQ(panel().plots().size(), 1U);
  MetricPlot& plot = *panel().plots().front();
  const QImage image = plot.grab().toImage();
  const QColor wanted = look::category(0);
  const auto drawnAt = [&](double x, double y) {
    const int px = qRound(plot.xAxis->coordToPixel(x)), py = qRound(plot.yAxis->coordToPixel(y));
    for (int dy = -1; dy <= 1; ++dy) {
      const QColor got = image.pixelColor(px, py + dy);
      if (std::abs(got.red() - wanted.red()) + std::abs(got.green() - wanted.green()) +
              std::abs(got.blue() - wanted.blue()) <
          60)
        return true;
    }
    return false;
  };
  EXPECT_TRUE(drawnAt(50, 1));
  EXPECT_TRUE(drawnAt(150, 2));
  EXPECT_FALSE(drawnAt(50, 2));
  EXPECT_FALSE(drawnAt(150, 1));
}

TEST_F(LivePanelTest, AClickChoosesTheNearestStep) {
  write(QStringLiteral("one"), step(1, 1) + step(11, 2) + step(21, 3));
  selection_.setRuns({QStringLiteral("one")});
  panel();
  waitUntilSettled();
  MetricPlot& plot = *panel().plots().front();
  const QPoint at(qRound(plot.xAxis->coordToPixel(12)), plot.axisRect()->center().y());
  QTest::mouseClick(&plot, Qt::LeftButton, {}, at);
  EXPECT_EQ(selection_.step(), 11);
}

TEST_F(LivePanelTest, FaultsAreToldInPlaceAndTheDataStays) {
  write(QStringLiteral("one"),
        step(1, 1) + "garbage\n{\"event\":\"step\"}\n" + step(2, 2) + "{\"ev");
  selection_.setRuns({QStringLiteral("one")});
  panel();
  waitUntilSettled();
  EXPECT_TRUE(bannerText().startsWith(QStringLiteral("2 unreadable")));
  std::filesystem::remove_all(root_ / "runs" / "one");
  ASSERT_TRUE(QTest::qWaitFor([this] { return bannerText().contains(QStringLiteral("gone")); }));
  EXPECT_EQ(tableText().count('\n'), 3);
}

TEST_F(LivePanelTest, ARunThatGoesBackIsDrawnAnew) {
  write(QStringLiteral("one"), step(1, 1) + step(2, 2) + step(3, 3));
  selection_.setRuns({QStringLiteral("one")});
  panel();
  waitUntilSettled();
  write(QStringLiteral("one"), step(2, 9));
  ASSERT_TRUE(QTest::qWaitFor([this] { return tableText().contains("one,2,102.000000,9\n"); }));
  EXPECT_EQ(tableText(), "run,step,time,loss\none,1,101.000000,1\none,2,102.000000,9\n");
}

TEST_F(LivePanelTest, PlotsAreSavedAsPictureAndDocument) {
  write(QStringLiteral("one"), step(1, 1) + step(2, 2));
  selection_.setRuns({QStringLiteral("one")});
  panel();
  waitUntilSettled();
  const std::pair<const char*, QByteArray> kinds[] = {
      {"png", "\x89PNG"}, {"svg", "<?xml"}, {"pdf", "%PDF"}};
  for (const auto& [ending, begin] : kinds) {
    const QString name = temporary_.filePath(QStringLiteral("plot.") + QLatin1String(ending));
    look::savePicture(look::pictureOf(*panel().plots().front(), QStringLiteral("loss")), name);
    QFile file(name);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << ending;
    EXPECT_TRUE(file.readAll().startsWith(begin)) << ending;
  }
  EXPECT_THROW(look::savePicture(look::pictureOf(*panel().plots().front(), QStringLiteral("loss")),
                                 temporary_.filePath(QStringLiteral("x.gif"))),
               Error);
}

}  // namespace
}  // namespace warmstart::live
