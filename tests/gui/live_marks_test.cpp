// What the Live panel shows beside plain curves: marks, axes, means over seeds, the tree of
// metrics, alerts, the system page, whole pages as files. Hidden plots cost nothing.
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "tests/gui/test_desk.h"
#include "views/desk/banner.h"
#include "views/live/alert_rules_popup.h"
#include "views/live/layer_lines.h"
#include "views/live/layers_view.h"
#include "views/live/live_panel.h"
#include "views/live/metric_list.h"
#include "views/live/range_popup.h"
#include "views/live/system_view.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

Numbers numbersOf(const std::vector<double>& values) {
  Numbers made;
  made.append(values);
  return made;
}

TEST(SeedBandTest, MeanAndDeviationAgreeWithNumpyBetweenThePoints) {
  // x = numpy.array([5, 15]); a = numpy.interp(x, [0, 10, 20], [1, 2, 4]);
  // b = numpy.interp(x, [0, 20], [3, 5]); s = numpy.stack([a, b]); s.mean(0), s.std(0, ddof=1)
  const Numbers a = numbersOf({1, 2, 4}), b = numbersOf({3, 5}), late = numbersOf({7, 7});
  const auto points =
      seedBand({{&a, 3, [](std::size_t i) { return 10.0 * static_cast<double>(i); }},
                {&b, 2, [](std::size_t i) { return 20.0 * static_cast<double>(i); }},
                {&late, 2, [](std::size_t i) { return 100.0 + static_cast<double>(i); }}},
               {0, 20, 2});
  ASSERT_EQ(points.size(), 2U);
  EXPECT_NEAR(points[0].mean, 2.5, 1e-12);
  EXPECT_NEAR(points[0].deviation, 1.4142135623730951, 1e-12);
  EXPECT_NEAR(points[1].mean, 3.75, 1e-12);
  EXPECT_NEAR(points[1].deviation, 1.0606601717798212, 1e-12);
  EXPECT_EQ(points[1].count, 2U) << "a run that begins later takes no part";
}

class LiveMarksTest : public DeskTest {
 protected:
  void write(const QString& run, const std::string& text) {
    const Path folder = root_ / "runs" / run.toStdString();
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "events.jsonl", std::ios::app) << text;
  }
  static std::string event(const std::string& kind, const std::string& fields) {
    return "{\"event\":\"" + kind + "\",\"time\":1," + fields + "}\n";
  }
  static std::string step(int at, const std::string& loss, const std::string& more = {}) {
    return R"({"event":"step","time":)" + std::to_string(100 + at) +
           R"(,"stage":"a","step":1,"global_step":)" + std::to_string(at) +
           R"(,"scalars":{"loss":)" + loss + more + "}}\n";
  }
  static std::string steps(int first, int last, const std::string& loss) {
    std::string text;
    for (int at = first; at <= last; ++at) text += step(at, loss);
    return text;
  }
  LivePanel& panel() {
    if (!panel_) {
      panel_ = std::make_unique<LivePanel>(desk_);
      panel_->resize(1000, 640);
      panel_->show();
    }
    return *panel_;
  }
  MetricPlot& shownPlot(const QStringList& runs) {
    selection_.setRuns(runs);
    panel();
    waitUntilSettled();
    return *panel().plots().front();
  }
  void waitUntilSettled() {
    EXPECT_TRUE(QTest::qWaitFor([this] { return panel().settled(); }, 5000));
    QTest::qWait(100);
  }
  static std::vector<double> placesOf(const MetricPlot& plot, MarkKind kind) {
    std::vector<double> places;
    for (const MetricPlot::Mark& mark : plot.marks()) {
      if (mark.kind == kind) places.push_back(mark.x);
    }
    return places;
  }
  void saveShot(const char* name) {
    const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
    if (!folder.isEmpty())
      panel().grab().save(folder + QLatin1Char('/') + QLatin1String(name) + QStringLiteral(".png"));
  }
  std::unique_ptr<LivePanel> panel_;
};

