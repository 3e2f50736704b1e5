// Around the panels: recent workspaces, layouts by name, what ended while one looked elsewhere,
// runs from other workspaces, diagnostics.
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QDir>
#include <QDockWidget>
#include <QRadioButton>
#include <QTest>

#include "app/gui/diagnostics.h"
#include "app/gui/layouts.h"
#include "app/gui/main_window.h"
#include "app/gui/outcome_watch.h"
#include "app/gui/recent_workspaces.h"
#include "app/gui/toasts.h"
#include "app/gui/window_settings.h"
#include "core/run/run_import.h"
#include "tests/gui/queue_desk.h"

namespace warmstart {
namespace {

class ShellTest : public QueueDeskTest {
 protected:
  ShellTest() { WindowSettings().clear(); }
  ~ShellTest() override { WindowSettings().clear(); }
};

TEST_F(ShellTest, RecentWorkspacesAreNewestFirstAndAMissingOneIsGrey) {
  const QString here = temporary_.path();
  RecentWorkspaces(QStringLiteral("/nowhere/at-all"), nullptr);
  RecentWorkspaces menu(here, nullptr);
  EXPECT_EQ(RecentWorkspaces::folders(), QStringList({here, QStringLiteral("/nowhere/at-all")}));
  ASSERT_EQ(menu.actions().first()->text(), QStringLiteral("/nowhere/at-all"));
  EXPECT_FALSE(menu.actions().first()->isEnabled());
  QTemporaryDir other;
  RecentWorkspaces(other.path(), nullptr);
  QString chosen;
  QObject::connect(&menu, &RecentWorkspaces::chosen,
                   [&](const QString& folder) { chosen = folder; });
  emit menu.aboutToShow();
  menu.actions().first()->trigger();
  EXPECT_EQ(chosen, other.path());
  menu.actions().last()->trigger();
  EXPECT_EQ(RecentWorkspaces::folders(), QStringList{here});
}

TEST_F(ShellTest, ALayoutOfAnyNameBringsTheDocksBack) {
  MainWindow window(root_);
  window.show();
  auto* runs = window.findChild<QDockWidget*>(QStringLiteral("runs"));
  auto* menu = window.findChild<Layouts*>();
  ASSERT_NE(menu, nullptr);
  const QString name = QStringLiteral("watch / Übersicht=1");
  runs->hide();
  menu->save(name);
  runs->show();
  emit menu->aboutToShow();
  ASSERT_EQ(menu->actions().first()->text(), name);
  menu->actions().first()->trigger();
  EXPECT_TRUE(runs->isHidden());
  Layouts::remove(name);
  EXPECT_TRUE(Layouts::names().isEmpty());
  EXPECT_FALSE(menu->apply(name));
}

TEST_F(ShellTest, OneIsNotCountedLikeTwo) {
  const auto runs = [](int count) {
    return QCoreApplication::translate("warmstart::Submitter", "%n run(s) queued", nullptr, count);
  };
  EXPECT_EQ(runs(1), QStringLiteral("1 run queued"));
  EXPECT_EQ(runs(2), QStringLiteral("2 runs queued"));
}

TEST_F(ShellTest, ARunThatEndsIsToldOnceAndOnTheDesktopOnlyWhenAway) {
  QWidget window;
  QStringList told, announced;
  QObject::connect(&notices_, &Notices::told, &window,
                   [&](const Notice& notice) { told << notice.text; });
  OutcomeWatch watch(desk_, &window,
                     [&](const QString& title, const QString&) { announced << title; });
  doneRun("earlier", 1, 0.5);  // had ended before the first look: nothing to tell
  ASSERT_TRUE(waitFor([&] { return session_.index().runs.size() == 1; }));
  const Job job = submit("scratch", 7);
  startJob(job.id);
  ASSERT_TRUE(waitFor([&] {
    return session_.index().runs.size() == 2 && session_.index().runs.front().state == "running";
  }));
  endJob(job.id, JobState::kFailed, "loss is not finite");
  ASSERT_TRUE(waitFor([&] { return !told.isEmpty(); }));
  EXPECT_EQ(told,
            QStringList{QStringLiteral("Run failed: Hippocampus segmentation · scratch · seed 7")});
  EXPECT_EQ(announced, told);
  other_.record_claim({0, "medical/x", "small", "a beats b", "holds", {{"sentence", "s"}}, 0});
  ASSERT_TRUE(waitFor([&] { return told.size() == 2; }));
  EXPECT_EQ(told.last(), QStringLiteral("The claim holds: a beats b"));
  WindowSettings().setValue(QStringLiteral("window/announce"), false);
  other_.record_claim({0, "medical/x", "small", "a beats c", "not_shown", {}, 0});
  ASSERT_TRUE(waitFor([&] { return told.size() == 3; }));
  EXPECT_EQ(announced.size(), 2);
}

TEST_F(ShellTest, ARunOfAnotherWorkspaceIsCopiedHereOnce) {
  QTemporaryDir elsewhere;
  Workspace source = Workspace::open(Path(elsewhere.path().toStdString()));
  const RunFolder run = source.create_run(info("scratch", 3), "title: x\n");
  EventWriter(run.events()).write("done", Json::object(), true);
  EXPECT_EQ(import_run(other_, run.root), run.id());
  EXPECT_EQ(other_.find_run(run.id()).state, "done");
  EXPECT_TRUE(std::filesystem::exists(run.root)) << "the original is not touched";
  try {
    import_run(other_, run.root);
    FAIL() << "copied over a run";
  } catch (const Error& error) {
    EXPECT_EQ(error.problem(), "a run of this name is here already");
  }
  write_atomically(run.state(), "{\"run\": 1");
  std::filesystem::rename(run.root, run.root.parent_path() / "damaged");
  EXPECT_THROW(import_run(other_, run.root.parent_path() / "damaged"), Error);
  EXPECT_FALSE(std::filesystem::exists(other_.runs_dir() / "damaged"));
}

TEST_F(ShellTest, DiagnosticsSayTheMachineAndHideTheHomeFolder) {
  ASSERT_TRUE(waitFor([&] { return session_.ready(); }));
  const Notice notice{
      Notice::Level::kError, QDir::homePath() + QStringLiteral("/x is not there"), {}, {}, {}};
  const QString text = diagnosticsText(session_, QStringLiteral("DOCTOR SAYS"), {notice});
  EXPECT_TRUE(text.contains(QStringLiteral("Qt 6")));
  EXPECT_TRUE(text.contains(QStringLiteral("DOCTOR SAYS")));
  EXPECT_TRUE(text.contains(QStringLiteral("~/x is not there")));
  EXPECT_FALSE(text.contains(QDir::homePath() + QLatin1Char('/')));
}

TEST_F(ShellTest, AnUncheckedBoxCanBeSeenInTheDark) {
  look::apply(*qApp, look::Scheme::kDark);
  QCheckBox box(QStringLiteral(" "));
  box.resize(40, 30);
  EXPECT_GT(count(box.grab().toImage(), look::faint()), 30);
  QRadioButton round(QStringLiteral(" "));
  round.resize(40, 30);
  const QImage ring = round.grab().toImage();
  const int ground = ring.pixelColor(ring.width() - 2, 2).lightness();
  int seen = 0;
  for (int y = 0; y < ring.height(); ++y) {
    for (int x = 0; x < ring.width(); ++x)
      seen += ring.pixelColor(x, y).lightness() > ground + 40 ? 1 : 0;
  }
  EXPECT_GT(seen, 20);
  look::apply(*qApp, look::Scheme::kLight);
}

}  // namespace
}  // namespace warmstart
