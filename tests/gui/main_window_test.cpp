// The real window: docks, menus, palette, notices, settings, one window a workspace.
#include "app/gui/main_window.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "app/gui/command_palette.h"
#include "app/gui/single_instance.h"
#include "app/gui/stall_watch.h"
#include "app/gui/status_area.h"
#include "app/gui/toasts.h"
#include "app/gui/window_settings.h"
#include "core/run/workspace.h"
#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart {
namespace {

class MainWindowTest : public testing::Test {
 protected:
  ~MainWindowTest() override { WindowSettings().clear(); }
  std::string createRun() {
    Workspace workspace = Workspace::open(root_);
    RunInfo info;
    info.recipe = "medical/hippocampus";
    info.title = "Hippocampus";
    info.arm = "supervised";
    return workspace.create_run(info, "title: x\n").id();
  }
  QTemporaryDir folder_;
  Path root_ = folder_.path().toStdString();
};

TEST_F(MainWindowTest, EveryRegisteredPanelHasADockAnActionAndAName) {
  MainWindow window(root_);
  window.show();
  ASSERT_FALSE(window.panelIds().isEmpty());
  for (const QString& id : window.panelIds()) {
    EXPECT_NE(window.findChild<QDockWidget*>(id), nullptr);
    EXPECT_FALSE(window.panel(id)->accessibleName().isEmpty()) << id.toStdString();
    QAction* action = window.desk().actions.find(QStringLiteral("view.") + id);
    ASSERT_NE(action, nullptr);
    action->trigger();
    EXPECT_TRUE(window.panel(id)->isVisible()) << id.toStdString();
  }
}

TEST_F(MainWindowTest, APanelInABackgroundTabIsNotVisible) {
  MainWindow window(root_);
  window.show();
  window.showPanel(QStringLiteral("live"));
  QTest::qWait(50);
  EXPECT_TRUE(window.panel(QStringLiteral("live"))->isVisible());
  EXPECT_FALSE(window.panel(QStringLiteral("inspect"))->isVisible());
  window.showPanel(QStringLiteral("inspect"));
  QTest::qWait(50);
  EXPECT_TRUE(window.panel(QStringLiteral("inspect"))->isVisible());
  EXPECT_FALSE(window.panel(QStringLiteral("live"))->isVisible());
}

TEST_F(MainWindowTest, TheColumnAtTheLeftKeepsItsWidthWhenTheWindowGrows) {
  MainWindow window(root_);
  window.show();
  const auto width = [&](const char* panel) {
    return window.panel(QString::fromLatin1(panel))->width();
  };
  ASSERT_TRUE(QTest::qWaitFor([&] { return std::abs(width("runs") - 400) <= 40; }));
  const int narrow = width("runs");
  window.resize(2560, 1440);
  ASSERT_TRUE(QTest::qWaitFor([&] { return width("gallery") > 2000; }));
  EXPECT_NEAR(width("runs"), narrow, 4);
}

TEST_F(MainWindowTest, NoTwoActionsShareAKey) {
  MainWindow window(root_);
  QHash<QString, QString> owner;
  for (const QAction* action : window.desk().actions.all()) {
    if (action->shortcutContext() != Qt::WindowShortcut) continue;
    for (const QKeySequence& key : action->shortcuts()) {
      const QString text = key.toString();
      EXPECT_FALSE(owner.contains(text))
          << text.toStdString() << ": " << owner.value(text).toStdString() << " and "
          << action->text().toStdString();
      owner.insert(text, action->text());
    }
  }
}

TEST_F(MainWindowTest, MenusHoldTheActions) {
  MainWindow window(root_);
  auto* menu = window.menuBar()->findChild<QMenu*>(QStringLiteral("File"));
  ASSERT_NE(menu, nullptr);
  EXPECT_TRUE(menu->actions().contains(window.desk().actions.find(QStringLiteral("file.quit"))));
}

TEST_F(MainWindowTest, ThePaletteFindsARunByAFewLettersAndOpensIt) {
  const QString run = QString::fromStdString(createRun());
  MainWindow window(root_);
  window.show();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !window.desk().session.index().runs.empty(); }));
  window.commandPalette().open();
  auto* input = window.commandPalette().findChild<QLineEdit*>();
  const QAbstractItemModelTester tester(window.commandPalette().findChild<QListView*>()->model(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  QTest::keyClicks(input, QStringLiteral("hippo sup"));
  ASSERT_FALSE(window.commandPalette().shown().isEmpty());
  EXPECT_EQ(window.commandPalette().shown().first(), run);
  QTest::keyClick(input, Qt::Key_Return);
  EXPECT_EQ(window.desk().selection.run(), run);
  EXPECT_TRUE(window.commandPalette().isHidden());
}

TEST_F(MainWindowTest, ThePaletteRunsActionsAndEscapeLeavesIt) {
  MainWindow window(root_);
  window.show();
  window.commandPalette().open();
  auto* input = window.commandPalette().findChild<QLineEdit*>();
  QTest::keyClicks(input, QStringLiteral("reset lay"));
  ASSERT_FALSE(window.commandPalette().shown().isEmpty());
  EXPECT_EQ(window.commandPalette().shown().first(), QStringLiteral("Reset layout"));
  QTest::keyClick(input, Qt::Key_Escape);
  EXPECT_TRUE(window.commandPalette().isHidden());
}

TEST(FuzzyScore, PrefersRunsOfLettersAndBeginningsOfWords) {
  EXPECT_EQ(fuzzyScore(QStringLiteral("xyz"), QStringLiteral("Pause job")), -1);
  std::vector<int> places;
  EXPECT_GT(fuzzyScore(QStringLiteral("pj"), QStringLiteral("Pause job"), &places), 0);
  EXPECT_EQ(places, (std::vector<int>{0, 6}));
  EXPECT_GT(fuzzyScore(QStringLiteral("pau"), QStringLiteral("Pause job")),
            fuzzyScore(QStringLiteral("pau"), QStringLiteral("Preview all units")));
}

TEST_F(MainWindowTest, NoticesAppearAndErrorsStay) {
  MainWindow window(root_);
  window.show();
  window.desk().notices.fail(Error("cannot write", "/tmp/x", "free some space"));
  EXPECT_EQ(window.toasts().shown(), QStringList{QStringLiteral("cannot write")});
  ASSERT_EQ(window.toasts().log().size(), 1U);
  EXPECT_EQ(window.toasts().log()[0].detail, QStringLiteral("/tmp/x\nfree some space"));
}

TEST_F(MainWindowTest, EveryWordOfANoticeHasRoom) {
  MainWindow window(root_);
  window.resize(1280, 800);
  const auto roomy = [&] {
    QTest::qWait(100);
    return QTest::qWaitFor([&] {
      const auto labels = window.toasts().findChildren<QLabel*>();
      return !labels.empty() && std::all_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->height() >= label->heightForWidth(label->width());
      });
    });
  };
  window.desk().notices.warn(QStringLiteral("told before the window is shown"), QString());
  window.show();
  EXPECT_TRUE(roomy());
  window.desk().notices.fail(Error("cannot write", "/tmp/x", "free some space"));
  window.desk().notices.warn(QStringLiteral("words of a notice ").repeated(12), QString());
  EXPECT_TRUE(roomy());
  window.resize(700, 500);
  EXPECT_TRUE(roomy());
  const QRect room = window.toasts().geometry();
  EXPECT_TRUE(window.rect().contains(room));
  window.toasts().findChildren<QToolButton*>().front()->click();
  EXPECT_TRUE(roomy());
  EXPECT_LT(window.toasts().height(), room.height()) << "what is closed leaves no hole";
}

