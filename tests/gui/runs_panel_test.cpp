// The Runs panel: the table and what is done with it, on runs that were made without training.
#include "views/runs/runs_panel.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QTabWidget>
#include <QTreeWidget>
#include <QUndoStack>

#include "app/gui/stall_watch.h"
#include "core/run/run_trash.h"
#include "tests/gui/queue_desk.h"
#include "views/desk/banner.h"
#include "views/runs/claims_view.h"
#include "views/runs/column_chooser.h"
#include "views/runs/compare_view.h"
#include "views/runs/lineage_view.h"
#include "views/runs/run_changes.h"

namespace warmstart {
namespace {

class RunsPanelTest : public QueueDeskTest {
 protected:
  RunsPanel panel_{desk_};
  RunsModel& model() { return *panel_.model(); }
  QAbstractItemModelTester tester_{panel_.model(),
                                   QAbstractItemModelTester::FailureReportingMode::Fatal};

  bool shows(int runs) {
    return waitFor([&] { return model().shownRuns() == runs; });
  }
  QString cell(const std::string& run, int column) {
    return model()
        .indexOfRun(QString::fromStdString(run))
        .siblingAtColumn(column)
        .data()
        .toString();
  }
  void filter(const QString& text) { panel_.findChild<QLineEdit*>("filter")->setText(text); }
  void choose(const QStringList& runs) {
    QItemSelection selection;
    for (const QString& run : runs) {
      const QModelIndex row = model().indexOfRun(run);
      selection.select(row, row.siblingAtColumn(model().columnCount() - 1));
    }
    panel_.view()->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  }
  Banner* banner() { return panel_.findChild<Banner*>(); }
  void confirmDelete() {
    trigger("runs.delete");
    ASSERT_TRUE(banner()->isVisible());
    QTest::mouseClick(banner()->findChild<QPushButton*>(), Qt::LeftButton);
  }
  static QString text(const std::string& plain) { return QString::fromStdString(plain); }
};

TEST_F(RunsPanelTest, WordsAndKeysFilterTheTable) {
  doneRun("pretrained", 0, 0.8);
  const std::string one = doneRun("scratch", 1, 0.7);
  doneRun("scratch", 12, 0.7);
  other_.add_tag(one, "good");
  show(panel_);
  ASSERT_TRUE(shows(3));
  filter("scratch hippo");
  EXPECT_EQ(model().shownRuns(), 2);
  filter("seed:1");
  EXPECT_EQ(model().shownRuns(), 1);
  filter("tag:goo STATE:Done");
  ASSERT_TRUE(shows(1));
  EXPECT_EQ(model().row(model().index(0, 0))->id, text(one));
  filter("arm:nothing");
  EXPECT_EQ(model().shownRuns(), 0);
  filter("");
  EXPECT_EQ(model().shownRuns(), 3);
}

TEST_F(RunsPanelTest, AMetricBecomesAColumnThatSorts) {
  const std::string low = doneRun("a", 0, 0.25), high = doneRun("b", 0, 0.75);
  other_.create_run(info("c", 0), "title: x\n");
  show(panel_);
  ASSERT_TRUE(shows(3));
  trigger("runs.columns");
  auto* chooser = panel_.findChild<ColumnChooser*>();
  ASSERT_TRUE(waitFor([&] { return chooser->isVisible(); }));
  auto* list = chooser->findChild<QListWidget*>();
  ASSERT_EQ(list->count(), 1);
  EXPECT_EQ(list->item(0)->text(), QStringLiteral("test.dice"));
  list->item(0)->setCheckState(Qt::Checked);
  chooser->hide();
  const int column = RunsModel::kFixedColumns;
  ASSERT_TRUE(waitFor([&] { return cell(high, column) == "0.7500"; }));
  for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
    panel_.view()->sortByColumn(column, order);
    EXPECT_EQ(model().row(model().index(order == Qt::AscendingOrder ? 0 : 1, 0))->id, text(low));
    EXPECT_EQ(model().row(model().index(2, 0))->arm, QStringLiteral("c"));  // no value: last
  }
}

TEST_F(RunsPanelTest, OfSeveralStagesTheLastMeanLowestOrHighestIsTaken) {
  const std::string run = doneRun("a", 0, 0.5);
  Database& database = other_.database();
  const char* insert = "INSERT INTO measures (run, data, stage, metric, value) VALUES (?,?,?,?,?)";
  // Stages by their place in the run, not by their names: "zero" comes before "finetune".
  database.run("UPDATE stages SET position = 1 WHERE run = ?", run);
  database.run("INSERT INTO stages (run, position, name, detail) VALUES (?, 0, 'zero', '{}')", run);
  database.run(insert, run, "test", "zero", "dice", 0.1);
  database.run(insert, run, "train", "zero", "asd", 3.0);
  database.run(insert, run, "train", "zero", "hd95", nullptr);
  const std::vector<MetricName> names = metric_names(other_);
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0].data + names[0].metric, "testdice");
  EXPECT_EQ(names[2].data + names[2].metric, "trainhd95");
  const auto value = [&](MetricPick pick) {
    return metric_values(other_, {"test", "dice"}, pick).at(run);
  };
  EXPECT_DOUBLE_EQ(value(MetricPick::kLast), 0.5);
  EXPECT_DOUBLE_EQ(value(MetricPick::kMean), 0.3);
  EXPECT_DOUBLE_EQ(value(MetricPick::kLowest), 0.1);
  EXPECT_DOUBLE_EQ(value(MetricPick::kHighest), 0.5);
  EXPECT_TRUE(metric_values(other_, {"train", "hd95"}, MetricPick::kLast).empty());
}

