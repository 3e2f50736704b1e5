// One experiment in the real window, by clicks and keys alone: gallery, set-up, queue, live,
// inspect, export. The runner and the worker are those of the build.
#include <gtest/gtest.h>
#include <signal.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/main_window.h"
#include "app/gui/tour.h"
#include "core/run/process.h"
#include "core/run/workspace.h"
#include "views/desk/action_book.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/exporting/export_page.h"
#include "views/exporting/export_panel.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/segmentation_view.h"
#include "views/live/live_panel.h"
#include "views/look/theme.h"
#include "views/queue/queue_panel.h"
#include "views/setup/recipe_check.h"
#include "views/setup/run_bar.h"
#include "views/setup/setup_panel.h"

namespace warmstart {
namespace {

class WholeFlowTest : public testing::Test {
 protected:
  WholeFlowTest() {
    window_.resize(1280, 800);
    window_.show();
  }
  ~WholeFlowTest() override { stopRunner(); }

  template <class Type = Panel>
  Type* panel(const char* id) {
    return qobject_cast<Type*>(window_.panel(QString::fromLatin1(id)));
  }
  static bool waitFor(const std::function<bool()>& holds, int milliseconds = 20000) {
    return QTest::qWaitFor(holds, milliseconds);
  }
  /// The button of that text that can be seen and pressed. Null = there is none.
  static QPushButton* button(QWidget* in, const QString& text) {
    for (QPushButton* found : in->findChildren<QPushButton*>()) {
      if (found->isVisible() && found->isEnabled() && found->text().remove('&') == text)
        return found;
    }
    return nullptr;
  }
  template <class Type>
  static Type* named(QWidget* in, const QString& name) {
    for (Type* found : in->findChildren<Type*>()) {
      if (found->isVisible() && found->accessibleName() == name) return found;
    }
    return nullptr;
  }
  static void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }
  void shot(const char* name) {
    const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
    QTest::qWait(100);
    if (!folder.isEmpty())
      window_.grab().save(folder + QStringLiteral("/flow-") + QString::fromLatin1(name) +
                          QStringLiteral(".png"));
  }
  const RunRecord* newestRun() {
    const auto& runs = window_.desk().session.index().runs;
    return runs.empty() ? nullptr : &runs.front();
  }
  /// Distinct colours in the middle of what the widget shows.
  static int colours(QWidget* widget) {
    const QImage image = widget->grab().toImage();
    QSet<QRgb> seen;
    for (int y = image.height() / 4; y < 3 * image.height() / 4; ++y) {
      for (int x = image.width() / 4; x < 3 * image.width() / 4; ++x)
        seen.insert(image.pixel(x, y));
    }
    return static_cast<int>(seen.size());
  }

  void stopRunner() {
    const std::optional<std::string> lease = window_.desk().session.index().runner;
    if (!lease) return;
    const int pid = QString::fromStdString(*lease).section(QLatin1Char(' '), 1, 1).toInt();
    if (pid > 1) kill(pid, SIGTERM);
    waitFor([&] { return !window_.desk().session.index().runner; });
  }

  void chooseInGallery();
  void setUp();
  void watchLive();
  void inspect();
  void exportModel();
  void tour();

