// A plugin that does not load is told where its recipes are: in the gallery and in Set-up.
#include <gtest/gtest.h>

#include <QDir>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/main_window.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/gallery/gallery_panel.h"
#include "views/gallery/recipe_detail.h"
#include "views/setup/setup_panel.h"

namespace warmstart {
namespace {

/// A plugin whose library is no library, in a folder that only the user may change.
class BrokenPluginTest : public testing::Test {
 protected:
  BrokenPluginTest() {
    const Path plugin = Path(folder_.path().toStdString()) / "medical";
    create_folders(plugin);
    write_atomically(plugin / "plugin.json", Json{{"name", "medical"},
                                                  {"version", "1"},
                                                  {"abi", "1"},
                                                  {"summary", "s"},
                                                  {"library", "libbroken.so"}}
                                                 .dump());
    write_atomically(plugin / "libbroken.so", "no library\n");
    std::filesystem::permissions(plugin, std::filesystem::perms(0700));
    std::filesystem::permissions(plugin / "libbroken.so", std::filesystem::perms(0600));
    qputenv("WARMSTART_PLUGIN_PATH", folder_.path().toLocal8Bit());
  }
  ~BrokenPluginTest() override { qunsetenv("WARMSTART_PLUGIN_PATH"); }
  static QStringList banners(const QWidget* panel) {
    QStringList texts;
    for (const Banner* banner : panel->findChildren<Banner*>()) {
      if (!banner->text().isEmpty()) texts << banner->text();
    }
    return texts;
  }
  QTemporaryDir folder_, workspace_;
};

TEST_F(BrokenPluginTest, IsToldAtTheTopAndItsRecipesAreMarked) {
  MainWindow window(Path(workspace_.path().toStdString()));
  window.resize(1280, 760);
  window.show();
  auto* gallery = qobject_cast<GalleryPanel*>(window.panel(QStringLiteral("gallery")));
  auto* setup = qobject_cast<SetupPanel*>(window.panel(QStringLiteral("setup")));
  window.showPanel(QStringLiteral("gallery"));
  bool arrived = false;
  QObject::connect(&ComponentCards::of(window.desk()), &ComponentCards::arrived, &window,
                   [&] { arrived = true; });
  if (!QTest::qWaitFor([&] { return arrived && gallery->settled(); }, 30000))
    GTEST_SKIP() << "needs warmstart-worker";
  for (QWidget* panel : {static_cast<QWidget*>(gallery), static_cast<QWidget*>(setup)}) {
    ASSERT_EQ(banners(panel).size(), 1);
    EXPECT_TRUE(banners(panel)[0].contains(QLatin1String("plugin medical does not load")));
    EXPECT_TRUE(banners(panel)[0].contains(QLatin1String("libbroken.so")))
        << banners(panel)[0].toStdString();
  }
  gallery->select(QStringLiteral("medical/gynbtnet-multistage"));
  QAction* run = window.desk().actions.find(QStringLiteral("gallery.run"));
  EXPECT_FALSE(run->isEnabled());
  EXPECT_TRUE(gallery->findChild<RecipeDetail*>()->pageText().startsWith(
      QLatin1String("Cannot run: the plugin medical does not load.")));
  if (const QByteArray shots = qgetenv("WARMSTART_SHOTS"); !shots.isEmpty()) {
    QTest::qWait(100);
    gallery->grab().save(QString::fromLocal8Bit(shots) + QStringLiteral("/gallery-broken.png"));
    window.showPanel(QStringLiteral("setup"));
    QTest::qWait(100);
    setup->grab().save(QString::fromLocal8Bit(shots) + QStringLiteral("/setup-broken.png"));
  }
  // Mended, it is found again.
  ASSERT_TRUE(QDir(folder_.filePath(QStringLiteral("medical"))).removeRecursively());
  arrived = false;
  window.showPanel(QStringLiteral("gallery"));
  for (QPushButton* button : gallery->findChildren<QPushButton*>()) {
    if (button->isVisible() && button->text() == QLatin1String("Look Again")) button->click();
  }
  ASSERT_TRUE(QTest::qWaitFor([&] { return arrived; }, 30000));
  EXPECT_TRUE(banners(gallery).isEmpty());
  EXPECT_TRUE(run->isEnabled());
}

}  // namespace
}  // namespace warmstart