const std::string kStages = R"({"event":"stage","time":1,"stage":"a","global_step":0})"
                            "\n"
                            R"({"event":"stage","time":1,"stage":"b","global_step":60})"
                            "\n";
const char* const kBest = R"("global_step":40,"on":"val","metrics":{"dice":0.9},)"
                          R"("metric_info":[{"name":"dice","higher_is_better":true}])";

TEST_F(LiveMarksTest, CheckpointsBestValidationAndNotFinitePointsStandAtTheirSteps) {
  write(QStringLiteral("one"),
        kStages + steps(1, 30, "1.0") + step(31, "null") + steps(32, 100, "1.0") +
            event("validation", R"("global_step":20,"on":"val","metrics":{"dice":0.5})") +
            event("validation", kBest) + event("checkpoint", R"("global_step":50,"file":"x")") +
            event("warning", R"("text":"loss is nan at stage 'b', step 10","global_step":70)"));
  MetricPlot& plot = shownPlot({QStringLiteral("one")});
  EXPECT_EQ(placesOf(plot, MarkKind::kCheckpoint), std::vector<double>{50});
  EXPECT_EQ(placesOf(plot, MarkKind::kBest), std::vector<double>{40});
  EXPECT_EQ(placesOf(plot, MarkKind::kNotFinite), (std::vector<double>{31, 70}));
  // The cross is drawn in the colour of what is wrong.
  const QImage image = plot.grab().toImage();
  const QPoint at(qRound(plot.xAxis->coordToPixel(31)), qRound(plot.yAxis2->coordToPixel(0.97)));
  const QColor got = image.pixelColor(at), wanted = look::bad();
  EXPECT_LT(std::abs(got.red() - wanted.red()) + std::abs(got.green() - wanted.green()) +
                std::abs(got.blue() - wanted.blue()),
            90);
  // Neighbouring stages have other shades.
  const int y = plot.axisRect()->center().y() + 20;
  EXPECT_NE(image.pixelColor(qRound(plot.xAxis->coordToPixel(55)), y),
            image.pixelColor(qRound(plot.xAxis->coordToPixel(65)), y));
  saveShot("live-marks-light");
}

TEST_F(LiveMarksTest, SamplesSeenCountEachStagesBatches) {
  write(QStringLiteral("one"), kStages + steps(1, 100, "1.0"));
  std::ofstream(root_ / "runs/one/recipe.yaml")
      << "stages: {a: {trainer: {batch_size: 2, accumulate: 1}},"
         " b: {trainer: {batch_size: 10, accumulate: 1}}}\n";
  MetricPlot& plot = shownPlot({QStringLiteral("one")});
  plot.setPlotStyle({.axis = XAxis::kSamples});
  ASSERT_TRUE(QTest::qWaitFor([&] { return plot.xAxis->range().upper > 500; }));
  EXPECT_NEAR(plot.xAxis->range().upper, 120 + 400, 10);
  EXPECT_EQ(plot.xAxis->label().toStdString(), "Samples seen");
}

TEST_F(LiveMarksTest, RunsOfOneArmBecomeAMeanWithABand) {
  write(QStringLiteral("one"), steps(1, 100, "1.0"));
  write(QStringLiteral("two"), steps(1, 100, "3.0"));
  MetricPlot& plot = shownPlot({QStringLiteral("one"), QStringLiteral("two")});
  EXPECT_EQ(plot.graphCount(), 2);
  for (const auto& run : panel().runs()) run->group = QStringLiteral("arm");
  plot.setPlotStyle({.mean_of_seeds = true});
  QTest::qWait(50);
  ASSERT_EQ(plot.graphCount(), 3) << "two edges of the band and the mean";
  bool found = false;
  EXPECT_NEAR(plot.graph(2)->getValueRange(found).center(), 2, 1e-12);
  EXPECT_NEAR(plot.graph(1)->getValueRange(found).center(), 2 + std::sqrt(2.0), 1e-12);
  saveShot("live-mean");
}

