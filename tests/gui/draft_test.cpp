// The draft of Set-up: steps of undo, broken text, and that it outlives the window, each
// workspace's own.
#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/main_window.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "views/desk/notices.h"
#include "views/setup/setup_panel.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

TEST(DraftTest, EveryChangeIsOneStepAndUndoGivesTheOldText) {
  Draft draft("/nowhere");
  const QString text = QStringLiteral("warmstart: 1\ntitle: a  # kept\n");
  draft.startCopy(text, QStringLiteral("medical/x"), {});
  EXPECT_FALSE(draft.modified());
  EXPECT_EQ(draft.recipeId(), QStringLiteral("medical/x"));
  draft.setValue(QStringLiteral("Change title"), QStringLiteral("title"), Value::scalar("b"));
  EXPECT_EQ(draft.text(), QStringLiteral("warmstart: 1\ntitle: b  # kept\n"));
  EXPECT_TRUE(draft.modified());
  EXPECT_EQ(draft.recipeId(), QStringLiteral("x-copy"));
  draft.undoStack().undo();
  EXPECT_EQ(draft.text(), text);
  EXPECT_FALSE(draft.modified());
}

TEST(DraftTest, BrokenTextKeepsTheTreeAndSaysTheLine) {
  Draft draft("/nowhere");
  draft.startCopy(QStringLiteral("warmstart: 1\ntitle: a\n"), {}, {});
  draft.type(QStringLiteral("warmstart: 1\ntitle: [a\n"));
  ASSERT_TRUE(draft.textProblem());
  EXPECT_GE(draft.textProblem()->line, 2);
  EXPECT_EQ(find_path(draft.tree(), "title")->text, "a");
  draft.setValue({}, QStringLiteral("title"), Value::scalar("b"));  // forms wait
  EXPECT_EQ(draft.text(), QStringLiteral("warmstart: 1\ntitle: [a\n"));
}

/// Drafts of two workspaces, kept in a folder of the test.
class KeptDraftTest : public testing::Test {
 protected:
  KeptDraftTest() {
    qputenv("XDG_STATE_HOME", state_.toLocal8Bit());
    QDir(folder_.path()).mkpath(QStringLiteral("a"));
    QDir(folder_.path()).mkpath(QStringLiteral("b"));
  }
  ~KeptDraftTest() override { qputenv("XDG_STATE_HOME", before_); }
  Path workspace(const char* name) { return Path(folder_.path().toStdString()) / name; }
  void keep(const char* name, const char* text) {
    Draft draft(workspace(name));
    draft.startCopy(QStringLiteral("warmstart: 1\n"), QStringLiteral("medical/x"), {});
    draft.type(QString::fromLatin1(text));
  }
  QString kept(const Path& workspace) {
    Draft draft(workspace);
    return draft.restore() ? draft.text() : QString();
  }
  void writeEarlier(const char* text) {
    QDir().mkpath(state_ + QStringLiteral("/warmstart"));
    write_atomically(Path((state_ + QStringLiteral("/warmstart/draft.json")).toStdString()),
                     Json{{"text", text}, {"modified", true}}.dump());
  }
  QTemporaryDir folder_;
  QString state_ = folder_.filePath(QStringLiteral("state"));
  QByteArray before_ = qgetenv("XDG_STATE_HOME");
};

TEST_F(KeptDraftTest, ADraftOutlivesTheWindow) {
  keep("a", "warmstart: 1\ntitle: kept\n");
  Draft again(workspace("a"));
  ASSERT_TRUE(again.restore());
  EXPECT_EQ(again.text(), QStringLiteral("warmstart: 1\ntitle: kept\n"));
  EXPECT_TRUE(again.modified());
  EXPECT_EQ(again.origin(), QStringLiteral("medical/x"));
}

TEST_F(KeptDraftTest, EachWorkspaceHasItsOwnUnderWhateverPath) {
  keep("a", "title: of a\n");
  keep("b", "title: of b\n");
  QFile::link(QString::fromStdString(workspace("a").string()), folder_.filePath("link"));
  EXPECT_EQ(kept(workspace("a")), QStringLiteral("title: of a\n"));
  EXPECT_EQ(kept(workspace("link")), QStringLiteral("title: of a\n"));
  EXPECT_EQ(kept(workspace("b")), QStringLiteral("title: of b\n"));
}

TEST_F(KeptDraftTest, TheDraftOfAnEarlierVersionIsTakenOverOnce) {
  keep("a", "title: of a\n");
  writeEarlier("title: earlier\n");
  EXPECT_EQ(kept(workspace("a")), QStringLiteral("title: of a\n"));
  EXPECT_EQ(kept(workspace("b")), QStringLiteral("title: earlier\n"));
  EXPECT_EQ(kept(workspace("c")), QString());
  EXPECT_EQ(kept(workspace("b")), QStringLiteral("title: earlier\n"));
}

TEST_F(KeptDraftTest, ADraftThatCannotBeKeptIsToldOnceAndAgainAfterItWorked) {
  MainWindow window(workspace("a"));
  QStringList told;
  QObject::connect(&window.desk().notices, &Notices::told, &window, [&](const Notice& notice) {
    if (notice.level == Notice::Level::kError) told << notice.text + notice.detail;
  });
  Draft& draft = qobject_cast<SetupPanel*>(window.panel(QStringLiteral("setup")))->draft();
  const auto typeAndWait = [&](const char* text, const std::function<bool()>& until) {
    draft.type(QString::fromLatin1(text));
    return QTest::qWaitFor(until, 5000);
  };
  QFile blocked(state_);  // a file where the folder should be
  ASSERT_TRUE(blocked.open(QIODevice::WriteOnly));
  EXPECT_TRUE(typeAndWait("title: 1\n", [&] { return told.size() == 1; }));
  EXPECT_TRUE(told.value(0).contains(QLatin1String("not kept")));
  EXPECT_TRUE(told.value(0).contains(state_)) << told.value(0).toStdString();
  EXPECT_FALSE(typeAndWait("title: 2\n", [&] { return told.size() == 2; })) << "told twice";
  ASSERT_TRUE(blocked.remove());
  EXPECT_TRUE(typeAndWait("title: 3\n", [&] { return QFile::exists(draft.autosaveFile()); }));
  QTest::qWait(50);
  ASSERT_TRUE(QDir(state_).removeRecursively());
  ASSERT_TRUE(blocked.open(QIODevice::WriteOnly));
  EXPECT_TRUE(typeAndWait("title: 4\n", [&] { return told.size() == 2; }));
}

}  // namespace
}  // namespace warmstart
