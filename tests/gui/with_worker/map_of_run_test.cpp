// The Map panel with the real program: a run of two steps on made-up scenes is shown over them, and
// its model maps one of them.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QProcess>

#include "tests/gui/queue_desk.h"
#include "views/exporting/checkpoint_choice.h"
#include "views/map/map_board.h"
#include "views/map/map_panel.h"
#include "views/map/run_strip.h"

namespace warmstart {
namespace {

class MapOfRunTest : public QueueDeskTest {
 protected:
  MapPanel panel_{desk_};
  QStringList names() {
    QStringList all;
    const MapScenePtr scene = panel_.board()->canvas()->scene();
    for (std::size_t i = 0; scene && i < scene->layers.size(); ++i) all += scene->layers[i].name;
    return all;
  }
};

TEST_F(MapOfRunTest, ATrainedRunLiesOverItsSceneAndMapsAllOfIt) {
  QProcess train;
  train.start(
      qEnvironmentVariable("WARMSTART_PROGRAM"),
      {"run", "satellite/land-cover", "--smoke", "--data",
       WARMSTART_SOURCE_DIR "/tests/smoke/data/land-cover", "--workspace", temporary_.path()});
  ASSERT_TRUE(train.waitForFinished(120000));
  ASSERT_EQ(train.exitCode(), 0) << train.readAllStandardError().toStdString();
  show(panel_, {1280, 800});
  ASSERT_TRUE(waitFor([&] { return !session_.index().runs.empty(); }));
  selection_.setRun(QString::fromStdString(session_.index().runs.front().info.run));
  ASSERT_TRUE(waitFor([&] { return panel_.strip()->isVisible(); }));
  panel_.strip()->setShown(true);
  ASSERT_TRUE(waitFor([&] { return names().contains(QStringLiteral("Prediction")); }));
  EXPECT_EQ(panel_.problem(), QString());
  EXPECT_TRUE(names().front().startsWith(QLatin1String("r00_c")))
      << names().join(',').toStdString();
  panel_.strip()->inspectors()->setCurrentText(QStringLiteral("grad_cam"));
  emit panel_.strip()->inspectors()->activated(panel_.strip()->inspectors()->currentIndex());
  EXPECT_TRUE(waitFor([&] { return names().contains(QStringLiteral("Heat")); }));
  // The embedding has no picture, but a place for each of its points.
  panel_.strip()->inspectors()->setCurrentText(QStringLiteral("embedding"));
  emit panel_.strip()->inspectors()->activated(panel_.strip()->inspectors()->currentIndex());
  EXPECT_TRUE(waitFor([&] { return !names().contains(QStringLiteral("Heat")); }));
  EXPECT_FALSE(panel_.board()->canvas()->outlines().empty());
  EXPECT_EQ(panel_.problem(), QString());
  trigger("map.predict");
  ASSERT_TRUE(
      waitFor([&] { return names().filter(QStringLiteral("_classes.tif")).size() == 1; }, 120000))
      << panel_.problem().toStdString();
  ASSERT_TRUE(waitFor([&] { return panel_.settled(); }));
  // Another checkpoint's map comes beside it.
  const RunFolder folder = session_.runFolder(selection_.run());
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints())) {
    if (entry.path().stem().string().starts_with("stage-"))
      std::filesystem::copy_file(entry.path(), folder.checkpoints() / "step-1.ckpt");
  }
  CheckpointChoice& checkpoints = *panel_.strip()->checkpoints();
  checkpoints.hide();
  checkpoints.show();
  ASSERT_TRUE(waitFor([&] { return checkpoints.findData(QStringLiteral("1")) >= 0; }));
  checkpoints.setCurrentIndex(checkpoints.findData(QStringLiteral("1")));
  trigger("map.predict");
  ASSERT_TRUE(waitFor(
      [&] { return names().filter(QStringLiteral("_classes.tif \u00b7 step-1")).size() == 1; },
      120000))
      << panel_.problem().toStdString();
  EXPECT_EQ(names().filter(QStringLiteral("_classes.tif")).size(), 2);
  EXPECT_TRUE(std::filesystem::is_directory(folder.root / "predictions" / "step-1"));
  ASSERT_TRUE(waitFor([&] { return panel_.settled(); }));
  shot(panel_, "map-of-run-1280");
}

}  // namespace
}  // namespace warmstart
