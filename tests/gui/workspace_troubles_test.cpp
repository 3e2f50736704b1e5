// The window when its workspace misbehaves: it cannot be written, its runner is killed, another
// window works on it too. Each is told once and in place; what is there stays on the screen.
#include <signal.h>
#include <sys/wait.h>

#include <QLabel>
#include <QSignalSpy>
#include <QTreeView>

#include "app/gui/main_window.h"
#include "app/gui/status_area.h"
#include "app/gui/toasts.h"
#include "app/gui/window_settings.h"
#include "core/run/serve_lock.h"
#include "tests/gui/queue_desk.h"
#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/queue/queue_panel.h"

namespace warmstart {
namespace {

/// A process of its own that holds the queue as a runner does, to be killed.
class HeldQueue {
 public:
  explicit HeldQueue(const Path& root) : pid_(fork()) {
    if (pid_ != 0) return;
    const ServeLock lock = ServeLock::take(root);
    for (;;) pause();
  }
  ~HeldQueue() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_;
};

class WorkspaceTroubles : public QueueDeskTest {
 protected:
  ~WorkspaceTroubles() override { WindowSettings().clear(); }
  /// Nobody can write a workspace whose cache is no folder, root included.
  void makeUnwritable() {
    std::filesystem::remove_all(root_ / "cache");
    std::ofstream(root_ / "cache") << "in the way";
  }
  void makeWritable() {
    std::filesystem::remove(root_ / "cache");
    std::filesystem::create_directory(root_ / "cache");
  }
};

TEST_F(WorkspaceTroubles, ARunnerThatIsKilledIsToldInPlaceAndNothingIsLost) {
  HeldQueue runner(root_);
  const Job running = submit("scratch", 0);
  const Job waiting = submit("scratch", 1);
  startJob(running.id);
  MainWindow window(root_);
  window.show();
  window.showPanel(QStringLiteral("queue"));
  auto* panel = window.panel(QStringLiteral("queue"));
  const auto banner = [&] {
    QStringList texts;
    for (const Banner* one : panel->findChildren<Banner*>())
      if (one->isVisible()) texts << one->text();
    return texts;
  };
  ASSERT_TRUE(waitFor([&] { return window.desk().session.index().runner.has_value(); }));
  ASSERT_TRUE(waitFor(
      [&] { return window.statusArea().runnerText() == QStringLiteral("1 running, 1 waiting"); }));
  EXPECT_TRUE(banner().isEmpty()) << banner().join(QLatin1Char('\n')).toStdString();
  runner.kill();
  ASSERT_TRUE(waitFor([&] { return !banner().isEmpty(); }));
  ASSERT_EQ(banner().size(), 1);
  EXPECT_EQ(banner().first(), QStringLiteral("Nobody executes jobs: 2 open."));
  EXPECT_TRUE(window.toasts().shown().isEmpty()) << "told once, in place";
  // The worker does not need the runner: its job still runs, the other still waits.
  EXPECT_EQ(window.statusArea().runnerText(),
            QStringLiteral("1 running, 1 waiting: nobody executes jobs"));
  EXPECT_EQ(Queue(other_).get(running.id).state, JobState::kRunning);
  EXPECT_EQ(Queue(other_).get(waiting.id).state, JobState::kQueued);
  // Whoever takes the queue next, the window follows.
  HeldQueue next(root_);
  EXPECT_TRUE(waitFor([&] { return banner().isEmpty(); }));
}

TEST_F(WorkspaceTroubles, AWorkspaceThatCannotBeWrittenIsShownAndToldOnce) {
  const QString run = QString::fromStdString(doneRun("scratch", 0, 0.8));
  submit("scratch", 1);
  makeUnwritable();
  MainWindow window(root_);
  window.show();
  Session& session = window.desk().session;
  ASSERT_TRUE(waitFor([&] { return session.readOnly(); }));
  EXPECT_NE(session.index().findRun(run), nullptr);
  EXPECT_EQ(session.index().jobs.size(), 1U);
  EXPECT_EQ(window.toasts().shown(),
            QStringList{QStringLiteral("This workspace can be read, but not changed.")});
  EXPECT_EQ(window.statusArea().runnerText(), QStringLiteral("Read only"));
  window.desk().selection.setRun(run);
  window.showPanel(QStringLiteral("live"));
  EXPECT_TRUE(waitFor([&] { return window.desk().feeds.open(run)->loaded(); }));

  std::vector<Error> failed;
  QObject::connect(&session, &Session::actionFailed, &window,
                   [&](const Error& error) { failed.push_back(error); });
  session.change(&window, [](Workspace& workspace) { Queue(workspace).cancel(1); });
  ASSERT_TRUE(waitFor([&] { return failed.size() == 1; }));
  EXPECT_EQ(failed.front().where(), (root_ / "workspace.db").string());
  EXPECT_EQ(Queue(other_).get(1).state, JobState::kQueued);

  makeWritable();
  ASSERT_TRUE(waitFor([&] { return session.problem().isEmpty(); }, 15000));
  session.change(&window, [](Workspace& workspace) { Queue(workspace).cancel(1); });
  EXPECT_TRUE(waitFor([&] { return Queue(other_).get(1).state == JobState::kCancelled; }));
  EXPECT_EQ(failed.size(), 1U);
}

TEST_F(WorkspaceTroubles, AChangeOfAWorkspaceThatIsNoneIsRefusedAndNotForgotten) {
  std::filesystem::remove(root_ / "workspace.db");
  std::filesystem::create_directory(root_ / "workspace.db");
  Session session(root_);
  QSignalSpy failed(&session, &Session::actionFailed);
  session.change(&session, [](Workspace&) { FAIL() << "there is nothing to work on"; });
  EXPECT_TRUE(waitFor([&] { return failed.size() == 1; }));
  EXPECT_FALSE(session.problem().isEmpty());
  EXPECT_FALSE(session.readOnly());
}

TEST_F(WorkspaceTroubles, TwoWindowsOnOneWorkspaceShowEachOthersChanges) {
  const Job job = submit("scratch", 0);
  MainWindow first(root_), second(root_);
  first.show();
  second.show();
  const auto stateIn = [&](MainWindow& window) {
    const auto& jobs = window.desk().session.index().jobs;
    return jobs.empty() ? JobState::kFailed : jobs.front().state;
  };
  ASSERT_TRUE(waitFor(
      [&] { return stateIn(first) == JobState::kQueued && stateIn(second) == JobState::kQueued; }));
  first.desk().session.change(&first,
                              [id = job.id](Workspace& workspace) { Queue(workspace).cancel(id); });
  EXPECT_TRUE(waitFor([&] { return stateIn(second) == JobState::kCancelled; }));
  EXPECT_TRUE(second.toasts().log().empty());
}

TEST_F(WorkspaceTroubles, ARunFolderThatIsDeletedWhileShownIsToldAndTheOthersStay) {
  const std::string gone = doneRun("scratch", 0, 0.8);
  const std::string kept = doneRun("pretrained", 0, 0.9);
  MainWindow window(root_);
  window.show();
  window.showPanel(QStringLiteral("live"));
  window.desk().selection.setRun(QString::fromStdString(gone));
  ASSERT_TRUE(
      waitFor([&] { return window.desk().feeds.open(QString::fromStdString(gone))->loaded(); }));
  std::filesystem::remove_all(root_ / "runs" / gone);
  const auto problem = [&] {
    for (const Banner* banner : window.panel(QStringLiteral("live"))->findChildren<Banner*>())
      if (banner->isVisible()) return banner->text();
    return QString();
  };
  ASSERT_TRUE(waitFor([&] { return problem().contains(QStringLiteral("gone")); }));
  window.desk().selection.setRun(QString::fromStdString(kept));
  EXPECT_TRUE(waitFor([&] { return problem().isEmpty(); }));
  EXPECT_TRUE(window.desk().feeds.open(QString::fromStdString(kept))->problem().isEmpty());
}

}  // namespace
}  // namespace warmstart