TEST_F(RunsPanelTest, AGroupShowsMeanAndSpreadOverItsSeeds) {
  for (int seed = 0; seed < 3; ++seed) doneRun("a", seed, 0.7 + 0.1 * seed);
  doneRun("b", 0, 0.5);
  show(panel_);
  ASSERT_TRUE(shows(4));
  panel_.chooseMetrics({{"test", "dice"}});
  panel_.findChild<QComboBox*>("group")->setCurrentIndex(1);
  ASSERT_EQ(model().rowCount(), 2);
  const auto group = [&](const char* arm) {
    for (int row = 0; row < 2; ++row) {
      if (model().index(row, 0).data().toString().contains(QLatin1String(arm)))
        return model().index(row, 0);
    }
    return QModelIndex();
  };
  const QModelIndex a = group(" a ");
  EXPECT_TRUE(a.data().toString().endsWith("n = 3"));
  ASSERT_TRUE(waitFor([&] {
    return a.siblingAtColumn(RunsModel::kFixedColumns).data().toString() == "0.8000 ± 0.1000";
  }));
  EXPECT_EQ(group(" b ").siblingAtColumn(RunsModel::kFixedColumns).data().toString(),
            QStringLiteral("0.5000"));
  choose({model().row(model().index(0, 0, a))->id});
  EXPECT_EQ(panel_.chosenRuns().size(), 1);
  shot(panel_, "runs-grouped");
}

TEST_F(RunsPanelTest, ChoosingRunsMakesThemTheRunsOfEveryPanelAndBack) {
  const QString a = text(doneRun("a", 0, 1)), b = text(doneRun("b", 0, 1));
  show(panel_);
  ASSERT_TRUE(shows(2));
  choose({a});
  EXPECT_EQ(selection_.run(), a);
  choose({a, b});
  EXPECT_EQ(selection_.runs().size(), 2);
  selection_.setRuns({b});
  EXPECT_EQ(panel_.chosenRuns(), QStringList{b});
  filter("arm:b");
  EXPECT_EQ(panel_.chosenRuns(), QStringList{b});
}

