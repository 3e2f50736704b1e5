// Set-up: a recipe as draft, form, chain and text in step; what is queued is a snapshot.
#include <gtest/gtest.h>

#include <QDir>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "app/gui/main_window.h"
#include "core/run/serve_lock.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/look/theme.h"
#include "views/setup/chain_view.h"
#include "views/setup/dry_run_view.h"
#include "views/setup/preview_view.h"
#include "views/setup/problem_list.h"
#include "views/setup/recipe_check.h"
#include "views/setup/run_bar.h"
#include "views/setup/setup_panel.h"
#include "views/setup/yaml_editor.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

constexpr const char* kPhantom = "medical/gynbtnet-multistage";

TEST(RecipeProblemTest, AreReadFromJsonAndFromErrorLines) {
  ProgramResult result;
  result.code = 2;
  result.output =
      R"({"valid":false,"problems":[{"key":"trainer.clip","line":45,"column":32,"found":"\"-1\"","allowed":"number >= 0","hint":"","text":"x"}]})";
  ASSERT_EQ(readProblems(result).size(), 1U);
  EXPECT_EQ(readProblems(result)[0].line, 45);
  EXPECT_EQ(readProblems(result)[0].text, QStringLiteral("found \"-1\"; allowed: number >= 0"));
  result.output.clear();
  result.errors = "error: /tmp/a.yaml:43:19: optimizer: found \"adamv\"; allowed: adamw\n";
  ASSERT_EQ(readProblems(result).size(), 1U);
  EXPECT_EQ(readProblems(result)[0].key, QStringLiteral("optimizer"));
  EXPECT_EQ(readProblems(result)[0].column, 19);
}

class SetupPanelTest : public testing::Test {
 protected:
  void SetUp() override {
    window_ = std::make_unique<MainWindow>(Path(temporary_.path().toStdString()));
    window_->resize(1280, 760);
    window_->show();
    panel_ = qobject_cast<SetupPanel*>(window_->panel(QStringLiteral("setup")));
    window_->showPanel(QStringLiteral("setup"));
  }
  /// Opens a recipe and waits for components and check; false where there is no worker.
  bool openRecipe(const char* id) {
    bool answered = false, good = false;
    window_->desk().program.start({}, {QStringLiteral("components"), QStringLiteral("--json")},
                                  panel_, [&](const ProgramResult& result) {
                                    answered = true;
                                    good = result.good();
                                  });
    if (!QTest::qWaitFor([&] { return answered; }, 20000) || !good) return false;
    emit window_->desk().selection.setupWanted(QString::fromLatin1(id));
    return QTest::qWaitFor([&] { return !panel_->draft().empty() && panel_->settled(); }, 20000);
  }
  QImage shot(const char* name) {
    QTest::qWait(50);
    const QImage image = panel_->grab().toImage();
    if (const QByteArray dir = qgetenv("WARMSTART_SHOTS"); !dir.isEmpty())
      image.save(QString::fromLocal8Bit(dir) + QLatin1Char('/') + QLatin1String(name));
    return image;
  }
  bool waitForCheck() {
    return QTest::qWaitFor([&] { return panel_->check().checked(); }, 20000);
  }
  QTemporaryDir temporary_;
  std::unique_ptr<MainWindow> window_;
  SetupPanel* panel_ = nullptr;
};

TEST_F(SetupPanelTest, AnEmptyPanelLeadsToTheGallery) {
  QSignalSpy wanted(&window_->desk().selection, &Selection::panelWanted);
  for (QPushButton* button : panel_->findChildren<QPushButton*>()) {
    if (button->isVisible()) button->click();
  }
  ASSERT_EQ(wanted.size(), 1);
  EXPECT_EQ(wanted.at(0).at(0).toString(), QStringLiteral("gallery"));
}

