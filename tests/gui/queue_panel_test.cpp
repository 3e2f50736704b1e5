// The Queue panel: what it shows of the index, and its commands by click and key.
#include "views/queue/queue_panel.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QMimeData>
#include <QSignalSpy>
#include <QTreeView>

#include "core/run/serve_lock.h"
#include "tests/gui/queue_desk.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"

namespace warmstart {
namespace {

class QueuePanelTest : public QueueDeskTest {
 protected:
  QueuePanel panel_{desk_};
  QueueModel& model() { return *panel_.model(); }
  QAbstractItemModelTester tester_{panel_.model(),
                                   QAbstractItemModelTester::FailureReportingMode::Fatal};

  QModelIndex rowOf(std::int64_t id) { return model().indexOfJob(id); }
  QString cell(std::int64_t id, int column) {
    return rowOf(id).siblingAtColumn(column).data().toString();
  }
  bool sees(std::int64_t id) {
    return waitFor([&] { return rowOf(id).isValid(); });
  }
  void choose(const std::vector<std::int64_t>& ids) {
    QItemSelection selection;
    for (const std::int64_t id : ids) {
      const QModelIndex row = rowOf(id);
      selection.select(row, row.siblingAtColumn(QueueModel::kColumns - 1));
    }
    panel_.view()->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  }
  std::vector<std::int64_t> waitingIds() {
    std::vector<std::int64_t> ids;
    const QModelIndex lane = model().indexOfLane(QueueLane::Kind::kWaiting);
    for (int row = 0; row < model().rowCount(lane); ++row)
      ids.push_back(model().index(row, 0, lane).data(QueueModel::kJobRole).toLongLong());
    return ids;
  }
  bool waitingBecome(const std::vector<std::int64_t>& ids) {
    return waitFor([&] { return waitingIds() == ids; });
  }
  QString banner() {
    for (const Banner* banner : panel_.findChildren<Banner*>()) {
      if (!banner->text().isEmpty()) return banner->text();
    }
    return {};
  }
};

TEST_F(QueuePanelTest, AnEmptyQueueSaysWhatToDoNext) {
  show(panel_);
  const auto* empty = panel_.findChild<EmptyState*>();
  EXPECT_TRUE(waitFor([&] { return session_.ready() && empty->isVisible(); }));
  QSignalSpy wanted(&selection_, &Selection::panelWanted);
  QTest::mouseClick(empty->findChild<QPushButton*>(), Qt::LeftButton);
  ASSERT_EQ(wanted.size(), 1);
  EXPECT_EQ(wanted.at(0).at(0).toString(), QStringLiteral("setup"));
}

TEST_F(QueuePanelTest, JobsStandInTheLaneOfTheirStateAndSayWhyTheyWait) {
  record_devices(other_, {cpu_device(2)});
  const Job running = submit("pretrained", 0);
  const Job after = submit("pretrained", 1, running.id);
  const Job ended = submit("pretrained", 2);
  startJob(ended.id);
  endJob(ended.id, JobState::kFailed, "the loss is not finite");
  startJob(running.id);
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return cell(running.id, QueueModel::kState) == "running"; }));
  EXPECT_TRUE(rowOf(running.id).parent().data(Qt::UserRole).toString().contains("1 of 2 places"));
  EXPECT_EQ(rowOf(after.id).parent(), model().indexOfLane(QueueLane::Kind::kWaiting));
  EXPECT_TRUE(cell(after.id, QueueModel::kNote).contains(QString("job %1").arg(running.id)));
  EXPECT_EQ(cell(ended.id, QueueModel::kNote), QStringLiteral("the loss is not finite"));
  EXPECT_FALSE(panel_.view()->isExpanded(model().indexOfLane(QueueLane::Kind::kEnded)));
}

TEST_F(QueuePanelTest, ProgressComesFromTheRunItselfAndIsDrawn) {
  const Job job = submit("pretrained", 0);
  startJob(job.id);
  std::ofstream events(root_ / "runs" / job.run / "events.jsonl");
  events << R"({"event":"start","time":100,"total_steps":200})"
         << "\n";
  for (int step = 1; step <= 100; ++step) {
    events << R"({"event":"step","time":)" << 100 + step * 0.5 << R"(,"stage":"a","step":)" << step
           << R"(,"global_step":)" << step << R"(,"scalars":{"loss":1}})"
           << "\n";
  }
  events.close();
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return cell(job.id, QueueModel::kProgress) == "100 / 200"; }));
  EXPECT_EQ(cell(job.id, QueueModel::kRate), QStringLiteral("2.000"));
  EXPECT_EQ(cell(job.id, QueueModel::kLeft), QStringLiteral("50 s"));
  const QRect bar = panel_.view()->visualRect(rowOf(job.id).siblingAtColumn(QueueModel::kProgress));
  const QImage image = panel_.view()->viewport()->grab(bar).toImage();
  const int left = count(image.copy(0, 0, image.width() / 2, image.height()), look::accent());
  const int right = count(image.copy(image.width() / 2 + 2, 0, image.width() / 2, image.height()),
                          look::accent());
  EXPECT_GT(left, bar.width() / 2);
  EXPECT_LT(right, bar.width() / 10);
}