TEST_F(LiveMarksTest, TypedRangesHoldUntilTheViewIsReset) {
  write(QStringLiteral("one"), steps(1, 100, "1.0"));
  MetricPlot& plot = shownPlot({QStringLiteral("one")});
  RangePopup popup({0, 1}, {0, 1}, &plot);
  popup.setAttribute(Qt::WA_DeleteOnClose, false);
  QObject::connect(&popup, &RangePopup::chosen, &plot, &MetricPlot::setRanges);
  const QList<QLineEdit*> fields = popup.findChildren<QLineEdit*>();
  ASSERT_EQ(fields.size(), 4);
  const char* wrong[] = {"20", "10", "", ""};
  const char* right[] = {"10", "20", "-2", "8"};
  const auto type = [&](const char* const* texts) {
    for (int i = 0; i < 4; ++i) fields[i]->setText(QLatin1String(texts[i]));
    QTest::keyClick(fields[0], Qt::Key_Return);
  };
  QSignalSpy chosen(&popup, &RangePopup::chosen);
  type(wrong);
  EXPECT_TRUE(chosen.isEmpty()) << "10 is not above 20";
  type(right);
  EXPECT_EQ(plot.xAxis->range(), QCPRange(10, 20));
  EXPECT_EQ(plot.yAxis->range(), QCPRange(-2, 8));
  write(QStringLiteral("one"), steps(101, 110, "5.0"));
  QTest::qWait(600);
  EXPECT_EQ(plot.yAxis->range(), QCPRange(-2, 8)) << "new points do not move it";
  plot.reset();
  EXPECT_GT(plot.xAxis->range().upper, 100);
  EXPECT_NE(plot.yAxis->range(), QCPRange(-2, 8));
}

TEST(MetricTreeTest, NamesAreGroupedByTheirPrefixAndSearchFindsWholeNames) {
  MetricList list;
  list.setMetrics(
      {"gradient_norm", "loss", "loss.dice", "loss.mse", "test.dice.liver", "test.hd95"});
  auto* view = list.findChild<QTreeView*>();
  const QAbstractItemModel* model = view->model();
  ASSERT_EQ(model->rowCount(), 3);
  const QModelIndex loss = model->index(1, 0), test = model->index(2, 0);
  EXPECT_EQ(loss.data().toString().toStdString(), "loss");
  ASSERT_EQ(model->rowCount(loss), 2);
  EXPECT_FALSE(test.data(Qt::CheckStateRole).isValid()) << "a group alone is no metric";
  QSignalSpy toggled(&list, &MetricList::toggled);
  view->model()->setData(model->index(0, 0, test), Qt::Checked, Qt::CheckStateRole);
  ASSERT_EQ(toggled.size(), 1);
  EXPECT_EQ(list.checked(), std::set<std::string>{"test.dice.liver"});
  list.findChild<QLineEdit*>()->setText(QStringLiteral("test.dice"));
  ASSERT_EQ(model->rowCount(), 1);
  EXPECT_EQ(model->index(0, 0, model->index(0, 0)).data().toString().toStdString(), "dice.liver");
}

TEST_F(LiveMarksTest, AnAlertIsToldOnceInPlaceAndInTheNoticesAndLeadsToItsStep) {
  write(QStringLiteral("one"), steps(1, 40, "1.0") + step(41, "50.0") + steps(42, 60, "1.0"));
  QSignalSpy told(&notices_, &Notices::told);
  MetricPlot& plot = shownPlot({QStringLiteral("one")});
  auto* banner = panel().findChild<Banner*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return banner->text().contains(QStringLiteral("50 times")); }));
  ASSERT_TRUE(QTest::qWaitFor([&] { return told.size() == 1; }));
  QTest::qWait(200);
  EXPECT_EQ(placesOf(plot, MarkKind::kAlert), std::vector<double>{41});
  saveShot("live-alert");
  QTest::mouseClick(banner->findChild<QPushButton*>(), Qt::LeftButton);
  EXPECT_EQ(selection_.step(), 41);
  ASSERT_TRUE(QTest::qWaitFor([&] { return banner->text().isEmpty(); }));
  write(QStringLiteral("one"), steps(61, 70, "90.0"));
  QTest::qWait(2800);
  EXPECT_EQ(told.size(), 1) << "once a run and rule";
}