TEST_F(SetupPanelTest, AFieldOfTheFormChangesTheTextAndBack) {
  if (!openRecipe(kPhantom)) GTEST_SKIP() << "needs warmstart-worker";
  EXPECT_TRUE(panel_->check().valid());
  shot("setup-experiment.png");
  auto* chain = panel_->findChild<ChainView*>();
  chain->select(2, 1);
  EXPECT_EQ(chain->stage(), QStringLiteral("organs"));
  FieldEditor* steps = panel_->form().field(QStringLiteral("stages.organs.budget.steps"));
  ASSERT_NE(steps, nullptr);
  EXPECT_TRUE(steps->changed());
  const QString before = panel_->draft().text();
  steps->enter(QStringLiteral("77"));
  EXPECT_TRUE(panel_->draft().text().contains(QStringLiteral("budget: {steps: 77}")));
  FieldEditor* batch = panel_->form().field(QStringLiteral("stages.organs.trainer.batch_size"));
  ASSERT_NE(batch, nullptr);
  EXPECT_FALSE(batch->changed());
  batch->enter(QStringLiteral("4"));
  batch = panel_->form().field(QStringLiteral("stages.organs.trainer.batch_size"));
  EXPECT_TRUE(batch->changed());
  EXPECT_TRUE(panel_->draft().text().contains(QStringLiteral("trainer: {batch_size: 4}")));
  EXPECT_EQ(panel_->findChild<YamlEditor*>()->toPlainText(), panel_->draft().text());
  shot("setup-stage.png");
  panel_->draft().undoStack().undo();
  panel_->draft().undoStack().undo();
  EXPECT_EQ(panel_->draft().text(), before);
}

TEST_F(SetupPanelTest, AWrongValueIsRedInFormTextAndList) {
  if (!openRecipe(kPhantom)) GTEST_SKIP() << "needs warmstart-worker";
  panel_->draft().setValue({}, QStringLiteral("optimizer.learning_rate"), Value::scalar("-1"));
  ASSERT_TRUE(waitForCheck());
  ASSERT_EQ(panel_->check().problems().size(), 1U);
  const RecipeProblem problem = panel_->check().problems()[0];
  EXPECT_EQ(problem.key, QStringLiteral("optimizer.learning_rate"));
  EXPECT_EQ(problem.line, line_of_path(panel_->draft().tree(), "optimizer.learning_rate"));
  auto* list = panel_->findChild<ProblemList*>();
  ASSERT_EQ(list->topLevelItemCount(), 1);
  emit list->itemClicked(list->topLevelItem(0), 0);
  EXPECT_NE(panel_->form().field(problem.key), nullptr);
  EXPECT_EQ(panel_->findChild<YamlEditor*>()->textCursor().blockNumber() + 1, problem.line);
  const QImage image = shot("setup-problem.png");
  bool red = false;
  for (int y = 0; y < image.height() && !red; ++y) {
    for (int x = 0; x < image.width() && !red; ++x) red = image.pixelColor(x, y) == look::bad();
  }
  EXPECT_TRUE(red);
}