TEST_F(RunsPanelTest, TagsAndNotesAreEditedInPlaceAndTakenBack) {
  const std::string run = doneRun("a", 0, 1);
  show(panel_);
  ASSERT_TRUE(shows(1));
  QModelIndex tags = model().indexOfRun(text(run)).siblingAtColumn(RunsModel::kTags);
  panel_.view()->setCurrentIndex(tags);
  panel_.view()->edit(tags);
  auto* editor = panel_.view()->viewport()->findChild<QLineEdit*>();
  ASSERT_NE(editor, nullptr);
  editor->setText("good, baseline, good");
  QTest::keyClick(editor, Qt::Key_Return);
  ASSERT_TRUE(waitFor([&] { return cell(run, RunsModel::kTags) == "baseline, good"; }));
  model().setData(model().indexOfRun(text(run)).siblingAtColumn(RunsModel::kNote), "look again",
                  Qt::EditRole);
  ASSERT_TRUE(waitFor([&] { return cell(run, RunsModel::kNote) == "look again"; }));
  panel_.changes().stack().undo();
  panel_.changes().stack().undo();
  ASSERT_TRUE(waitFor([&] { return cell(run, RunsModel::kTags).isEmpty(); }));
  EXPECT_EQ(other_.find_run(run).note, "");
}

TEST_F(RunsPanelTest, DeletingAsksOnceAndUndoBringsEverythingBack) {
  const std::string run = doneRun("a", 0, 0.5), stays = doneRun("b", 0, 0.5);
  other_.add_tag(run, "good");
  other_.set_note(run, "mine");
  show(panel_);
  ASSERT_TRUE(shows(2));
  choose({text(run)});
  confirmDelete();
  ASSERT_TRUE(shows(1));
  EXPECT_FALSE(std::filesystem::exists(root_ / "runs" / run));
  EXPECT_NE(selection_.run(), text(run));
  undo_.undo();
  ASSERT_TRUE(shows(2));
  EXPECT_TRUE(std::filesystem::exists(root_ / "runs" / run / "events.jsonl"));
  EXPECT_EQ(other_.find_run(run).tags, std::vector<std::string>{"good"});
  EXPECT_EQ(other_.find_run(run).note, "mine");
  EXPECT_EQ(other_.measures(run).size(), 1U);
  undo_.redo();
  ASSERT_TRUE(shows(1));
  EXPECT_EQ(model().row(model().index(0, 0))->id, text(stays));
}

TEST_F(RunsPanelTest, ARunningRunIsNotDeleted) {
  const Job job = submit("a", 0);
  startJob(job.id);
  show(panel_);
  ASSERT_TRUE(shows(1));
  choose({text(job.run)});
  confirmDelete();
  ASSERT_TRUE(waitFor([&] { return banner()->text().contains("running"); }));
  EXPECT_TRUE(std::filesystem::exists(root_ / "runs" / job.run / "recipe.yaml"));
  EXPECT_FALSE(undo_.canUndo());
}

TEST_F(RunsPanelTest, ARunThatAWaitingJobNeedsIsNotDeletedWithoutIt) {
  const Job first = submit("a", 0);
  startJob(first.id);
  endJob(first.id, JobState::kDone);
  const Job second = submit("a", 1, first.id);
  EXPECT_THROW(trash_runs(other_, {first.run}), Error);
  EXPECT_TRUE(std::filesystem::exists(root_ / "runs" / first.run));
  trash_runs(other_, {first.run, second.run});
  EXPECT_TRUE(other_.list_runs().empty());
  EXPECT_TRUE(Queue(other_).list().empty());
  restore_runs(other_, {first.run, second.run});
  EXPECT_EQ(Queue(other_).get(second.id).depends_on, first.id);
}

TEST_F(RunsPanelTest, TheTrashOfAProgramThatEndedIsEmptied) {
  const std::string kept = doneRun("a", 0, 1);
  const Path ended = root_ / "runs" / ".trash" / "1:1:another boot";
  std::filesystem::create_directories(ended / "gone" / "checkpoints");
  // Killed between the two steps: the rows of this one still stand.
  std::filesystem::rename(root_ / "runs" / kept, ended / kept);
  empty_trash(other_);
  EXPECT_FALSE(std::filesystem::exists(ended));
  EXPECT_TRUE(std::filesystem::exists(root_ / "runs" / kept / "run.json"));
}

TEST_F(RunsPanelTest, AFolderThatGoesWhileItIsShownHarmsNothing) {
  const std::string run = doneRun("a", 0, 1), other = doneRun("b", 0, 1);
  show(panel_);
  ASSERT_TRUE(shows(2));
  std::filesystem::remove_all(root_ / "runs" / run);
  auto* tabs = panel_.findChild<QTabWidget*>();
  for (int tab = 0; tab < tabs->count(); ++tab) {
    tabs->setCurrentIndex(tab);
    choose({text(run), text(other)});
    QTest::qWait(100);
  }
  confirmDelete();
  ASSERT_TRUE(shows(0));
  undo_.undo();
  ASSERT_TRUE(shows(2));
}

