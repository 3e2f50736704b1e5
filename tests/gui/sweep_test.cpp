// A metric against a setting: which settings differ, the lines along one, and the view of them.
#include <gmock/gmock.h>

#include <QCheckBox>
#include <QComboBox>
#include <QPushButton>
#include <QTabWidget>

#include "core/base/files.h"
#include "tests/gui/queue_desk.h"
#include "views/runs/runs_panel.h"
#include "views/runs/sweep_plot.h"
#include "views/runs/sweep_view.h"

namespace warmstart {
namespace {

using testing::ElementsAre;

/// Arms whose names and stages tell how many labels and how many patches before there are.
constexpr const char* kScaling = R"(
data:
  small: {dataset: earth, n: 128}
  large: {dataset: earth, n: 2048}
  few: {dataset: earth, n: 20}
  some: {dataset: earth, n: 100}
  test: {dataset: earth, n: 300}
model: {type: unet, widths: [8, 16]}
arms:
  scratch_20: [few_scratch]
  small_20: [before_small, few]
  large_20: [before_large, few]
  scratch_100: [some_scratch]
  large_100: [before_large, some]
stages:
  before_small: {objective: {type: geo}, data: small, budget: {steps: 300}}
  before_large: {objective: {type: geo}, data: large, budget: {steps: 300}}
  few_scratch: {objective: {type: density}, data: few, from: scratch, budget: {steps: 800}}
  few: {objective: {type: density}, data: few, from: previous, budget: {steps: 800}}
  some_scratch: {objective: {type: density}, data: some, from: scratch, budget: {steps: 800}}
  some: {objective: {type: density}, data: some, from: previous, budget: {steps: 800}}
measure:
  - {on: test, metrics: [rmse]}
)";

const std::map<std::string, std::string> kLastStages{{"scratch_20", "few_scratch"},
                                                     {"small_20", "few"},
                                                     {"large_20", "few"},
                                                     {"scratch_100", "some_scratch"},
                                                     {"large_100", "some"}};

SweepSample sampleOf(const std::string& recipe, const std::string& arm, const std::string& stage,
                     std::int64_t seed, double value, const std::string& data = "test") {
  return {arm + std::to_string(seed),
          "satellite/scaling",
          arm,
          data,
          seed,
          value,
          settingsBehind(parse_yaml(recipe, "recipe.yaml"), arm, stage, data)};
}

std::vector<SweepSample> scalingSamples() {
  std::vector<SweepSample> samples;
  double value = 0;
  for (const auto& [arm, stage] : kLastStages) {
    value += 0.1;
    for (int seed = 2; seed >= 0; --seed)
      samples.push_back(sampleOf(kScaling, arm, stage, seed, value + 0.01 * seed));
  }
  return samples;
}

QStringList namesOf(const std::vector<SweepLine>& lines) {
  QStringList names;
  for (const SweepLine& line : lines) names += line.name;
  return names;
}

const SweepLine& lineNamed(const std::vector<SweepLine>& lines, const char* name) {
  return lines.at(static_cast<std::size_t>(namesOf(lines).indexOf(QString::fromUtf8(name))));
}

std::vector<double> xOf(const SweepLine& line) {
  std::vector<double> x;
  for (const SweepPoint& point : line.points) x.push_back(point.x);
  return x;
}

TEST(RunSettings, StandByTheirPartInTheArmWhateverItsStagesAreCalled) {
  const Value recipe = parse_yaml(kScaling, "recipe.yaml");
  const RunSettings few = settingsBehind(recipe, "large_20", "few", "test");
  EXPECT_EQ(few.at("stage.data.n"), "20");
  EXPECT_EQ(few.at("before1.data.n"), "2048");
  EXPECT_EQ(few.at("measured.n"), "300");
  EXPECT_EQ(few.at("model.widths.1"), "16");
  EXPECT_EQ(few.at("stage.from"), "previous");
  EXPECT_FALSE(few.contains("stage.data"));
  EXPECT_FALSE(
      settingsBehind(recipe, "scratch_20", "few_scratch", "test").contains("before1.data.n"));
  EXPECT_TRUE(settingsBehind(recipe, "none", "few", "test").empty());
  EXPECT_TRUE(settingsBehind(Value(), "large_20", "few", "test").empty());
  EXPECT_EQ(settingTitle("stage.data.n"), QStringLiteral("data.n of the last stage"));
  EXPECT_EQ(settingTitle("before1.data.n"), QStringLiteral("data.n of the stage before"));
  EXPECT_EQ(settingTitle("before2.data.n"), QStringLiteral("data.n, 2 stages before"));
  EXPECT_EQ(settingTitle("model.width"), QStringLiteral("model.width"));
}

TEST(RunSettings, AStagesOwnModelTakesThePlaceOfTheRecipes) {
  const Value recipe = parse_yaml(
      "model: {type: net, inner: {a: 1, b: 2}, width: 4}\narms: {x: [s]}\n"
      "stages: {s: {model: {inner: {a: 3}}}}\n",
      "recipe.yaml");
  const RunSettings settings = settingsBehind(recipe, "x", "s", "test");
  EXPECT_EQ(settings.at("model.inner.a"), "3");
  EXPECT_EQ(settings.at("model.width"), "4");
  EXPECT_FALSE(settings.contains("model.inner.b"));
  EXPECT_FALSE(settings.contains("stage.model.inner.a"));
}

TEST(Sweep, OffersTheNumbersThatDiffer) {
  EXPECT_THAT(sweptSettings(scalingSamples()), ElementsAre("stage.data.n", "before1.data.n"));
}

TEST(Sweep, ArmsOfOnePretrainingAreOneLineOverTheirLabels) {
  const std::vector<SweepSample> samples = scalingSamples();
  const std::vector<SweepLine> lines = sweepLines(samples, "stage.data.n");
  EXPECT_EQ(namesOf(lines), (QStringList{"large", "scratch", "small_20"}));
  const SweepLine& large = lineNamed(lines, "large");
  EXPECT_THAT(xOf(large), ElementsAre(20, 100));
  // large_100 comes first by name: 0.1, 0.11, 0.12; large_20: 0.2, 0.21, 0.22.
  EXPECT_NEAR(large.points[0].mean, 0.21, 1e-12);
  EXPECT_NEAR(large.points[1].mean, 0.11, 1e-12);
  EXPECT_NEAR(large.points[0].deviation, 0.01, 1e-12);  // of 0.20, 0.21, 0.22 with n - 1
  ASSERT_EQ(large.points[0].samples.size(), 3u);
  EXPECT_EQ(large.points[0].samples[0]->seed, 0);
  EXPECT_THAT(xOf(lineNamed(lines, "small_20")), ElementsAre(20));
}

TEST(Sweep, WhatLacksTheSettingIsALevel) {
  const std::vector<SweepSample> samples = scalingSamples();
  const std::vector<SweepLine> lines = sweepLines(samples, "before1.data.n");
  EXPECT_EQ(namesOf(lines),
            (QStringList{"large_20, small_20", "large_100", "scratch_100", "scratch_20"}));
  EXPECT_THAT(xOf(lineNamed(lines, "large_20, small_20")), ElementsAre(128, 2048));
  EXPECT_TRUE(lineNamed(lines, "scratch_20").level);
  EXPECT_FALSE(lineNamed(lines, "large_100").level);
  const QByteArray csv = sweepCsv(lines, "before1.data.n", "test.rmse");
  EXPECT_EQ(csv.count('\n'), 16);
  EXPECT_TRUE(csv.startsWith("line,run,recipe,arm,seed,data,before1.data.n,test.rmse\n"))
      << csv.data();
  EXPECT_TRUE(csv.contains("\nlarge_100,large_1000,satellite/scaling,large_100,0,test,2048,0.1"));
  EXPECT_TRUE(csv.contains("\nscratch_100,scratch_1000,satellite/scaling,scratch_100,0,test,,0.3"))
      << csv.data();
}

TEST(Sweep, NumbersThatFollowTheSettingDoNotPartALineAndOthersDo) {
  const auto recipe = [](const char* widths, const char* rate, const char* kind) {
    return "data: {train: {n: 5}, test: {n: 1}}\nmodel: {widths: " + std::string(widths) +
           "}\narms: {a: [s]}\nstages: {s: {data: train, optimizer: {type: " + kind +
           ", rate: " + rate + "}}}\n";
  };
  std::vector<SweepSample> samples;
  for (const char* widths : {"[4, 8]", "[8, 16]", "[16, 32]"})
    samples.push_back(sampleOf(recipe(widths, "0.1", "adamw"), "a", "s", 0, 1));
  EXPECT_EQ(sweptSettings(samples), (std::vector<std::string>{"model.widths.0", "model.widths.1"}));
  EXPECT_EQ(namesOf(sweepLines(samples, "model.widths.0")), QStringList{"a"});
  // Another rate at one width: it does not follow the width any more.
  samples.push_back(sampleOf(recipe("[4, 8]", "0.2", "adamw"), "a", "s", 0, 1));
  EXPECT_EQ(namesOf(sweepLines(samples, "model.widths.0")),
            (QStringList{"a \u00b7 optimizer.rate of the last stage 0.1",
                         "a \u00b7 optimizer.rate of the last stage 0.2"}));
  samples.pop_back();
  // A word parts them although it follows the width.
  samples.back() = sampleOf(recipe("[16, 32]", "0.1", "sgd"), "a", "s", 0, 1);
  EXPECT_EQ(sweepLines(samples, "model.widths.0").size(), 2u);
}

TEST(Sweep, TheDataThatIsMeasuredOnCanBeTheSetting) {
  const std::string recipe =
      "data: {size_8: {size: 8}, size_16: {size: 16}, train: {n: 3}}\nmodel: {type: x}\n"
      "arms: {one: [s], two: [t]}\nstages: {s: {data: train, from: scratch, budget: {steps: 1}}, "
      "t: {data: train, from: previous, budget: {steps: 9}}}\n";
  std::vector<SweepSample> samples;
  for (const char* data : {"size_8", "size_16"}) {
    samples.push_back(sampleOf(recipe, "one", "s", 0, 1, data));
    samples.push_back(sampleOf(recipe, "two", "t", 0, 2, data));
  }
  EXPECT_THAT(sweptSettings(samples), ElementsAre("measured.size", "stage.budget.steps"));
  const std::vector<SweepLine> lines = sweepLines(samples, "measured.size");
  EXPECT_EQ(namesOf(lines), (QStringList{"one \u00b7 size", "two \u00b7 size"}));
  EXPECT_THAT(xOf(lines[0]), ElementsAre(8, 16));
}

class SweepViewTest : public QueueDeskTest {
 protected:
  RunsPanel panel_{desk_};
  SweepView& view() { return *panel_.findChild<SweepView*>(); }
  SweepPlot& plot() { return *view().plot(); }