TEST_F(LiveMarksTest, ARuleThatIsOffTellsNothingAndIsRememberedInTheSettings) {
  QSettings settings(temporary_.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
  panel();
  actions_.find(QStringLiteral("live.alerts"))->trigger();
  auto* rules = panel().findChild<AlertRulesPopup*>();
  ASSERT_NE(rules, nullptr);
  for (auto* box : rules->findChildren<QCheckBox*>()) {
    if (box->text().contains(QStringLiteral("loss is above"))) box->setChecked(false);
  }
  panel().saveState(settings);
  EXPECT_FALSE(settings.value(QStringLiteral("alerts/spike")).toBool());
  EXPECT_TRUE(settings.value(QStringLiteral("alerts/gradient")).toBool());
  write(QStringLiteral("one"), steps(1, 40, "1.0") + step(41, "50.0"));
  QSignalSpy told(&notices_, &Notices::told);
  shownPlot({QStringLiteral("one")});
  QTest::qWait(2500);
  EXPECT_EQ(told.size(), 0);
}

TEST_F(LiveMarksTest, AHiddenPageIsNeitherDrawnNorRead) {
  write(QStringLiteral("one"), step(1, "1.0", R"(,"samples_per_second":5)") +
                                   step(2, "1.0", R"(,"samples_per_second":6)"));
  MetricPlot& plot = shownPlot({QStringLiteral("one")});
  panel().showTourStop(QStringLiteral("system"));
  QTest::qWait(100);
  ASSERT_FALSE(panel().system().plots().empty());
  EXPECT_TRUE(panel().system().machineText().contains(QStringLiteral("memory")));
  saveShot("live-system");
  int replots = 0;
  const std::size_t drawn = plot.drawnPoints();
  QObject::connect(&plot, &QCustomPlot::afterReplot, &plot, [&] { ++replots; });
  write(QStringLiteral("one"), step(3, "2.0"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return panel().runs().front()->log().step == 3; }));
  QTest::qWait(300);
  EXPECT_EQ(replots, 0) << "the page of curves is behind the page of the system";
  EXPECT_EQ(plot.drawnPoints(), drawn);
  panel().hide();
  MetricPlot& speed = *panel().system().plots().front();
  QObject::connect(&speed, &QCustomPlot::afterReplot, &speed, [&] { ++replots; });
  write(QStringLiteral("one"), step(4, "2.0", R"(,"samples_per_second":7)"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return panel().runs().front()->log().step == 4; }));
  QTest::qWait(300);
  EXPECT_EQ(replots, 0);
  EXPECT_EQ(speed.drawnPoints(), 2U);
  panel().show();
  panel().showTourStop(QStringLiteral("curves"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return plot.drawnPoints() == 4; }));
}

TEST_F(LiveMarksTest, AWholePageIsSavedAsPictureAndDocument) {
  write(QStringLiteral("one"),
        step(1, "1.0", R"(,"gradient_norm":2)") + step(2, "0.5", R"(,"gradient_norm":3)"));
  shownPlot({QStringLiteral("one")});
  ASSERT_EQ(panel().plots().size(), 2U);
  const std::pair<const char*, QByteArray> kinds[] = {
      {"png", "\x89PNG"}, {"svg", "<?xml"}, {"pdf", "%PDF"}};
  for (const auto& [ending, begin] : kinds) {
    const QString name = temporary_.filePath(QStringLiteral("page.") + QLatin1String(ending));
    look::savePicture(pictureOf(panel().shownPage()), name);
    QFile file(name);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << ending;
    EXPECT_TRUE(file.readAll().startsWith(begin)) << ending;
  }
  const QByteArray table = panel().shownPage().table.text();
  EXPECT_TRUE(table.startsWith("run,metric,step,time,value\n"));
  EXPECT_TRUE(table.contains("one,gradient_norm,2,102.000000,3\n"));
  // Both plots are in the picture, each in its place.
  const QImage picture(temporary_.filePath(QStringLiteral("page.png")));
  const auto drawnNear = [&](const QPoint& place) {
    const QColor wanted = look::category(0);
    for (int dy = -6; dy <= 6; ++dy) {
      const QColor got = picture.pixelColor(place * 2 + QPoint(0, dy));
      if (std::abs(got.red() - wanted.red()) + std::abs(got.green() - wanted.green()) +
              std::abs(got.blue() - wanted.blue()) <
          60)
        return true;
    }
    return false;
  };
  for (MetricPlot* plot : panel().plots()) {
    const QPoint middle = plot->axisRect()->center();
    const QPoint curve(middle.x(),
                       qRound(plot->yAxis->coordToPixel(plot->graph(0)->data()->at(0)->value / 2 +
                                                        plot->graph(0)->data()->at(1)->value / 2)));
    EXPECT_NEAR(plot->xAxis->pixelToCoord(middle.x()), 1.5, 0.02);
    EXPECT_TRUE(drawnNear(plot->mapTo(panel().shownPage().sheet, curve)));
    EXPECT_FALSE(drawnNear(plot->mapTo(panel().shownPage().sheet, curve + QPoint(0, 60))));
  }
  EXPECT_THROW(look::savePicture(pictureOf(panel().shownPage()),
                                 temporary_.filePath(QStringLiteral("x.gif"))),
               Error);
}