TEST_F(RunsPanelTest, ATrashThatCannotBeWrittenIsToldAndNothingIsLost) {
  const std::string run = doneRun("a", 0, 1);
  // A file where the trash should be stops even who may write anywhere.
  std::ofstream(root_ / "runs" / ".trash") << "x";
  show(panel_);
  ASSERT_TRUE(shows(1));
  choose({text(run)});
  confirmDelete();
  ASSERT_TRUE(waitFor([&] { return banner()->text().contains("trash"); }));
  EXPECT_EQ(other_.list_runs().size(), 1U);
}

TEST_F(RunsPanelTest, CompareShowsSettingsThatDifferAndTheChangeOfResults) {
  const std::string a = doneRun("a", 0, 0.5), b = doneRun("b", 0, 0.75);
  write_atomically(root_ / "runs" / b / "recipe.yaml", "title: x\nmodel: {width: 16}\n");
  show(panel_);
  ASSERT_TRUE(shows(2));
  auto* compare = panel_.findChild<CompareView*>();
  panel_.findChild<QTabWidget*>()->setCurrentWidget(compare);
  selection_.setRuns({text(a), text(b)});
  CompareModel& model = compare->compared();
  const QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_TRUE(waitFor([&] { return model.complete(); }));
  const auto cell = [&](CompareModel::Section section, const char* name, int column) {
    const QModelIndex row = model.find(section, QString::fromLatin1(name));
    return row.isValid() ? row.siblingAtColumn(column).data().toString() : QStringLiteral("absent");
  };
  EXPECT_EQ(cell(CompareModel::kSettings, "model.width", 1), QStringLiteral("8"));
  EXPECT_EQ(cell(CompareModel::kSettings, "model.width", 2), QStringLiteral("16"));
  EXPECT_EQ(cell(CompareModel::kSettings, "title", 1), QStringLiteral("absent"));
  EXPECT_EQ(cell(CompareModel::kResults, "test.dice", 2), QStringLiteral("0.7500  (+0.2500)"));
  EXPECT_TRUE(compare->isExpanded(model.index(CompareModel::kResults, 0)));
}

TEST_F(RunsPanelTest, ComparingThousandsOfResultsDoesNotHoldTheWindow) {
  const std::string a = doneRun("a", 0, 0.5), b = doneRun("b", 0, 0.75);
  other_.database().run(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 5000)"
      " INSERT INTO measures (run, data, stage, metric, value)"
      " SELECT r.id, 'test', 'finetune', printf('metric.%04d', i), i / 5000.0 FROM runs r, n");
  show(panel_);
  ASSERT_TRUE(shows(2));
  auto* compare = panel_.findChild<CompareView*>();
  panel_.findChild<QTabWidget*>()->setCurrentWidget(compare);
  ASSERT_TRUE(waitFor([&] { return compare->isVisible(); }));
  StallWatch watch;
  QTest::qWait(50);
  watch.takeLongest();
  selection_.setRuns({text(a), text(b)});
  ASSERT_TRUE(waitFor([&] { return compare->compared().complete(); }));
  QTest::qWait(50);
  EXPECT_EQ(compare->compared().rowCount(compare->compared().index(CompareModel::kResults, 0)),
            5001);
  EXPECT_LT(watch.takeLongest(), 50);
}

TEST_F(RunsPanelTest, LineageNamesWhatEachStageStartedFrom) {
  const std::string run = doneRun("a", 0, 0.5);
  std::ofstream(root_ / "runs" / run / "checkpoints" / "stage-finetune.ckpt") << "x";
  show(panel_);
  ASSERT_TRUE(shows(1));
  auto* lineage = panel_.findChild<LineageView*>();
  panel_.findChild<QTabWidget*>()->setCurrentWidget(lineage);
  choose({text(run)});
  ASSERT_TRUE(waitFor([&] {
    return !lineage->findItems("stage-finetune.ckpt", Qt::MatchRecursive | Qt::MatchExactly)
                .isEmpty();
  }));
  const auto stage = lineage->findItems("finetune", Qt::MatchRecursive | Qt::MatchExactly);
  ASSERT_FALSE(stage.isEmpty());
  EXPECT_EQ(stage.first()->text(1), QStringLiteral("scratch"));
}