TEST_F(MainWindowTest, ANoticeStaysOverAPanelThatComesToTheFront) {
  MainWindow window(root_);
  window.show();
  window.desk().notices.warn(QStringLiteral("look here"), QString());
  for (const char* id : {"map", "live", "inspect", "inspect"}) {
    window.showPanel(QString::fromLatin1(id));
    QTest::qWait(50);
    const auto* toasts = window.findChild<Toasts*>();
    QWidget* seen = window.childAt(toasts->geometry().center());
    EXPECT_TRUE(seen != nullptr && toasts->isAncestorOf(seen)) << id;
  }
}

TEST_F(MainWindowTest, AJobThatNobodyExecutesIsSaidInTheStatusBar) {
  {
    Workspace workspace = Workspace::open(root_);
    JobRequest request;
    request.info.recipe = "medical/hippocampus";
    request.info.arm = "supervised";
    request.recipe_text = "title: x\n";
    Queue(workspace).submit(request);
  }
  MainWindow window(root_);
  window.show();
  EXPECT_TRUE(QTest::qWaitFor([&] {
    return window.statusArea().runnerText().contains(QStringLiteral("nobody executes jobs"));
  }));
}

TEST_F(MainWindowTest, ARunFolderOfThisWorkspaceOpensByPath) {
  const std::string run = createRun();
  MainWindow window(root_);
  EXPECT_TRUE(window.openPath(QString::fromStdString((root_ / "runs" / run).string())));
  EXPECT_EQ(window.desk().selection.run().toStdString(), run);
  EXPECT_FALSE(window.openPath(QStringLiteral("/etc/hostname")));
  EXPECT_EQ(window.toasts().log().size(), 1U);
}

TEST_F(MainWindowTest, APictureOpensOnTheMap) {
  QImage picture(20, 10, QImage::Format_RGB32);
  picture.fill(Qt::red);
  MainWindow window(root_);
  window.show();
  for (const char* name : {"a.png", "b.jpg"}) {
    const QString path = QString::fromStdString((root_ / name).string());
    ASSERT_TRUE(picture.save(path));
    window.showPanel(QStringLiteral("live"));
    EXPECT_TRUE(window.openPath(path)) << name;
    EXPECT_TRUE(window.panel(QStringLiteral("map"))->isVisible()) << name;
  }
}