TEST_F(QueuePanelTest, SelectedJobsArePausedResumedAndCancelledTogether) {
  const Job a = submit("pretrained", 0), b = submit("pretrained", 1);
  show(panel_);
  ASSERT_TRUE(sees(b.id));
  EXPECT_FALSE(enabled("queue.pause"));
  choose({a.id, b.id});
  EXPECT_FALSE(enabled("queue.resume"));
  trigger("queue.pause");
  ASSERT_TRUE(waitFor([&] { return cell(b.id, QueueModel::kState) == "paused"; }));
  EXPECT_EQ(cell(a.id, QueueModel::kState), QStringLiteral("paused"));
  trigger("queue.resume");
  ASSERT_TRUE(waitFor([&] { return waitingIds().size() == 2; }));
  trigger("queue.cancel");
  ASSERT_TRUE(waitFor([&] { return cell(b.id, QueueModel::kState) == "cancelled"; }));
  EXPECT_FALSE(enabled("queue.cancel"));
  EXPECT_EQ(Queue(other_).get(a.id).state, JobState::kCancelled);
}

TEST_F(QueuePanelTest, ARunningJobIsAskedAndShownAsAskedUntilTheRunnerAnswers) {
  const Job job = submit("pretrained", 0);
  startJob(job.id);
  show(panel_);
  ASSERT_TRUE(sees(job.id));
  choose({job.id});
  trigger("queue.stop");
  ASSERT_TRUE(waitFor([&] { return cell(job.id, QueueModel::kNote).contains("saving"); }));
  EXPECT_EQ(cell(job.id, QueueModel::kState), QStringLiteral("running"));
  EXPECT_EQ(Queue(other_).get(job.id).request, "stop");
}

TEST_F(QueuePanelTest, KeysMoveWaitingJobs) {
  const std::int64_t a = submit("x", 0).id, b = submit("x", 1).id, c = submit("x", 2).id;
  show(panel_);
  ASSERT_TRUE(waitingBecome({a, b, c}));
  panel_.activateWindow();
  panel_.view()->setFocus();
  ASSERT_TRUE(waitFor([&] { return panel_.view()->hasFocus(); }));
  choose({c});
  QTest::keyClick(panel_.view(), Qt::Key_Up, Qt::AltModifier);
  ASSERT_TRUE(waitingBecome({a, c, b}));
  choose({a, c});
  QTest::keyClick(panel_.view(), Qt::Key_Down, Qt::AltModifier);
  ASSERT_TRUE(waitingBecome({b, a, c}));
  EXPECT_EQ(panel_.view()->selectionModel()->selectedRows().size(), 2);
}

TEST_F(QueuePanelTest, DraggedJobsLandTogetherWhereTheyAreDropped) {
  const std::int64_t a = submit("x", 0).id, b = submit("x", 1).id, c = submit("x", 2).id,
                     d = submit("x", 3).id;
  show(panel_);
  ASSERT_TRUE(waitingBecome({a, b, c, d}));
  const std::unique_ptr<QMimeData> dragged(model().mimeData({rowOf(d), rowOf(b)}));
  const QModelIndex lane = model().indexOfLane(QueueLane::Kind::kWaiting);
  model().dropMimeData(dragged.get(), Qt::MoveAction, 0, 0, lane);
  ASSERT_TRUE(waitingBecome({b, d, a, c}));
  const std::unique_ptr<QMimeData> again(model().mimeData({rowOf(b), rowOf(d)}));
  model().dropMimeData(again.get(), Qt::MoveAction, 4, 0, lane);
  ASSERT_TRUE(waitingBecome({a, c, b, d}));
}

TEST_F(QueuePanelTest, ARaisedPriorityStartsFirst) {
  const std::int64_t a = submit("x", 0).id, b = submit("x", 1).id;
  show(panel_);
  ASSERT_TRUE(waitingBecome({a, b}));
  choose({b});
  trigger("queue.raise");
  ASSERT_TRUE(waitingBecome({b, a}));
  EXPECT_EQ(cell(b, QueueModel::kPriority), QStringLiteral("1"));
}

TEST_F(QueuePanelTest, AnEndedJobIsExtendedByTheStepsThatTheBarSays) {
  const Job job = submit("x", 0);
  startJob(job.id);
  endJob(job.id, JobState::kDone);
  show(panel_);
  ASSERT_TRUE(sees(job.id));
  choose({job.id});
  trigger("queue.extend");
  auto* steps = panel_.findChild<QSpinBox*>();
  ASSERT_TRUE(steps->isVisible());
  steps->setValue(250);
  QTest::mouseClick(steps->parentWidget()->findChild<QPushButton*>(), Qt::LeftButton);
  ASSERT_TRUE(waitingBecome({job.id}));
  EXPECT_EQ(other_.find_run(job.run).info.extra_steps, 250);
}

