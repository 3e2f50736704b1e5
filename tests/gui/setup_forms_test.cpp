// Set-up: names that change everywhere, forms for data entries, measures and claims, and the form
// that follows the text's cursor.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QInputDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QToolButton>

#include "app/gui/main_window.h"
#include "views/desk/action_book.h"
#include "views/look/theme.h"
#include "views/setup/chain_view.h"
#include "views/setup/recipe_names.h"
#include "views/setup/run_bar.h"
#include "views/setup/setup_panel.h"
#include "views/setup/yaml_editor.h"

namespace warmstart {
namespace {

constexpr const char* kText = R"(warmstart: 1
title: t
data:
  train: {dataset: d, split: train}
  test: {dataset: d, split: test}
model: {type: unet}
arms:
  scratch: [tune]
  long: [pre, tune]
stages:
  pre: {data: train, objective: {type: o}}
  tune: {data: train, from: previous, validation: test, objective: {type: o}}
measure:
  - {on: test, metrics: [dice], after: tune}
capture:
  - {inspector: segmentation, on: test}
claim: {better: long.test.dice, than: scratch.test.dice}
profiles:
  small: {}
  full:
    data.test.size: 64
    stages.tune.budget.steps: 5000
    arms.long: [pre, tune]
)";

std::string renamed(void (*rename)(Value&, const std::string&, const std::string&),
                    const char* from, const char* to) {
  Value tree = parse_yaml(kText, "t");
  rename(tree, from, to);
  return tree.to_json().dump();
}

TEST(RecipeNamesTest, AStageIsRenamedInChainsMeasuresAndProfiles) {
  const std::string text = renamed(rename_stage, "tune", "adapt");
  EXPECT_EQ(text.find("tune"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("stages.adapt.budget.steps":5000)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("arms.long":["pre","adapt"])"), std::string::npos) << text;
}

TEST(RecipeNamesTest, AnArmIsRenamedInClaimsAndProfiles) {
  const std::string text = renamed(rename_arm, "long", "chain");
  EXPECT_EQ(text.find("long"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("better":"chain.test.dice")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("than":"scratch.test.dice")"), std::string::npos) << text;
}

TEST(RecipeNamesTest, ADataEntryIsRenamedInStagesMeasuresCapturesClaimsAndProfiles) {
  const std::string text = renamed(rename_data, "test", "held_out");
  EXPECT_EQ(text.find(".test."), std::string::npos) << text;
  EXPECT_NE(text.find(R"("split":"test")"), std::string::npos) << "a setting, not the entry";
  for (const char* part :
       {R"("validation":"held_out")", R"("on":"held_out")", R"("better":"long.held_out.dice")",
        R"("data.held_out.size":64)", R"("held_out":{"dataset":"d","split":"test"})"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

class SetupFormsTest : public testing::Test {
 protected:
  void SetUp() override {
    window_ = std::make_unique<MainWindow>(Path(temporary_.path().toStdString()));
    window_->resize(1280, 800);
    window_->show();
    panel_ = qobject_cast<SetupPanel*>(window_->panel(QStringLiteral("setup")));
    window_->showPanel(QStringLiteral("setup"));
    panel_->draft().startCopy(QString::fromLatin1(kText), {}, {});
    const auto card = [](const char* kind, const char* name) {
      return Json{{"kind", kind}, {"name", name}, {"summary", "one"}, {"fields", Json::array()}};
    };
    ComponentCards::of(window_->desk())
        .set(Json::array({card("dataset", "d"), card("dataset", "e"), card("metric", "dice"),
                          card("metric", "hd95"), card("inspector", "segmentation"),
                          card("model", "unet"), card("objective", "o")}));
  }
  QString text() { return panel_->draft().text(); }
  bool says(const char* part) { return text().contains(QString::fromLatin1(part)); }
  void showSection(const char* name) {
    QTabBar* tabs = nullptr;
    for (QTabBar* bar : panel_->findChildren<QTabBar*>()) {
      if (bar->accessibleName() == QLatin1String("Parts of the recipe")) tabs = bar;
    }
    ASSERT_NE(tabs, nullptr);
    for (int tab = 0; tab < tabs->count(); ++tab) {
      if (tabs->tabText(tab) == QLatin1String(name)) tabs->setCurrentIndex(tab);
    }
    QTest::qWait(20);
  }
  void press(const char* button) {
    auto* found = panel_->form().findChild<QToolButton*>(QString::fromLatin1(button));
    ASSERT_NE(found, nullptr) << button;
    QTest::mouseClick(found, Qt::LeftButton);
    QTest::qWait(20);  // the old page goes
  }
  void add(const char* list, const char* choice) {
    auto* box =
        panel_->form().findChild<QComboBox*>(QString::fromLatin1(list) + QStringLiteral(".append"));
    ASSERT_NE(box, nullptr) << list;
    const int row = box->findText(QString::fromLatin1(choice));
    ASSERT_GT(row, 0) << choice;
    box->setCurrentIndex(row);
    emit box->activated(row);
    QTest::qWait(20);
  }
  /// Answers the question for a name that `ask` opens.
  void answer(const QString& name, const std::function<void()>& ask) {
    QTimer::singleShot(50, [name] {
      auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
      ASSERT_NE(dialog, nullptr);
      dialog->setTextValue(name);
      dialog->accept();
    });
    ask();
    QTest::qWait(20);
  }
  void shot(const char* name) {
    const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
    if (folder.isEmpty()) return;
    for (const bool dark : {false, true}) {
      look::apply(*qApp, dark ? look::Scheme::kDark : look::Scheme::kLight);
      QTest::qWait(50);
      panel_->grab().save(
          QStringLiteral("%1/%2-%3.png").arg(folder, QLatin1String(name), dark ? "dark" : "light"));
    }
    look::apply(*qApp, look::Scheme::kLight);
  }
  QTemporaryDir temporary_;
  std::unique_ptr<MainWindow> window_;
  SetupPanel* panel_ = nullptr;
};

TEST_F(SetupFormsTest, AnArmIsRenamedByItsButtonAndItsClaimsGoWithIt) {
  panel_->findChild<ChainView*>()->select(1, 0);
  answer(QStringLiteral("chain"),
         [&] { window_->desk().actions.find(QStringLiteral("setup.rename_arm"))->trigger(); });
  EXPECT_TRUE(says("  chain: [pre, tune]")) << text().toStdString();
  EXPECT_TRUE(says("better: chain.test.dice"));
  EXPECT_TRUE(says("arms.chain: [pre, tune]"));
  shot("setup-arms");
  panel_->draft().undoStack().undo();
  EXPECT_EQ(text(), QString::fromLatin1(kText));
  // A double click on the name asks too.
  auto* chain = panel_->findChild<ChainView*>();
  answer(QStringLiteral("plain"), [&] {
    QTest::mouseClick(chain, Qt::LeftButton, {}, QPoint(20, 20));
    QTest::mouseDClick(chain, Qt::LeftButton, {}, QPoint(20, 20));
  });
  EXPECT_TRUE(says("than: plain.test.dice")) << text().toStdString();
}

TEST_F(SetupFormsTest, DataEntriesAreAddedRenamedAndRemoved) {
  showSection("Data");
  answer(QStringLiteral("held_out"), [&] { press("data.test.tag"); });
  EXPECT_TRUE(says("validation: held_out")) << text().toStdString();
  EXPECT_TRUE(says("better: long.held_out.dice"));
  add("data", "e");
  EXPECT_TRUE(says("data: {dataset: e}")) << text().toStdString();
  shot("setup-data");
  press("data.data.remove");
  EXPECT_FALSE(says("dataset: e"));
}

TEST_F(SetupFormsTest, MeasuresAreAddedMovedAndRemoved) {
  showSection("Measures");
  add("measure", "train");
  EXPECT_TRUE(says("on: train")) << text().toStdString();
  add("measure.1.metrics", "hd95");
  EXPECT_TRUE(says("hd95"));
  press("measure.1.up");
  EXPECT_EQ(panel_->draft().tree().find("measure")->items[0].find("on")->text, "train");
  shot("setup-measures");
  press("measure.0.remove");
  EXPECT_FALSE(says("hd95"));
  EXPECT_EQ(panel_->draft().tree().find("measure")->items.size(), 1U);
}

TEST_F(SetupFormsTest, ClaimsAreAddedAsAListFilledFromWhatIsMeasuredAndRemoved) {
  showSection("Measures");
  add("claim", "scratch.test.dice");
  const Value* claims = panel_->draft().tree().find("claim");
  ASSERT_TRUE(claims->is_list()) << text().toStdString();
  ASSERT_EQ(claims->items.size(), 2U);
  EXPECT_EQ(claims->items[0].find("better")->text, "long.test.dice");
  FieldEditor* than = panel_->form().field(QStringLiteral("claim.1.than"));
  ASSERT_NE(than, nullptr);
  than->enter(QStringLiteral("0.15"));
  EXPECT_EQ(panel_->draft().tree().find("claim")->items[1].find("than")->text, "0.15");
  shot("setup-claims");
  press("claim.0.remove");
  EXPECT_EQ(panel_->draft().tree().find("claim")->items.size(), 1U);
  press("claim.0.remove");
  EXPECT_EQ(panel_->draft().tree().find("claim"), nullptr) << text().toStdString();
}

TEST_F(SetupFormsTest, ASingleClaimGoesWithItsButton) {
  showSection("Measures");
  press("claim.remove");
  EXPECT_EQ(panel_->draft().tree().find("claim"), nullptr);
}

TEST_F(SetupFormsTest, ADroppedFolderOfDataIsWhatTheDraftRunsOn) {
  const QTemporaryDir data, series;
  ASSERT_TRUE(QDir(data.path()).mkdir(QStringLiteral("images")));
  for (const char* name : {"0001.dcm", "0002"}) {
    QFile file(series.filePath(QString::fromLatin1(name)));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  }
  const auto drop = [&](const QString& folder) {
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(folder)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window_.get(), &enter);
    QDropEvent event(QPointF(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    if (enter.isAccepted()) QCoreApplication::sendEvent(window_.get(), &event);
  };
  window_->showPanel(QStringLiteral("gallery"));
  drop(data.path());
  EXPECT_TRUE(panel_->isVisible());
  EXPECT_EQ(panel_->findChild<RunBar*>()->choice().data, data.path());
  EXPECT_FALSE(panel_->accepts(series.path())) << "a series of images is a volume";
}

TEST_F(SetupFormsTest, TheFormFollowsTheCursorInTheText) {
  auto* editor = panel_->findChild<YamlEditor*>();
  window_->activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
  editor->setFocus();
  ASSERT_TRUE(QTest::qWaitFor([&] { return editor->hasFocus(); }));
  using Section = RecipeForm::Section;
  const auto lineOf = [&](const char* part) {
    const QStringList lines = text().split(QLatin1Char('\n'));
    for (int line = 0; line < lines.size(); ++line) {
      if (lines[line].contains(QLatin1String(part))) return line;
    }
    return -1;
  };
  const auto clickLine = [&](const char* part) {
    const QTextBlock block = editor->document()->findBlockByNumber(lineOf(part));
    QTextCursor cursor(block);
    const QRect at = editor->cursorRect(cursor);
    QTest::mouseClick(editor->viewport(), Qt::LeftButton, {}, at.center());
  };
  clickLine("inspector: segmentation");
  EXPECT_TRUE(QTest::qWaitFor([&] { return panel_->form().section() == Section::kMeasures; }));
  clickLine("  pre: {data");
  EXPECT_TRUE(QTest::qWaitFor([&] { return panel_->form().section() == Section::kStage; }));
  EXPECT_EQ(panel_->findChild<ChainView*>()->stage(), QStringLiteral("pre"));
  EXPECT_NE(panel_->form().field(QStringLiteral("stages.pre.data")), nullptr);
  QTest::keyClick(editor, Qt::Key_Down);
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return panel_->findChild<ChainView*>()->stage() == QStringLiteral("tune"); }));
  EXPECT_TRUE(editor->hasFocus());
  EXPECT_EQ(editor->textCursor().blockNumber(), lineOf("  tune: {data"));
}

}  // namespace
}  // namespace warmstart