TEST_F(MainWindowTest, AWindowThatIsClosedComesBackWithItsRunsAndSize) {
  const QStringList runs{QString::fromStdString(createRun()), QString::fromStdString(createRun())};
  const auto ready = [](MainWindow& window) {
    window.show();
    QTest::qWait(100);
    return QTest::qWaitFor([&] { return window.desk().session.ready(); });
  };
  {
    MainWindow window(root_);
    ASSERT_TRUE(ready(window));
    window.resize(1000, 700);
    window.desk().selection.setRuns(runs);
    window.desk().selection.setSample(2);
    window.close();
  }
  {
    const QTemporaryDir elsewhere;
    MainWindow other(elsewhere.path().toStdString());
    ASSERT_TRUE(ready(other));
    QTest::qWait(50);
    EXPECT_TRUE(other.desk().selection.runs().isEmpty()) << "each workspace has its own";
    other.close();
  }
  MainWindow window(root_);
  window.show();
  EXPECT_EQ(window.size(), QSize(1000, 700));
  EXPECT_TRUE(QTest::qWaitFor([&] { return window.desk().selection.runs() == runs; }));
  EXPECT_EQ(window.desk().selection.sample(), 2);
}

TEST_F(MainWindowTest, WhatIsChosenOutlivesAKilledWindow) {
  const QString run = QString::fromStdString(createRun());
  MainWindow killed(root_);
  ASSERT_TRUE(QTest::qWaitFor([&] { return killed.desk().session.ready(); }));
  killed.desk().selection.setRun(run);
  QTest::qWait(1300);  // it is kept a second after the last change
  MainWindow window(root_);
  EXPECT_TRUE(QTest::qWaitFor([&] { return window.desk().selection.run() == run; }));
}

TEST_F(MainWindowTest, AWindowAsksBeforeItEndsAnExport) {
  const QByteArray program = qgetenv("WARMSTART_PROGRAM");
  qputenv("WARMSTART_PROGRAM", "/bin/sleep");
  MainWindow window(root_);
  window.show();
  bool ended = false;
  window.desk().program.start(QStringLiteral("Export to ONNX"), {QStringLiteral("600")}, &window,
                              [&](const ProgramResult&) { ended = true; });
  qputenv("WARMSTART_PROGRAM", program);
  const auto closeWith = [&](QMessageBox::ButtonRole role) {
    QString asked;
    QTimer::singleShot(50, &window, [&] {
      auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
      if (box == nullptr) return;
      asked = box->text();
      for (QAbstractButton* button : box->buttons())
        if (box->buttonRole(button) == role) button->click();
    });
    window.close();
    return asked;
  };
  EXPECT_TRUE(closeWith(QMessageBox::RejectRole).contains(QStringLiteral("Export to ONNX")));
  EXPECT_TRUE(window.isVisible());
  EXPECT_FALSE(ended);
  closeWith(QMessageBox::DestructiveRole);
  EXPECT_FALSE(window.isVisible());
}

TEST_F(MainWindowTest, DamagedSettingsGiveTheDefaultsAndAWord) {
  QString file;
  {
    WindowSettings settings;
    settings.setValue(QStringLiteral("x"), 1);
    file = settings.fileName();
  }
  QFile damaged(file);
  ASSERT_TRUE(damaged.open(QIODevice::WriteOnly));
  damaged.write("[window\nnot an ini \x01 file ]]\n\"");
  damaged.close();
  const WindowSettings settings;
  EXPECT_TRUE(settings.wasDamaged());
  EXPECT_TRUE(QFile::exists(file + QStringLiteral(".damaged")));
}

TEST_F(MainWindowTest, ASecondWindowHandsItsRunToTheFirst) {
  SingleInstance first(folder_.path());
  ASSERT_TRUE(first.listen());
  QSignalSpy asked(&first, &SingleInstance::asked);
  bool taken = false;
  std::thread second(
      [&] { taken = SingleInstance(folder_.path()).handOver(QStringLiteral("run-7")); });
  EXPECT_TRUE(asked.wait(5000));
  second.join();
  EXPECT_TRUE(taken);
  EXPECT_EQ(asked.at(0).at(0).toString(), QStringLiteral("run-7"));
  QTemporaryDir elsewhere;
  EXPECT_FALSE(SingleInstance(elsewhere.path()).handOver({}));
}

TEST_F(MainWindowTest, DarkIsDarkAndLightIsLight) {
  MainWindow window(root_);
  window.show();
  const auto lightness = [&] {
    QTest::qWait(50);
    return window.grab().toImage().pixelColor(4, window.height() - 4).lightness();
  };
  window.desk().actions.find(QStringLiteral("view.scheme2"))->trigger();
  EXPECT_LT(lightness(), 80);
  window.desk().actions.find(QStringLiteral("view.scheme1"))->trigger();
  EXPECT_GT(lightness(), 200);
}

TEST(StallWatch, SeesAStandstillOfTheGuiThread) {
  StallWatch watch;
  QTest::qWait(100);
  watch.takeLongest();
  QThread::msleep(200);
  QTest::qWait(50);
  EXPECT_GE(watch.takeLongest(), 150);
}

}  // namespace
}  // namespace warmstart
