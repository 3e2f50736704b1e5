// Files dropped on lines of text: their plain path where a path is wanted, the window's business
// everywhere else.
#include <gtest/gtest.h>

#include <QDir>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/main_window.h"
#include "core/base/files.h"
#include "views/setup/chain_view.h"
#include "views/setup/field_editor.h"
#include "views/setup/run_bar.h"
#include "views/setup/setup_panel.h"

namespace warmstart {
namespace {

class FieldDropsTest : public testing::Test {
 protected:
  FieldDropsTest() {
    window_.resize(1280, 800);
    window_.show();
    window_.showPanel(QStringLiteral("setup"));
    panel_->draft().startCopy(
        QStringLiteral("warmstart: 1\ntitle: t\narms:\n  a: [s]\nstages:\n  s: {data: d}\n"), {},
        {});
    folder_ = temporary_.filePath(QStringLiteral("of data"));
    file_ = temporary_.filePath(QStringLiteral("w.safetensors"));
    QDir().mkpath(folder_ + QStringLiteral("/inside"));
    write_atomically(Path(file_.toStdString()), "w");
  }
  /// As the window system sends it to what lies under the pointer; whether anybody took it.
  static bool drop(QWidget* onto, const QMimeData& data) {
    const QPoint at(5, 5);
    QDragEnterEvent enter(at, Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton,
                          Qt::NoModifier);
    QApplication::sendEvent(onto, &enter);
    if (!enter.isAccepted()) return false;
    QDragMoveEvent move(at, Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(onto, &move);
    QDropEvent event(at, Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(onto, &event);
    return event.isAccepted();
  }
  static bool dropFiles(QWidget* onto, const QStringList& paths) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
    data.setUrls(urls);
    return drop(onto, data);
  }
  QLineEdit* line(QWidget& among, const char* name) {
    for (QLineEdit* one : among.findChildren<QLineEdit*>()) {
      if (one->accessibleName() == QLatin1String(name)) return one;
    }
    ADD_FAILURE() << name;
    return nullptr;
  }
  QTemporaryDir temporary_, workspace_;
  MainWindow window_{Path(workspace_.path().toStdString())};
  SetupPanel* panel_ = qobject_cast<SetupPanel*>(window_.panel(QStringLiteral("setup")));
  QString folder_, file_;
};

TEST_F(FieldDropsTest, AFolderGoesIntoALineForOneAsItsPlainPath) {
  QLineEdit* data = line(*panel_, "data folder");
  data->setText(QStringLiteral("before"));
  QSignalSpy finished(data, &QLineEdit::editingFinished);
  EXPECT_TRUE(dropFiles(data, {folder_}));
  EXPECT_EQ(data->text(), folder_);
  EXPECT_EQ(finished.size(), 1);
  EXPECT_EQ(panel_->findChild<RunBar*>()->choice().data, folder_);
  QLineEdit* out = line(*window_.panel(QStringLiteral("export")), "Folder for the results");
  EXPECT_TRUE(dropFiles(out, {folder_}));
  EXPECT_EQ(out->text(), folder_);
}

TEST_F(FieldDropsTest, AFileForAFormsFieldIsWrittenIntoTheRecipe) {
  panel_->findChild<ChainView*>()->select(0, 0);
  FieldEditor* from = panel_->form().field(QStringLiteral("stages.s.from"));
  ASSERT_NE(from, nullptr);
  EXPECT_TRUE(dropFiles(from->findChild<QLineEdit*>(), {file_}));
  EXPECT_TRUE(panel_->draft().text().contains(file_)) << panel_->draft().text().toStdString();
  EXPECT_FALSE(panel_->draft().text().contains(QStringLiteral("file://")));
}

TEST_F(FieldDropsTest, AnyOtherLineLeavesFilesToTheWindow) {
  const QString recipe = temporary_.filePath(QStringLiteral("dropped.yaml"));
  write_atomically(Path(recipe.toStdString()), "warmstart: 1\ntitle: dropped\n");
  QLineEdit* seeds = line(*panel_, "seeds");
  QLineEdit* number = panel_->findChild<QSpinBox*>()->findChild<QLineEdit*>();
  for (QLineEdit* one : {seeds, number}) {
    const QString before = one->text();
    dropFiles(one, {QStringLiteral("/nowhere/at.all")});
    dropFiles(one, {folder_});
    EXPECT_EQ(one->text(), before);
    EXPECT_EQ(panel_->findChild<RunBar*>()->choice().data, folder_);
  }
  dropFiles(line(*panel_, "data folder"), {recipe});  // no folder
  EXPECT_TRUE(QTest::qWaitFor([&] { return panel_->draft().file() == recipe; }, 5000));
  EXPECT_EQ(panel_->draft().text(), QStringLiteral("warmstart: 1\ntitle: dropped\n"));
}

TEST_F(FieldDropsTest, WordsStayWords) {
  QMimeData words;
  words.setText(QStringLiteral("1, 2"));
  QLineEdit* seeds = line(*panel_, "seeds");
  EXPECT_TRUE(drop(seeds, words));
  EXPECT_EQ(seeds->text(), QStringLiteral("1, 2"));
}

}  // namespace
}  // namespace warmstart