  QString runOf(const std::string& arm, std::int64_t seed, double rmse, double other = 1) {
    RunInfo made = info(arm, seed);
    made.recipe = "satellite/scaling";
    const RunFolder folder = other_.create_run(made, kScaling);
    const std::string stage = kLastStages.at(arm);
    std::ofstream(folder.events())
        << R"({"event":"start","time":1,"total_steps":10})"
        << "\n"
        << Json{{"event", "stage"}, {"time", 1},   {"stage", stage},
                {"index", 0},       {"steps", 10}, {"global_step", 0}}
        << "\n"
        << Json{{"event", "measure"}, {"time", 3},
                {"stage", stage},     {"on", "test"},
                {"global_step", 10},  {"metrics", {{"rmse", rmse}, {"other", other}}}}
        << "\n"
        << R"({"event":"done","time":4})"
        << "\n";
    other_.set_run_state(folder.id(), "running");
    other_.set_run_state(folder.id(), "done");
    other_.index_run(folder.id());
    return QString::fromStdString(folder.id());
  }

  /// Three seeds of each arm; x is 20 and 100.
  QStringList scalingRuns() {
    QStringList runs;
    const std::map<std::string, double> values{{"scratch_20", 0.08},
                                               {"scratch_100", 0.058},
                                               {"large_20", 0.0725},
                                               {"large_100", 0.062},
                                               {"small_20", 0.07}};
    for (const auto& [arm, value] : values) {
      for (int seed = 11; seed < 14; ++seed)
        runs += runOf(arm, seed, value + 0.004 * (seed - 12), arm == "small_20" ? -1 : 1);
    }
    return runs;
  }