  QTemporaryDir folder_;
  MainWindow window_{Path(folder_.path().toStdString())};
  QString run_;
};

void WholeFlowTest::chooseInGallery() {
  QWidget* gallery = panel("gallery");
  ASSERT_TRUE(gallery->isVisible());  // what a new user sees first
  ASSERT_TRUE(waitFor([&] { return panel("gallery")->settled(); }));
  auto* search = named<QLineEdit>(gallery, QStringLiteral("Search recipes"));
  ASSERT_NE(search, nullptr);
  QTest::keyClicks(search, QStringLiteral("multi-stage learning clinical"));
  shot("1-gallery");
  ASSERT_NE(button(gallery, QStringLiteral("Set Up a Copy")), nullptr);
  click(button(gallery, QStringLiteral("Set Up a Copy")));
}

void WholeFlowTest::setUp() {
  auto* setup = panel<SetupPanel>("setup");
  ASSERT_TRUE(waitFor([&] { return setup->isVisible() && !setup->draft().empty(); }));
  ASSERT_TRUE(waitFor([&] { return setup->settled(); }));
  auto* bar = setup->findChild<RunBar*>();
  auto* arms = named<QComboBox>(bar, QStringLiteral("arms"));
  ASSERT_NE(arms, nullptr);
  QTest::keyClicks(arms, QStringLiteral("scratch"));
  ASSERT_EQ(arms->currentText(), QStringLiteral("scratch"));
  QTest::keyClicks(named<QLineEdit>(bar, QStringLiteral("seeds")), QStringLiteral("5"));
  setup->form().show(RecipeForm::Section::kStage, QStringLiteral("target"));
  FieldEditor* steps = setup->form().field(QStringLiteral("stages.target.budget.steps"));
  ASSERT_NE(steps, nullptr);
  steps->enter(QStringLiteral("20"));
  ASSERT_TRUE(waitFor([&] { return setup->check().checked(); }));
  shot("2-setup");
  QPushButton* queue = button(setup, QStringLiteral("Queue"));
  ASSERT_NE(queue, nullptr);
  click(queue);
  ASSERT_TRUE(waitFor([&] { return newestRun() != nullptr; }));
  run_ = QString::fromStdString(newestRun()->info.run);
  EXPECT_EQ(newestRun()->info.arm, "scratch");
  EXPECT_EQ(newestRun()->info.seed, 5);
}

void WholeFlowTest::watchLive() {
  window_.desk().selection.setRun(run_);
  window_.desk().actions.find(QStringLiteral("view.live"))->trigger();
  auto* live = panel<live::LivePanel>("live");
  ASSERT_TRUE(waitFor(
      [&] {
        return !live->plots().empty() && live->plots().front()->graphCount() > 0 &&
               live->plots().front()->table().text().count('\n') > 10;
      },
      120000))
      << "no curve of the loss appeared";
  ASSERT_TRUE(waitFor([&] { return newestRun()->state == "done"; }, 180000))
      << "state " << newestRun()->state;
  EXPECT_TRUE(waitFor([&] { return live->settled(); }));
  EXPECT_TRUE(live->plots().front()->table().text().contains(",20,"));
  shot("3-live");
}

void WholeFlowTest::inspect() {
  window_.desk().actions.find(QStringLiteral("view.inspect"))->trigger();
  auto* inspect = panel<InspectPanel>("inspect");
  ASSERT_TRUE(waitFor([&] {
    return inspect->settled() && qobject_cast<SegmentationView*>(inspect->view()) != nullptr;
  })) << inspect->problem().toStdString();
  auto* view = qobject_cast<SegmentationView*>(inspect->view());
  EXPECT_TRUE(waitFor([&] { return colours(view->plane(Plane::kAxial)) > 20; }));
  EXPECT_TRUE(inspect->problem().isEmpty()) << inspect->problem().toStdString();
  click(view->plane(Plane::kAxial));
  EXPECT_FALSE(view->readOut().isEmpty());
  shot("4-inspect");
}

void WholeFlowTest::exportModel() {
  window_.desk().actions.find(QStringLiteral("view.export"))->trigger();
  auto* exporting = panel<ExportPanel>("export");
  QPushButton* start = button(exporting, QStringLiteral("Export and verify"));
  ASSERT_NE(start, nullptr);
  click(start);
  ASSERT_TRUE(waitFor([&] { return !exporting->exporting().busy(); }, 120000));
  bool agrees = false;
  for (const QLabel* label : exporting->findChildren<QLabel*>())
    agrees |= label->isVisible() && label->text().contains(QStringLiteral("agrees within"));
  EXPECT_TRUE(agrees);
  shot("5-export");
}

void WholeFlowTest::tour() {
  const QTemporaryDir pictures;
  const QDir folder(pictures.path());
  EXPECT_EQ(
      walkTour(window_, {.folder = folder.path(), .stall_limit = 5000, .sizes = {{1280, 800}}}), 0);
  for (const char* stop : {"light-setup-recipe", "light-live-layers", "dark-inspect-*-segmentation",
                           "dark-map-main"}) {
    const QString name = QStringLiteral("1280x800-%1.png").arg(QLatin1String(stop));
    EXPECT_EQ(folder.entryList({name}).size(), 1) << stop;
  }
  const QString setup = QStringLiteral("-setup-recipe.png");
  EXPECT_NE(QImage(folder.filePath(QStringLiteral("1280x800-light") + setup)),
            QImage(folder.filePath(QStringLiteral("1280x800-dark") + setup)));
}

TEST_F(WholeFlowTest, ARecipeBecomesATrainedInspectedAndExportedModelByClicksAlone) {
  ASSERT_NO_FATAL_FAILURE(chooseInGallery());
  ASSERT_NO_FATAL_FAILURE(setUp());
  ASSERT_NO_FATAL_FAILURE(watchLive());
  ASSERT_NO_FATAL_FAILURE(inspect());
  ASSERT_NO_FATAL_FAILURE(exportModel());
  tour();
}

}  // namespace
}  // namespace warmstart
