// Alerts of jobs and of runs started in a terminal, whatever is chosen in the window: told once,
// with a way to the run, many at once in one notice, and on the desktop while the user is
// elsewhere.
#include <QSignalSpy>

#include "app/gui/outcome_watch.h"
#include "app/gui/window_settings.h"
#include "tests/gui/queue_desk.h"
#include "views/desk/notices.h"
#include "views/desk/selection.h"
#include "views/live/live_panel.h"

namespace warmstart::live {
namespace {

class JobAlertsTest : public QueueDeskTest {
 protected:
  static std::string steps(int first, int last, double loss) {
    std::string text;
    for (int step = first; step <= last; ++step) {
      text += R"({"event":"step","time":1,"stage":"a","step":1,"global_step":)" +
              std::to_string(step) + R"(,"scalars":{"loss":)" + std::to_string(loss) + "}}\n";
    }
    return text;
  }
  void write(const std::string& run, const std::string& text) {
    std::ofstream(root_ / "runs" / run / "events.jsonl", std::ios::app) << text;
  }
  void write(const Job& job, const std::string& text) { write(job.run, text); }
  Job running(const std::string& arm, std::int64_t seed) {
    const Job job = submit(arm, seed);
    startJob(job.id);
    return job;
  }
  QList<Notice> warnings() const {
    QList<Notice> found;
    for (const QList<QVariant>& call : told_) {
      if (const auto notice = call[0].value<Notice>(); notice.level == Notice::Level::kWarning)
        found << notice;
    }
    return found;
  }
  LivePanel panel_{desk_};  ///< never shown
  QSignalSpy told_{&notices_, &Notices::told};
};

TEST_F(JobAlertsTest, WhatARunDidThatEndedLongAgoIsNoNews) {
  const std::string old = doneRun("scratch", 1, 0.5), recent = doneRun("scratch", 2, 0.5);
  other_.database().run("UPDATE runs SET ended = ended - 3600 WHERE id = ?1", old);
  for (const std::string& run : {old, recent})
    write(run, steps(11, 50, 1) + steps(51, 51, 50) + steps(52, 60, 1));
  selection_.setRuns({QString::fromStdString(old), QString::fromStdString(recent)});
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return !warnings().isEmpty(); }));
  QTest::qWait(1500);
  ASSERT_EQ(warnings().size(), 1);
  EXPECT_TRUE(warnings().first().text.startsWith(QLatin1String("scratch, seed 2: ")))
      << qPrintable(warnings().first().text);
}

TEST_F(JobAlertsTest, AJobThatNobodyChoseIsToldOnceAndTheButtonLeadsToIt) {
  const Job job = running("scratch", 3);
  write(job, steps(1, 40, 1) + steps(41, 41, 50) + steps(42, 60, 1));
  ASSERT_TRUE(waitFor([&] { return !warnings().isEmpty(); }));
  const Notice notice = warnings().first();
  EXPECT_EQ(notice.text.toStdString(),
            "scratch, seed 3: the loss is 50 times its median at step 41");
  write(job, steps(61, 61, 90));
  QTest::qWait(3500);
  EXPECT_EQ(warnings().size(), 1) << "once a run and rule";
  QSignalSpy wanted(&selection_, &Selection::panelWanted);
  ASSERT_TRUE(notice.act);
  notice.act();
  EXPECT_EQ(selection_.run().toStdString(), job.run);
  EXPECT_EQ(selection_.step(), 41);
  ASSERT_EQ(wanted.size(), 1);
  EXPECT_EQ(wanted[0][0].toString(), QStringLiteral("live"));
  // Shown, it is watched by its whole log too.
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return panel_.settled(); }));
  QTest::qWait(2500);
  EXPECT_EQ(warnings().size(), 1);
}