TEST_F(RunsPanelTest, AClaimIsShownInColourAndWordWithItsNumbers) {
  const std::int64_t experiment =
      other_.create_experiment("check", "medical/hippocampus", "Hippocampus", "small");
  RunInfo claimed = info("a", 0);
  claimed.experiment = experiment;
  const std::string run = other_.create_run(claimed, "title: x\n").id();
  ClaimRecord claim{
      experiment, "medical/hippocampus", "small", "a.test.dice > b.test.dice", "not_shown",
      {},         now_seconds()};
  claim.detail = {{"better", {{"mean", 0.8}, {"deviation", 0.01}}},
                  {"than", {{"mean", 0.79}, {"deviation", 0.02}}},
                  {"difference", 0.01},
                  {"p", 0.25},
                  {"n_seeds", 3},
                  {"sentence", "not shown: 0.8 against 0.79"}};
  other_.record_claim(claim);
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return cell(run, RunsModel::kClaim) == "not shown"; }));
  auto* claims = panel_.findChild<ClaimsView*>();
  ASSERT_EQ(claims->topLevelItemCount(), 1);
  const QTreeWidgetItem* item = claims->topLevelItem(0)->child(0);
  EXPECT_TRUE(item->text(0).contains("not shown"));
  EXPECT_EQ(item->foreground(0).color(), look::stateColour("not_shown"));
  look::apply(*qApp, look::Scheme::kDark);
  const QColor dark = item->foreground(0).color();
  look::apply(*qApp, look::Scheme::kLight);
  EXPECT_NE(dark, item->foreground(0).color());
  EXPECT_EQ(item->text(2), QStringLiteral("0.8000 ± 0.0100"));
  EXPECT_EQ(item->text(5), QStringLiteral("0.2500"));
  EXPECT_GT(count(claims->grab().toImage(), look::stateColour("not_shown")), 10);
}

TEST_F(RunsPanelTest, TheTableAsCsvKeepsEveryDigit) {
  const std::string run = doneRun("a", 0, 0.1234567890123);
  other_.set_note(run, "one, \"two\"");
  show(panel_);
  ASSERT_TRUE(shows(1));
  panel_.chooseMetrics({{"test", "dice"}});
  ASSERT_TRUE(waitFor([&] { return cell(run, RunsModel::kFixedColumns) == "0.1235"; }));
  ASSERT_TRUE(waitFor([&] { return cell(run, RunsModel::kNote).contains("two"); }));
  const QStringList lines = model().asCsv().split('\n');
  ASSERT_EQ(lines.size(), 3);
  EXPECT_TRUE(lines[0].startsWith("run,State,Recipe"));
  EXPECT_TRUE(lines[1].contains("0.1234567890123"));
  EXPECT_TRUE(lines[1].contains("\"one, \"\"two\"\"\""));
}

TEST_F(RunsPanelTest, StatesAreDrawnInTheirColours) {
  for (int seed = 0; seed < 3; ++seed) other_.add_tag(doneRun("pretrained", seed, 0.84), "paper");
  const Job failed = submit("scratch", 0);
  startJob(failed.id);
  endJob(failed.id, JobState::kFailed, "no space left");
  show(panel_, {1280, 760});
  ASSERT_TRUE(shows(4));
  panel_.chooseMetrics({{"test", "dice"}});
  const QImage image = shot(panel_, "runs-1280");
  EXPECT_GT(count(image, look::good()), 10);
  EXPECT_GT(count(image, look::bad()), 5);
  panel_.resize(640, 700);
  selection_.setRuns({model().row(model().index(1, 0))->id, model().row(model().index(2, 0))->id});
  panel_.showTourStop("compare");
  QTest::qWait(200);
  shot(panel_, "runs-640");
}

}  // namespace
}  // namespace warmstart