TEST_F(SetupPanelTest, TypingNonsenseIsToldAtItsLineAndUndone) {
  if (!openRecipe(kPhantom)) GTEST_SKIP() << "needs warmstart-worker";
  auto* editor = panel_->findChild<YamlEditor*>();
  const QString before = editor->toPlainText();
  editor->goTo(2, 8);
  QTest::keyClicks(editor, QStringLiteral("[{"));
  ASSERT_EQ(panel_->check().problems().size(), 1U);
  EXPECT_GT(panel_->check().problems()[0].line, 1);
  EXPECT_FALSE(panel_->form().isEnabled());
  QTest::keyClick(editor, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(editor->toPlainText(), before);
  EXPECT_TRUE(panel_->form().isEnabled());
}

/// As the window system sends them to what lies under the pointer.
void dropOn(QWidget* widget, const QMimeData& data) {
  const QPoint place(20, 20);
  QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(widget, &enter);
  if (!enter.isAccepted()) return;
  QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(widget, &drop);
}

TEST_F(SetupPanelTest, FilesDroppedOnTheTextGoToTheWindow) {
  panel_->draft().startCopy(QStringLiteral("warmstart: 1\ntitle: t\n"), {}, {});
  const QString text = panel_->draft().text();
  QWidget* viewport = panel_->findChild<YamlEditor*>()->viewport();
  QMimeData unknown, folder, recipe, words;
  unknown.setUrls({QUrl::fromLocalFile(QStringLiteral("/nowhere/at.all"))});
  dropOn(viewport, unknown);
  EXPECT_EQ(panel_->draft().text(), text);
  ASSERT_TRUE(QDir(temporary_.path()).mkpath(QStringLiteral("data/inside")));
  folder.setUrls({QUrl::fromLocalFile(temporary_.filePath(QStringLiteral("data")))});
  dropOn(viewport, folder);
  EXPECT_EQ(panel_->draft().text(), text);
  EXPECT_EQ(panel_->findChild<RunBar*>()->choice().data,
            temporary_.filePath(QStringLiteral("data")));
  const QString file = temporary_.filePath(QStringLiteral("dropped.yaml"));
  write_atomically(Path(file.toStdString()), "warmstart: 1\ntitle: dropped\n");
  recipe.setUrls({QUrl::fromLocalFile(file)});
  dropOn(viewport, recipe);
  EXPECT_TRUE(QTest::qWaitFor([&] { return panel_->draft().file() == file; }, 5000));
  EXPECT_EQ(panel_->draft().text(), QStringLiteral("warmstart: 1\ntitle: dropped\n"));
  words.setText(QStringLiteral("# words\n"));
  dropOn(viewport, words);  // text stays text
  EXPECT_TRUE(panel_->draft().text().contains(QLatin1String("# words")));
}

TEST_F(SetupPanelTest, WhatIsQueuedDoesNotChangeWithTheDraft) {
  if (!openRecipe(kPhantom)) GTEST_SKIP() << "needs warmstart-worker";
  // This process is the runner, so that none is started, and it executes nothing.
  const ServeLock runner = ServeLock::take(temporary_.path().toStdString());
  panel_->draft().setValue({}, QStringLiteral("stages.target.budget.steps"), Value::scalar("7"));
  ASSERT_TRUE(waitForCheck());
  RunChoice choice = panel_->findChild<RunBar*>()->choice();
  choice.arm = QStringLiteral("scratch");
  choice.seeds = {5};
  Submitter submitter(window_->desk());
  QSignalSpy submitted(&submitter, &Submitter::submitted);
  submitter.submit(choice);
  ASSERT_TRUE(submitted.wait(20000));
  const QStringList runs = submitted.at(0).at(0).toStringList();
  ASSERT_EQ(runs.size(), 1);
  panel_->draft().setValue({}, QStringLiteral("stages.target.budget.steps"), Value::scalar("9999"));
  Workspace workspace = Workspace::open(temporary_.path().toStdString());
  const std::string text = read_file(workspace.run_folder(runs[0].toStdString()).recipe());
  EXPECT_EQ(find_path(parse_yaml(text, "r"), "stages.target.budget.steps")->text, "7");
  const std::vector<Job> jobs = Queue(workspace).list();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].seed, 5);
  EXPECT_EQ(jobs[0].recipe, "gynbtnet-multistage-copy");
  Queue(workspace).cancel(jobs[0].id);
}

TEST_F(SetupPanelTest, StagesAndArmsAreEditedInTheChain) {
  panel_->draft().startCopy(
      QStringLiteral("warmstart: 1\ntitle: t\narms:\n  a: [x, y]\n  b: [y]\n"
                     "stages:\n  x: {data: d}\n  y: {data: d, from: previous}\n"
                     "claim: {better: a.t.dice, than: b.t.dice}\n"),
      {}, {});
  auto* chain = panel_->findChild<ChainView*>();
  chain->select(0, 0);
  QTest::keyClick(chain, Qt::Key_Right, Qt::ControlModifier);
  EXPECT_TRUE(panel_->draft().text().contains(QStringLiteral("a: [y, x]")));
  chain->renameStage(QStringLiteral("x"), QStringLiteral("pretrain"));
  EXPECT_TRUE(panel_->draft().text().contains(QStringLiteral("  pretrain: {data: d}")));
  chain->renameArm(QStringLiteral("a"), QStringLiteral("chain"));
  EXPECT_TRUE(panel_->draft().text().contains(QStringLiteral("better: chain.t.dice")));
  chain->addStage();
  EXPECT_TRUE(panel_->draft().text().contains(QStringLiteral("pretrain_2")));
  QTest::keyClick(chain, Qt::Key_Delete);
  EXPECT_FALSE(panel_->draft().text().contains(QStringLiteral("pretrain_2")));
  const QImage image = shot("setup-chain.png");
  EXPECT_FALSE(image.isNull());
}

TEST_F(SetupPanelTest, LooksRightInDarkAndNarrow) {
  if (!openRecipe(kPhantom)) GTEST_SKIP() << "needs warmstart-worker";
  look::apply(*qApp, look::Scheme::kDark);
  panel_->findChild<ChainView*>()->select(2, 0);
  shot("setup-dark.png");
  window_->resize(640, 740);
  const QImage narrow = shot("setup-narrow.png");
  EXPECT_LT(narrow.pixelColor(2, 2).lightness(), 90);
  look::apply(*qApp, look::Scheme::kLight);
}