TEST_F(JobAlertsTest, ARunStartedInATerminalIsWatchedWhileItRuns) {
  const RunFolder waits = other_.create_run(info("waits", 0), "title: x\n");
  const RunFolder runs = other_.create_run(info("scratch", 4), "title: x\n");
  const std::string spike = steps(1, 40, 1) + steps(41, 41, 50) + steps(42, 60, 1);
  write(waits.id(), spike);
  write(runs.id(), spike);
  other_.set_run_state(runs.id(), "running");  // by this process, which lives
  ASSERT_TRUE(waitFor([&] { return !warnings().isEmpty(); }));
  EXPECT_EQ(warnings().first().text.toStdString(),
            "scratch, seed 4: the loss is 50 times its median at step 41");
  other_.set_run_state(runs.id(), "done");
  QTest::qWait(3500);  // its last look
  write(runs.id(), R"({"event":"failed","time":2,"error":"loss is nan at stage 'a', step 61"})"
                   "\n");
  QTest::qWait(3500);
  EXPECT_EQ(warnings().size(), 1) << "neither what waits nor what has ended";
}

TEST_F(JobAlertsTest, ManyRunsAtOnceAreOneNoticeThatLeadsToTheList) {
  std::vector<Job> jobs;
  QStringList names;
  for (int seed = 0; seed < 7; ++seed) {
    jobs.push_back(submit("scratch", seed));
    names << QStringLiteral("scratch, seed %1").arg(seed);
    write(jobs.back(), steps(1, 40, 1) + steps(41, 41, 50));
  }
  for (const Job& job : jobs) startJob(job.id);
  QStringList announced;
  QWidget window;  // not the active one
  OutcomeWatch watch(desk_, &window,
                     [&](const QString& title, const QString&) { announced << title; });
  ASSERT_TRUE(waitFor([&] { return !warnings().isEmpty(); }));
  QTest::qWait(3500);
  ASSERT_EQ(warnings().size(), 1);
  const Notice notice = warnings().first();
  EXPECT_EQ(notice.text.toStdString(), "7 runs: the loss is far above its median");
  QStringList said = notice.detail.split(QLatin1Char('\n'));
  said.sort();
  EXPECT_EQ(said, names);
  EXPECT_EQ(announced, QStringList{notice.text});
  QSignalSpy wanted(&selection_, &Selection::panelWanted);
  ASSERT_TRUE(notice.act);
  notice.act();
  EXPECT_EQ(selection_.runs().size(), 7);
  ASSERT_EQ(wanted.size(), 1);
  EXPECT_EQ(wanted[0][0].toString(), QStringLiteral("runs"));
}

TEST_F(JobAlertsTest, TheLastWordOfAJobThatFailsIsStillRead) {
  const Job job = running("scratch", 1);
  write(job, steps(1, 10, 1));
  ASSERT_TRUE(waitFor([&] { return !session_.index().jobs.empty(); }));
  QTest::qWait(2500);
  write(job, R"({"event":"failed","time":2,"error":"loss is nan at stage 'a', step 11"})"
             "\n");
  endJob(job.id, JobState::kFailed, "loss is nan");
  ASSERT_TRUE(waitFor([&] { return !warnings().isEmpty(); }));
  EXPECT_TRUE(warnings().first().text.contains(QStringLiteral("not a finite number")));
}

TEST_F(JobAlertsTest, AnAlertGoesToTheDesktopOnlyWhenAwayAndWhenWanted) {
  QWidget window;  // not the active one
  QStringList announced;
  OutcomeWatch watch(desk_, &window,
                     [&](const QString& title, const QString&) { announced << title; });
  write(running("scratch", 1), steps(1, 40, 1) + steps(41, 41, 50));
  ASSERT_TRUE(waitFor([&] { return warnings().size() == 1; }));
  EXPECT_EQ(announced, QStringList{warnings().first().text});
  notices_.warn(QStringLiteral("a file is not known"));
  EXPECT_EQ(announced.size(), 1) << "what the user did in the window is told there alone";
  setAnnouncesOnDesktop(false);
  write(running("scratch", 2), steps(1, 40, 1) + steps(41, 41, 50));
  ASSERT_TRUE(waitFor([&] { return warnings().size() == 3; }));
  EXPECT_EQ(announced.size(), 1);
  setAnnouncesOnDesktop(true);
}

}  // namespace
}  // namespace warmstart::live