  void showSweep(QSize size = {1280, 800}) {
    show(panel_, size);
    panel_.findChild<QSplitter*>()->setSizes({260, 480});
    panel_.showTourStop(QStringLiteral("sweep"));
    QTest::qWait(20);
  }
  bool settles() {
    return waitFor([&] { return view().isVisible() && view().settled(); }) &&
           waitFor([&] { return view().settled(); });
  }
  void chooseAll(const QStringList& runs) {
    ASSERT_TRUE(waitFor(
        [&] { return session_.index().runs.size() >= static_cast<std::size_t>(runs.size()); }));
    QTest::qWait(30);
    selection_.setRuns(runs);
    ASSERT_TRUE(settles());
  }
  QCPGraph* graphNamed(const char* name) {
    for (int i = 0; i < plot().graphCount(); ++i) {
      if (plot().graph(i)->name() == QLatin1String(name)) return plot().graph(i);
    }
    return nullptr;
  }
  /// But for smooth edges.
  static bool alike(const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) +
               std::abs(a.blue() - b.blue()) <
           60;
  }
  QColor colourAt(double x, double y) {
    return plot().grab().toImage().pixelColor(static_cast<int>(plot().xAxis->coordToPixel(x)),
                                              static_cast<int>(plot().yAxis->coordToPixel(y)));
  }
};

