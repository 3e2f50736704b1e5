// Weights of a stranger's file into a draft, in a workspace without any run: dropped, compared with
// a stage's model, taken, and undone.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include "app/gui/main_window.h"
#include "core/base/tensor_file.h"
#include "tests/gui/capture_files.h"
#include "views/desk/banner.h"
#include "views/desk/selection.h"
#include "views/setup/chain_view.h"
#include "views/setup/import_view.h"
#include "views/setup/recipe_check.h"
#include "views/setup/setup_panel.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

class ImportTest : public testing::Test {
 protected:
  ImportTest() {
    window_.resize(1280, 760);
    window_.show();
    window_.showPanel(QStringLiteral("setup"));
    emit window_.desk().selection.setupWanted(QStringLiteral("medical/gynbtnet-multistage"));
    settled_ = QTest::qWaitFor([&] { return !draft().empty() && panel_->settled(); }, 30000);
    panel_->findChild<QTabWidget*>()->setCurrentWidget(view_);
  }
  Draft& draft() { return panel_->draft(); }
  QPushButton* button(const char* text) {
    for (QPushButton* one : view_->findChildren<QPushButton*>()) {
      if (one->text().remove(u'&') == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  QString write(const char* name, const std::vector<Array>& arrays) {
    const QString file = temporary_.filePath(QLatin1String(name));
    write_tensor_file(Path(file.toStdString()), {}, arrays);
    return file;
  }
  void drop(const QString& file) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QWidget* onto = view_->findChild<QTreeWidget*>()->viewport();
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(onto, &enter);
    ASSERT_TRUE(enter.isAccepted());
    QDropEvent event(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(onto, &event);
  }
  /// "kind tensor" of each line.
  QStringList lines() {
    QStringList all;
    const auto* table = view_->findChild<QTreeWidget*>();
    for (int i = 0; i < table->topLevelItemCount(); ++i)
      all << table->topLevelItem(i)->text(0) + u' ' + table->topLevelItem(i)->text(1);
    return all;
  }
  std::string from() {
    const Value* found = find_path(draft().tree(), "stages.organs.from");
    return found ? found->text : "";
  }

  QTemporaryDir temporary_;
  MainWindow window_{Path(temporary_.path().toStdString())};
  SetupPanel* panel_ = qobject_cast<SetupPanel*>(window_.panel(QStringLiteral("setup")));
  ImportView* view_ = panel_->findChild<ImportView*>();
  bool settled_ = false;
};

const char* const kFits = "encoder.level0.block0.norm1.weight";
const char* const kOtherShape = "encoder.level0.block0.norm1.bias";

TEST_F(ImportTest, AFileIsComparedWithAStageThatThenStartsFromIt) {
  if (!settled_) GTEST_SKIP() << "needs warmstart-worker";
  const std::vector<float> ones(8, 1);
  const QString file =
      write("w.safetensors", {arrayOf(kFits, Dtype::kFloat32, {8}, ones),
                              arrayOf(kOtherShape, Dtype::kFloat32, {4, 2}, ones),
                              arrayOf("encoder.stranger", Dtype::kFloat32, {8}, ones)});
  const QString before = draft().text();
  const std::string from_before = from();
  panel_->findChild<ChainView*>()->select(2, 1);
  EXPECT_EQ(view_->findChild<QComboBox*>()->currentText(), QStringLiteral("organs"));
  EXPECT_FALSE(button("Compare")->isEnabled());
  drop(file);
  EXPECT_EQ(view_->findChild<QLineEdit*>()->text(), file);
  EXPECT_FALSE(button("Start From It")->isEnabled()) << "nothing is compared";
  button("Compare")->click();
  ASSERT_TRUE(QTest::qWaitFor([&] { return button("Start From It")->isEnabled(); }, 30000))
      << view_->findChild<Banner*>()->text().toStdString();
  EXPECT_TRUE(lines().contains(QStringLiteral("matched ") + QLatin1String(kFits)));
  EXPECT_TRUE(lines().contains(QStringLiteral("reshaped ") + QLatin1String(kOtherShape)))
      << lines().join(u'\n').toStdString();
  EXPECT_TRUE(lines().contains(QStringLiteral("unexpected encoder.stranger")));
  EXPECT_EQ(draft().text(), before) << "looking changes nothing";
  button("Start From It")->click();
  EXPECT_EQ(from(), file.toStdString());
  ASSERT_TRUE(QTest::qWaitFor([&] { return panel_->check().checked(); }, 20000));
  EXPECT_TRUE(panel_->check().valid());
  photograph(*panel_, "setup-weights.png");
  draft().undoStack().undo();
  EXPECT_EQ(draft().text(), before);
  EXPECT_EQ(from(), from_before);
}

TEST_F(ImportTest, WeightsThatDoNotFitAreToldAndNotOffered) {
  if (!settled_) GTEST_SKIP() << "needs warmstart-worker";
  const std::vector<float> ones(8, 1);
  view_->setFile(write("other.safetensors", {arrayOf("stranger", Dtype::kFloat32, {8}, ones)}));
  view_->start();
  const auto* banner = view_->findChild<Banner*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !banner->text().isEmpty(); }, 30000));
  EXPECT_TRUE(banner->text().contains(QLatin1String("no weight fits this model")))
      << banner->text().toStdString();
  EXPECT_FALSE(button("Start From It")->isEnabled());
  view_->use();
  EXPECT_FALSE(draft().modified());
}

}  // namespace
}  // namespace warmstart
