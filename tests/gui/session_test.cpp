// The window's view of a workspace: read in the background, changed without waiting.
#include "views/desk/session.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTemporaryDir>

namespace warmstart {
namespace {

class SessionTest : public testing::Test {
 protected:
  static std::string createRun(Workspace& workspace) {
    RunInfo info;
    info.recipe = "medical/brain-atlas";
    info.arm = "pretrained";
    return workspace.create_run(info, "title: x\n").id();
  }
  QTemporaryDir temporary_;
  Path root_ = temporary_.path().toStdString();
};

TEST_F(SessionTest, SeesRunsThatAnotherProgramMakes) {
  Session session(root_);
  QSignalSpy changed(&session, &Session::indexChanged);
  ASSERT_TRUE(changed.wait(5000));
  EXPECT_TRUE(session.index().runs.empty());
  Workspace other = Workspace::open(root_);
  const std::string run = createRun(other);
  while (session.index().runs.empty() && changed.wait(5000)) {
  }
  ASSERT_NE(session.index().findRun(QString::fromStdString(run)), nullptr);
}

TEST_F(SessionTest, AnswersComeBackToTheGuiThread) {
  Session session(root_);
  QString run;
  QThread* thread = nullptr;
  session.ask(
      &session, [](Workspace& workspace) { return createRun(workspace); },
      [&](const std::string& id) {
        run = QString::fromStdString(id);
        thread = QThread::currentThread();
      });
  QSignalSpy changed(&session, &Session::indexChanged);
  while (run.isEmpty() && changed.wait(5000)) {
  }
  EXPECT_EQ(thread, qApp->thread());
  EXPECT_FALSE(run.isEmpty());
}

TEST_F(SessionTest, AnErrorIsHandedToWhoAsked) {
  Session session(root_);
  QSignalSpy failed(&session, &Session::actionFailed);
  session.change(&session, [](Workspace& workspace) { Queue(workspace).cancel(7); });
  ASSERT_TRUE(failed.wait(5000));
}

TEST_F(SessionTest, AWorkspaceOfANewerProgramIsAProblemAndNotACrash) {
  { Workspace::open(root_).database().script("PRAGMA user_version = 999"); }
  Session session(root_);
  QSignalSpy problem(&session, &Session::problemChanged);
  ASSERT_TRUE(problem.wait(5000));
  EXPECT_TRUE(session.problem().contains(QStringLiteral("schema 999")));
}

}  // namespace
}  // namespace warmstart