TEST_F(SweepViewTest, SaysWhatToChooseAndChoosesItAtOnce) {
  const QStringList runs = scalingRuns();
  showSweep();
  ASSERT_TRUE(waitFor([&] {
    return view().isVisible() &&
           session_.index().runs.size() == static_cast<std::size_t>(runs.size());
  }));
  EXPECT_TRUE(view().emptySentence().startsWith(QStringLiteral("Choose runs")));
  chooseAll({runs.front()});
  EXPECT_TRUE(view().emptySentence().startsWith(QStringLiteral("Choose runs")));
  ASSERT_TRUE(waitFor([&] { return !view().findChild<QPushButton*>()->isHidden(); }));
  shot(panel_, QStringLiteral("sweep-empty"));
  QTest::mouseClick(view().findChild<QPushButton*>(), Qt::LeftButton);
  ASSERT_TRUE(settles());
  EXPECT_EQ(selection_.runs().size(), runs.size());
  EXPECT_EQ(view().emptySentence(), QString());
  // Runs that differ in their seed alone.
  chooseAll(runs.mid(0, 3));
  EXPECT_TRUE(view().emptySentence().contains(QStringLiteral("differ in no number")))
      << view().emptySentence().toStdString();
}

TEST_F(SweepViewTest, DrawsMeansWithTheirSpreadAtTheNumbersOfTheSetting) {
  const QStringList runs = scalingRuns();
  showSweep();
  chooseAll(runs);
  EXPECT_EQ(view().settings()->currentText(), QStringLiteral("data.n of the last stage"));
  view().metrics()->setCurrentText(QStringLiteral("test.rmse"));
  emit view().metrics()->activated(view().metrics()->currentIndex());
  ASSERT_TRUE(settles());
  EXPECT_EQ(plot().xAxis->scaleType(), QCPAxis::stLogarithmic);
  EXPECT_EQ(plot().xAxis->label(), QStringLiteral("data.n of the last stage"));
  EXPECT_EQ(plot().yAxis->label(), QStringLiteral("test.rmse"));
  ASSERT_NE(graphNamed("scratch"), nullptr);
  QTest::qWait(50);
  // Lines in the order of their names; on a logarithmic axis the middle of 20 and 100.
  const double middle = std::sqrt(20.0 * 100.0);
  EXPECT_TRUE(alike(colourAt(middle, (0.0725 + 0.062) / 2), look::category(0)));  // large
  EXPECT_TRUE(alike(colourAt(middle, (0.08 + 0.058) / 2), look::category(1)));    // scratch
  EXPECT_TRUE(alike(colourAt(20, 0.08 + 0.0035), look::category(1)));             // its spread
  EXPECT_FALSE(alike(colourAt(middle, 0.08), look::category(1)));
  shot(panel_, QStringLiteral("sweep-1280"));
  panel_.resize(700, 700);
  QTest::qWait(50);
  shot(panel_, QStringLiteral("sweep-700"));
}

TEST_F(SweepViewTest, ReadsPointsByPointerAndKeysAndHidesLines) {
  const QStringList runs = scalingRuns();
  showSweep();
  chooseAll(runs);
  view().metrics()->setCurrentText(QStringLiteral("test.rmse"));
  emit view().metrics()->activated(view().metrics()->currentIndex());
  ASSERT_TRUE(settles());
  QTest::qWait(50);
  QTest::mouseMove(&plot(), {5, 5});  // so that it moves, wherever it was
  QTest::mouseMove(&plot(), {static_cast<int>(plot().xAxis->coordToPixel(100)) + 3,
                             static_cast<int>(plot().yAxis->coordToPixel(0.062)) - 3});
  ASSERT_TRUE(waitFor([&] { return !plot().readOut().isEmpty(); }));
  EXPECT_EQ(plot().readOut(),
            QStringLiteral("large at 100\n0.06200 \u00b1 0.00400 (n = 3)\nseed 11: 0.05800\n"
                           "seed 12: 0.06200\nseed 13: 0.06600"));
  shot(panel_, QStringLiteral("sweep-read"));
  QTest::keyClick(&plot(), Qt::Key_Right);
  EXPECT_TRUE(plot().readOut().startsWith(QStringLiteral("scratch at 100")));
  QTest::keyClick(&plot(), Qt::Key_Space);
  EXPECT_EQ(graphNamed("scratch")->dataCount(), 0);
  EXPECT_NE(graphNamed("large")->dataCount(), 0);
  QTest::keyClick(&plot(), Qt::Key_Home);
  EXPECT_EQ(graphNamed("scratch")->dataCount(), 2);
  const auto* item = plot().legend->itemWithPlottable(graphNamed("large"));
  QTest::mouseClick(&plot(), Qt::LeftButton, {}, item->outerRect().center());
  EXPECT_TRUE(waitFor([&] { return graphNamed("large")->dataCount() == 0; }));
}