TEST_F(QueuePanelTest, WithoutARunnerItSaysThatNobodyExecutesJobs) {
  submit("x", 0);
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return banner().contains("Nobody executes jobs"); }));
  {
    const ServeLock runner = ServeLock::take(root_);
    ASSERT_TRUE(waitFor([&] { return banner().isEmpty(); }));
    EXPECT_FALSE(enabled("queue.start"));
  }
  ASSERT_TRUE(waitFor([&] { return banner().contains("Nobody executes jobs"); }, 2000));
  EXPECT_TRUE(enabled("queue.start"));
}

TEST_F(QueuePanelTest, AJobWhoseWorkerAndRunnerDiedIsNotAPhantom) {
  const Job job = submit("x", 0);
  Queue queue(other_);
  ASSERT_TRUE(queue.claim(job.id, "runner", {"cpu", 1}));
  ASSERT_TRUE(queue.set_running(job.id, "runner", "1:1:another boot"));
  show(panel_);
  ASSERT_TRUE(sees(job.id));
  EXPECT_TRUE(cell(job.id, QueueModel::kNote).contains("its process has ended"));
}

TEST_F(QueuePanelTest, WhatAnotherProgramChangesAppearsAndTheSelectionStays) {
  const std::int64_t a = submit("x", 0).id;
  show(panel_);
  ASSERT_TRUE(sees(a));
  choose({a});
  const std::int64_t b = submit("y", 0).id;
  ASSERT_TRUE(sees(b));
  Queue(other_).pause(a);
  ASSERT_TRUE(waitFor([&] { return cell(a, QueueModel::kState) == "paused"; }));
  ASSERT_EQ(panel_.view()->selectionModel()->selectedRows().size(), 1);
  EXPECT_EQ(panel_.view()->selectionModel()->selectedRows().first(), rowOf(a));
  EXPECT_TRUE(enabled("queue.resume"));
}

TEST_F(QueuePanelTest, ACommandThatComesTooLateIsToldInThePanel) {
  const Job job = submit("x", 0);
  show(panel_);
  ASSERT_TRUE(sees(job.id));
  choose({job.id});
  QAction* resume = actions_.find(QStringLiteral("queue.pause"));
  startJob(job.id);
  endJob(job.id, JobState::kDone);
  resume->trigger();
  ASSERT_TRUE(waitFor([&] { return banner().contains("cannot pause"); }));
}

TEST_F(QueuePanelTest, CopyAsCommandSubmitsTheSameAgain) {
  const Job job = submit("pretrained", 3);
  show(panel_);
  ASSERT_TRUE(sees(job.id));
  choose({job.id});
  trigger("queue.copyCommand");
  EXPECT_EQ(QGuiApplication::clipboard()->text(),
            QStringLiteral("warmstart submit medical/hippocampus --arm pretrained --seed 3 "
                           "--profile small --workspace ") +
                temporary_.path());
}

TEST_F(QueuePanelTest, AHiddenPanelDoesNoWorkAndIsUpToDateWhenShown) {
  show(panel_);
  panel_.hide();
  const std::int64_t a = submit("x", 0).id;
  ASSERT_TRUE(waitFor([&] { return !session_.index().jobs.empty(); }));
  EXPECT_FALSE(rowOf(a).isValid());
  panel_.show();
  EXPECT_TRUE(rowOf(a).isValid());
}

TEST_F(QueuePanelTest, LanesAndStatesAreDrawn) {
  record_devices(other_, {cpu_device(2)});
  const Job running = submit("pretrained", 0);
  startJob(running.id);
  std::ofstream(root_ / "runs" / running.run / "events.jsonl")
      << R"({"event":"start","time":100,"total_steps":200})"
      << "\n"
      << R"({"event":"step","time":101,"stage":"a","step":60,"global_step":60,"scalars":{"loss":1}})"
      << "\n"
      << R"({"event":"step","time":102,"stage":"a","step":66,"global_step":66,"scalars":{"loss":1}})"
      << "\n";
  for (int seed = 1; seed < 5; ++seed) submit("pretrained", seed, seed == 4 ? running.id : 0);
  const Job failed = submit("scratch", 0);
  startJob(failed.id);
  endJob(failed.id, JobState::kFailed, "the loss became infinite at step 12");
  show(panel_, {640, 700});
  ASSERT_TRUE(waitFor([&] { return cell(running.id, QueueModel::kProgress) == "66 / 200"; }));
  // The index may have been read before the last job had ended, and the run's log is quicker.
  ASSERT_TRUE(waitFor([&] { return cell(failed.id, QueueModel::kState) == "failed"; }));
  panel_.view()->expand(model().indexOfLane(QueueLane::Kind::kEnded));
  choose({running.id + 1, running.id + 2});
  shot(panel_, "queue-640");
  choose({});
  panel_.resize(1280, 760);
  const QImage image = shot(panel_, "queue-1280");
  EXPECT_GT(count(image, look::bad()), 20);
  EXPECT_GT(count(image, look::warning()), 100);  // nobody executes: the banner's edge
  EXPECT_GT(count(image, look::accent()), 100);   // the bar
}

}  // namespace
}  // namespace warmstart