TEST_F(LiveMarksTest, TheLegendFollowsAChangeOfColours) {
  write(QStringLiteral("one"), steps(1, 10, "1.0"));
  shownPlot({QStringLiteral("one")});
  const auto patch = [this] {
    const auto* legend = panel().findChild<QListWidget*>(QStringLiteral("legend"));
    const QIcon icon = legend->item(0)->icon();
    return icon.pixmap(legend->iconSize()).toImage().pixelColor(6, 6);
  };
  const QColor before = patch();
  EXPECT_EQ(before, look::category(0));
  look::apply(*qApp, look::Scheme::kDark);
  QTest::qWait(150);
  EXPECT_EQ(patch(), look::category(0));
  saveShot("live-dark");
  look::apply(*qApp, look::Scheme::kLight);
}

TEST(LayerLinesTest, RatiosHaveTheGuideAndRidgesStandAboveTheirSteps) {
  LayerTable table;
  std::vector<Json> events;
  for (int at = 1; at <= 3; ++at) {
    events.push_back({{"event", "statistics"},
                      {"global_step", at * 50},
                      {"layers",
                       {{{"name", "a"},
                         {"update_ratio", 1e-4 * at},
                         {"gradient", {{"low", -1}, {"high", 1}, {"counts", {1, 6, 1}}}}}}}});
  }
  table.update(events);
  LayerLines lines;
  lines.resize(500, 300);
  lines.showRatios(table, {0});
  ASSERT_EQ(lines.graphCount(), 1);
  EXPECT_NEAR(lines.graph(0)->data()->at(2)->value, 3e-4, 1e-12);
  EXPECT_TRUE(lines.yAxis->range().contains(LayerLines::kUsualRatio));
  lines.replot();
  const QImage picture = lines.toPixmap().toImage();
  int green = 0;
  const int y = qRound(lines.yAxis->coordToPixel(LayerLines::kUsualRatio));
  for (int x = lines.axisRect()->left(); x < lines.axisRect()->right(); ++x) {
    for (int dy = -1; dy <= 1; ++dy) {
      const QColor got = picture.pixelColor(x, y + dy);
      if (got.green() > got.red() + 20) {
        ++green;
        break;
      }
    }
  }
  EXPECT_GT(green, lines.axisRect()->width() / 4) << "a dashed line at 0.001";
  lines.showRidges(table, 0, LayerTensor::kGradient);
  ASSERT_EQ(lines.graphCount(), 6) << "a floor and a ridge for each of three steps";
  bool found = false;
  EXPECT_NEAR(lines.graph(1)->getValueRange(found).upper, 2 + 2.5, 1e-9) << "the oldest at the top";
  EXPECT_NEAR(lines.graph(5)->getValueRange(found).upper, 2.5, 1e-9);
}

}  // namespace
}  // namespace warmstart::live