TEST_F(SetupPanelTest, ThePreviewShowsSamplesBeforeAndAfterTheirTransforms) {
  if (!openRecipe(kPhantom)) GTEST_SKIP() << "needs warmstart-worker";
  auto* view = panel_->findChild<PreviewView*>();
  auto* tabs = panel_->findChild<QTabWidget*>();
  tabs->setCurrentWidget(view);
  view->start();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !view->items().empty(); }, 30000));
  EXPECT_GE(view->items().size(), 2U);
  ASSERT_TRUE(view->slices()->isVisible());
  const QImage middle = view->items()[0].image;
  view->slices()->setFocus();
  QTest::keyClick(view->slices(), Qt::Key_Home);
  ASSERT_TRUE(QTest::qWaitFor([&] { return view->settled(); }, 5000));
  EXPECT_NE(view->items()[0].image, middle);
  EXPECT_TRUE(view->items()[0].detail.contains(QStringLiteral("slice 1 ")))
      << view->items()[0].detail.toStdString();
  view->slices()->setValue((view->slices()->maximum() + 1) / 2);
  ASSERT_TRUE(QTest::qWaitFor([&] { return view->settled(); }, 5000));
  const QImage image = shot("setup-preview.png");
  // The phantom is drawn in many greys.
  QSet<QRgb> colours;
  const QPoint from = view->mapTo(panel_, QPoint(0, 0));
  for (int y = from.y() + 50; y < from.y() + view->height(); ++y) {
    for (int x = from.x(); x < from.x() + 120; ++x) colours.insert(image.pixel(x, y));
  }
  EXPECT_GT(colours.size(), 20);
  // The voxels' size stands below, as text.
  const PreviewItem& last = view->items().back();
  EXPECT_EQ(view->items()[0].form, PreviewItem::Form::kPicture);
  EXPECT_EQ(last.form, PreviewItem::Form::kText);
}

TEST_F(SetupPanelTest, TheChangesAreListedAgainstTheOriginal) {
  panel_->draft().startCopy(QStringLiteral("warmstart: 1\ntitle: t\nseeds: [0]\n"), {}, {});
  auto* list = panel_->findChild<ChangeList*>();
  panel_->findChild<QTabWidget*>()->setCurrentWidget(list);
  EXPECT_EQ(list->topLevelItemCount(), 0);
  panel_->draft().setValue({}, QStringLiteral("trainer.clip"), Value::scalar("5"));
  ASSERT_EQ(list->topLevelItemCount(), 1);
  EXPECT_EQ(list->topLevelItem(0)->text(0), QStringLiteral("trainer.clip"));
  EXPECT_EQ(list->topLevelItem(0)->text(2), QStringLiteral("5"));
}

TEST(DryRunViewTest, ShowsTotalsAndLayers) {
  QTemporaryDir temporary;
  MainWindow window(Path(temporary.path().toStdString()));
  DryRunView view(window.desk());
  view.resize(900, 240);
  view.show(Json::parse(R"({"arms":[{"arm":"a","seconds":120,"stages":[{"stage":"x","steps":10,
      "parameters":{"total":82186},"macs":165362688,"activation_bytes":1000000,"seconds_per_step":0.2,
      "seconds":{"total":120},"memory":{"peak_bytes":250000000},
      "layers":[{"path":"conv1","output_shape":[2,8,24],"parameters":216,"macs":2985984}]}]}],
      "total":{"runs":3,"seconds":360,"memory_bytes":250000000,"disk_bytes":6000000},
      "free":{"memory_bytes":null},"warnings":["little disk"]})"));
  EXPECT_TRUE(view.summary().contains(QStringLiteral("3 runs")));
  EXPECT_TRUE(view.summary().contains(QStringLiteral("6.0 min"))) << view.summary().toStdString();
  const auto* table = view.findChild<QTreeWidget*>();
  ASSERT_EQ(table->topLevelItemCount(), 1);
  EXPECT_EQ(table->topLevelItem(0)->child(0)->child(0)->text(1), QStringLiteral("2 x 8 x 24"));
}

}  // namespace
}  // namespace warmstart