TEST_F(SweepViewTest, ASettingThatSomeLackIsALevelForThese) {
  const QStringList runs = scalingRuns();
  showSweep();
  chooseAll(runs);
  view().settings()->setCurrentText(QStringLiteral("data.n of the stage before"));
  emit view().settings()->activated(view().settings()->currentIndex());
  ASSERT_TRUE(settles());
  view().metrics()->setCurrentText(QStringLiteral("test.rmse"));
  emit view().metrics()->activated(view().metrics()->currentIndex());
  ASSERT_TRUE(settles());
  EXPECT_EQ(view().settings()->currentText(), QStringLiteral("data.n of the stage before"));
  ASSERT_NE(graphNamed("scratch_20"), nullptr);
  EXPECT_EQ(graphNamed("scratch_20")->data()->begin()->value, 0.08);
  EXPECT_EQ(graphNamed("scratch_20")->pen().style(), Qt::DashLine);
  EXPECT_EQ(graphNamed("large_20, small_20")->dataCount(), 2);
  shot(panel_, QStringLiteral("sweep-levels"));
}

TEST_F(SweepViewTest, AValueBelowZeroTakesTheLogarithmAway) {
  const QStringList runs = scalingRuns();
  showSweep();
  chooseAll(runs);
  view().metrics()->setCurrentText(QStringLiteral("test.other"));
  emit view().metrics()->activated(view().metrics()->currentIndex());
  ASSERT_TRUE(settles());
  for (QCheckBox* box : view().findChildren<QCheckBox*>())
    EXPECT_EQ(box->isEnabled(), box->text() == QStringLiteral("Log &x"))
        << box->text().toStdString();
}

TEST_F(SweepViewTest, ARunThatEndsJoinsTheLines) {
  const QStringList runs = scalingRuns();
  showSweep();
  RunInfo late = info("large_100", 14);
  late.recipe = "satellite/scaling";
  const RunFolder folder = other_.create_run(late, kScaling);
  other_.set_run_state(folder.id(), "running");
  const QString id = QString::fromStdString(folder.id());
  ASSERT_TRUE(waitFor([&] { return session_.index().findRun(id) != nullptr; }));
  chooseAll(runs + QStringList{id});
  std::ofstream(folder.events())
      << R"({"event":"stage","time":1,"stage":"some","index":0,"steps":10,"global_step":0})"
      << "\n"
      << R"({"event":"measure","time":3,"stage":"some","on":"test","global_step":10,"metrics":{"rmse":0.5}})"
      << "\n";
  other_.set_run_state(folder.id(), "done");
  other_.index_run(folder.id());
  view().metrics()->setCurrentText(QStringLiteral("test.rmse"));
  emit view().metrics()->activated(view().metrics()->currentIndex());
  EXPECT_TRUE(waitFor([&] {
    const QCPGraph* large = graphNamed("large");
    return large && large->dataCount() == 2 && (large->data()->begin() + 1)->value > 0.17;
  }));  // (0.058 + 0.062 + 0.066 + 0.5) / 4
}

TEST_F(SweepViewTest, IsSavedAsPictureAndTable) {
  const QStringList runs = scalingRuns();
  showSweep();
  chooseAll(runs);
  for (const auto& [ending, begin] : {std::pair<const char*, QByteArray>{"png", "\x89PNG"},
                                      {"svg", "<?xml"},
                                      {"pdf", "%PDF"},
                                      {"csv", "line,run,"}}) {
    const QString name = temporary_.filePath(QStringLiteral("sweep.") + QLatin1String(ending));
    view().save(name);
    QFile file(name);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << ending;
    EXPECT_TRUE(file.readAll().startsWith(begin)) << ending;
  }
  EXPECT_THROW(view().save(temporary_.filePath(QStringLiteral("sweep.gif"))), Error);
}

}  // namespace
}  // namespace warmstart
