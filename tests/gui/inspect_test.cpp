// The Inspect panel: captures of a run on disk become pixels, along the timeline and by sample.
#include <gtest/gtest.h>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/tensor_file.h"
#include "tests/gui/capture_files.h"
#include "tests/gui/test_desk.h"
#include "views/desk/action_book.h"
#include "views/inspect/arrays_view.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/reconstruction_view.h"
#include "views/inspect/segmentation_view.h"
#include "views/inspect/volume_actions.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kWide = 6, kHigh = 5, kDeep = 4;

/// Two samples; voxel (x, y, z) of sample s has the value 1 + x + 10 y + 100 z + 1000 s, so that no
/// two are alike and every mirroring shows. Label 1 stands at (4, 3, 2) alone, label 2 at (1, 0,
/// 1). The model is sure of everything but the voxel of label 1.
void writeSegmentation(const Path& file, int step) {
  std::vector<float> image;
  for (int s = 0; s < 2; ++s)
    for (int z = 0; z < kDeep; ++z)
      for (int y = 0; y < kHigh; ++y)
        for (int x = 0; x < kWide; ++x)
          image.push_back(static_cast<float>(1 + x + 10 * y + 100 * z + 1000 * s));
  std::vector<std::uint8_t> labels(image.size(), 0);
  labels[(2 * kHigh + 3) * kWide + 4] = 1;
  labels[(1 * kHigh + 0) * kWide + 1] = 2;
  const std::vector<double> spacing{2, 1, 1, 2, 1, 1};
  // z points to the head, y to the back, x to the right.
  std::vector<double> direction{0, 0, 1, 0, -1, 0, 1, 0, 0};
  direction.insert(direction.end(), direction.begin(), direction.begin() + 9);
  std::vector<float> confidence(image.size(), 1);
  confidence[(2 * kHigh + 3) * kWide + 4] = 0.5F;
  std::filesystem::create_directories(file.parent_path());
  const Json info{{"kind", "segmentation"},
                  {"step", step},
                  {"stage", "target"},
                  {"samples", {"first", "second"}}};
  write_tensor_file(file, {{"capture", info.dump()}},
                    {arrayOf("image", Dtype::kFloat32, {2, 1, kDeep, kHigh, kWide}, image),
                     arrayOf("prediction", Dtype::kUint8, {2, kDeep, kHigh, kWide}, labels),
                     arrayOf("label", Dtype::kUint8, {2, kDeep, kHigh, kWide}, labels),
                     arrayOf("confidence", Dtype::kFloat32, {2, kDeep, kHigh, kWide}, confidence),
                     arrayOf("spacing", Dtype::kFloat64, {2, 3}, spacing),
                     arrayOf("direction", Dtype::kFloat64, {2, 3, 3}, direction)});
}

class InspectTest : public DeskTest {
 protected:
  void makeRun() {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream(root_ / "runs/one/events.jsonl")
        << R"({"event":"start","time":1,"total_steps":30})"
        << "\n"
        << R"({"event":"stage","time":1,"stage":"target","index":0,"steps":30,"global_step":0})"
        << "\n"
        << R"({"event":"done","time":9})"
        << "\n";
    for (const int step : {10, 20, 30}) writeSegmentation(fileOf(step), step);
  }
  Path fileOf(int step) const {
    return root_ / "runs/one/captures" / std::to_string(step) / "segmentation.safetensors";
  }
  void show(const char* run = "one") {
    panel_.resize(760, 700);
    panel_.show();
    selection_.setRun(QString::fromLatin1(run));
  }
  bool waitSettled() {
    return QTest::qWaitFor([this] { return panel_.settled(); }, 5000);
  }
  SegmentationView* view() { return qobject_cast<SegmentationView*>(panel_.view()); }
  InspectPanel panel_{desk_};
};

TEST_F(InspectTest, TheVoxelUnderTheCrosshairHasItsGreyAndLabelInEachPlane) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  ASSERT_NE(view(), nullptr);
  VolumeScene& scene = view()->scene();
  scene.setCrosshairShown(false);
  scene.setWindow(0, 400);
  scene.setOpacity(1);
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal}) {
    const auto seen = [&](const Voxel& voxel) {
      scene.setCursor(voxel);
      return view()->plane(plane)->grab().toImage().pixelColor(
          view()->plane(plane)->placeOf(voxel).toPoint());
    };
    EXPECT_EQ(seen({4, 3, 2}), look::label(1));
    EXPECT_EQ(seen({1, 0, 1}), look::label(2));
    for (const Voxel& voxel : {Voxel{1, 3, 2}, Voxel{4, 1, 2}, Voxel{4, 3, 1}, Voxel{0, 0, 0}}) {
      const double value = 1 + voxel[0] + 10 * voxel[1] + 100 * voxel[2];
      EXPECT_NEAR(seen(voxel).red(), value / 400 * 255, 1) << voxel[0] << voxel[1] << voxel[2];
    }
  }
}

TEST_F(InspectTest, TwoCapturesOfOneInspectorStandBesideEachOther) {
  makeRun();
  writeSegmentation(root_ / "runs/one/captures/30/edges.safetensors", 30);
  std::ofstream(root_ / "runs/one/events.jsonl", std::ios::app)
      << R"({"event":"capture","time":9,"global_step":30,"stage":"target","name":"edges",)"
      << R"("inspector":"segmentation","file":"captures/30/edges.safetensors"})"
      << "\n"
      << R"({"event":"capture","time":9,"global_step":30,"stage":"target",)"
      << R"("inspector":"segmentation","file":"captures/30/segmentation.safetensors"})"
      << "\n";
  show();
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(panel_.tourStops(),
            (QStringList{QStringLiteral("segmentation"), QStringLiteral("edges")}));
  panel_.showTourStop(QStringLiteral("edges"));
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(panel_.problem(), QString());
}

TEST_F(InspectTest, XGrowsToTheRightAndYAndZGrowUpwards) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  const PlaneView* axial = view()->plane(Plane::kAxial);
  const PlaneView* sagittal = view()->plane(Plane::kSagittal);
  EXPECT_LT(axial->placeOf({0, 0, 0}).x(), axial->placeOf({5, 0, 0}).x());
  EXPECT_GT(axial->placeOf({0, 0, 0}).y(), axial->placeOf({0, 4, 0}).y());
  EXPECT_LT(sagittal->placeOf({0, 0, 0}).x(), sagittal->placeOf({0, 4, 0}).x());
  EXPECT_GT(sagittal->placeOf({0, 0, 0}).y(), sagittal->placeOf({0, 0, 3}).y());
}

TEST_F(InspectTest, ThickSlicesAreDrawnThick) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  const PlaneView* coronal = view()->plane(Plane::kCoronal);
  const QPointF step = coronal->placeOf({1, 0, 1}) - coronal->placeOf({0, 0, 0});
  EXPECT_NEAR(-step.y() / step.x(), 2, 1e-9);
}

TEST_F(InspectTest, AClickMovesTheCrosshairOfAllPlanesAndTheWheelTheSlice) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  PlaneView* axial = view()->plane(Plane::kAxial);
  QTest::mouseClick(axial, Qt::LeftButton, {}, axial->placeOf({4, 3, 2}).toPoint());
  EXPECT_EQ(view()->scene().cursor(), (Voxel{4, 3, 2}));
  EXPECT_TRUE(view()->readOut().contains(QStringLiteral("predicted: class 1")));
  photograph(panel_, "inspect.png");
  QWheelEvent wheel(axial->rect().center(), axial->mapToGlobal(axial->rect().center()), {},
                    QPoint(0, 120), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
  QApplication::sendEvent(axial, &wheel);
  EXPECT_EQ(view()->scene().cursor(), (Voxel{4, 3, 3}));
}

TEST_F(InspectTest, KeysMoveAlongTheTimelineAndTheSelectionFollows) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(panel_.timeline()->current(), 2);
  QTest::keyClick(panel_.timeline(), Qt::Key_Home);
  EXPECT_EQ(selection_.step(), 10);
  QTest::keyClick(panel_.timeline(), Qt::Key_Right);
  EXPECT_EQ(selection_.step(), 20);
  QTest::mouseClick(panel_.timeline(), Qt::LeftButton, {}, panel_.timeline()->placeOf(0).toPoint());
  EXPECT_EQ(selection_.step(), 10);
  selection_.setStep(25);  // another panel, between two captures
  EXPECT_EQ(panel_.timeline()->current(), 1);
}

TEST_F(InspectTest, APinnedStepIsShownBesideAnotherAndTheKeysChangeBetweenThem) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  panel_.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&panel_));
  panel_.timeline()->setFocus();
  QTest::keyClick(panel_.timeline(), Qt::Key_P);
  ASSERT_NE(panel_.stage()->otherView(), nullptr);
  EXPECT_EQ(panel_.stage()->partner().capture->step(), 30);
  QTest::keyClick(panel_.timeline(), Qt::Key_Comma);
  EXPECT_EQ(selection_.step(), 20);
  ASSERT_TRUE(waitSettled());
  EXPECT_TRUE(panel_.stage()->otherView()->isVisible());
  photograph(panel_, "inspect-pinned.png");
  QTest::keyClick(panel_.timeline(), Qt::Key_B);
  EXPECT_EQ(panel_.stage()->otherView(), nullptr);
  QTest::keyClick(panel_.timeline(), Qt::Key_A);
  EXPECT_EQ(panel_.stage()->compare(), Compare::kOther);
  QTest::keyClick(panel_.timeline(), Qt::Key_P);
  EXPECT_EQ(panel_.stage()->partner().capture, nullptr);
}

TEST_F(InspectTest, SpacePlaysAndWithLoopBeginsAgain) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  panel_.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&panel_));
  panel_.timeline()->setFocus();
  panel_.timeline()->setStepsPerSecond(100);
  QTest::keyClick(panel_.timeline(), Qt::Key_L);
  EXPECT_TRUE(panel_.timeline()->looping());
  QTest::keyClick(panel_.timeline(), Qt::Key_Space);
  EXPECT_TRUE(panel_.timeline()->playing());
  QSignalSpy steps(&selection_, &Selection::stepChanged);
  EXPECT_TRUE(QTest::qWaitFor([&] { return steps.count() >= 7; }, 5000));
  QTest::keyClick(panel_.timeline(), Qt::Key_Space);
  EXPECT_FALSE(panel_.timeline()->playing());
}

TEST_F(InspectTest, TheChosenViewIsKeptBetweenStarts) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  actions_.find(QStringLiteral("inspect.arrays"))->trigger();
  EXPECT_NE(qobject_cast<ArraysView*>(panel_.view()), nullptr);
  QSettings settings(temporary_.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
  panel_.saveState(settings);
  actions_.find(QStringLiteral("inspect.arrays"))->trigger();
  EXPECT_NE(view(), nullptr);
  panel_.restoreState(settings);
  selection_.setStep(10);
  ASSERT_TRUE(waitSettled());
  EXPECT_NE(qobject_cast<ArraysView*>(panel_.view()), nullptr);
}

TEST_F(InspectTest, TheChosenSampleIsShown) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  view()->scene().setCursor({0, 0, 0});
  selection_.setSample(1);
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(view()->scene().image().at({0, 0, 0}), 1001);
}

TEST_F(InspectTest, TheLettersAtTheEdgesFollowTheDirectionsOfThePatient) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  using Letters = std::array<QString, 4>;  // left, top, right, bottom
  EXPECT_EQ(view()->plane(Plane::kAxial)->edgeLetters(), (Letters{"L", "P", "R", "A"}));
  EXPECT_EQ(view()->plane(Plane::kCoronal)->edgeLetters(), (Letters{"L", "S", "R", "I"}));
  EXPECT_EQ(view()->plane(Plane::kSagittal)->edgeLetters(), (Letters{"A", "S", "P", "I"}));
  const double right = view()->plane(Plane::kAxial)->placeOf({5, 0, 0}).x();
  actions_.find(QStringLiteral("inspect.radiological"))->trigger();
  EXPECT_EQ(view()->plane(Plane::kAxial)->edgeLetters(), (Letters{"R", "P", "L", "A"}));
  EXPECT_LT(view()->plane(Plane::kAxial)->placeOf({5, 0, 0}).x(), right - 50);
  photograph(panel_, "inspect-letters.png");
}

TEST_F(InspectTest, ConfidenceColoursOnlyWhatTheModelIsNotSureOf) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  VolumeScene& scene = view()->scene();
  scene.setCursor({4, 3, 2});
  scene.setOpacity(1);
  actions_.find(QStringLiteral("inspect.confidence"))->trigger();
  const QImage with = scene.picture(Plane::kAxial);
  actions_.find(QStringLiteral("inspect.overlay"))->trigger();
  const QImage without = scene.picture(Plane::kAxial);
  EXPECT_EQ(with.pixel(4, kHigh - 1 - 3), look::colours(look::Map::kCividis)[255]);
  EXPECT_EQ(with.pixel(1, 1), without.pixel(1, 1));
  EXPECT_NE(with.pixel(4, 1), without.pixel(4, 1));
  EXPECT_TRUE(view()->readOut().contains(QStringLiteral("confidence 50.0 %")))
      << qPrintable(view()->readOut());
}

TEST_F(InspectTest, CommandsAreInTheMenuWithTheirKeysAndActOnTheScene) {
  EXPECT_FALSE(actions_.find(QStringLiteral("inspect.crosshair"))->isEnabled());
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  const auto act = [&](const char* id, const char* key) {
    QAction* action = actions_.find(QString::fromLatin1(id));
    EXPECT_EQ(action->shortcut(), QKeySequence(QString::fromLatin1(key)));
    EXPECT_EQ(ActionBook::menuOf(action), QStringLiteral("Inspect"));
    EXPECT_TRUE(action->isEnabled());
    action->trigger();
  };
  act("inspect.crosshair", "X");
  EXPECT_FALSE(view()->scene().crosshairShown());
  act("inspect.outline", "O");
  EXPECT_TRUE(view()->scene().outline());
  act("inspect.difference", "Shift+D");
  EXPECT_EQ(view()->scene().overlay(), OverlayKind::kError);
  EXPECT_TRUE(actions_.find(QStringLiteral("inspect.difference"))->isChecked());
  act("inspect.fainter", "[");
  EXPECT_NEAR(view()->scene().opacity(), 0.4, 1e-9);
  act("inspect.coronal", "3");
  EXPECT_FALSE(view()->plane(Plane::kAxial)->isVisible());
  act("inspect.copyPlane", "Ctrl+C");
  EXPECT_EQ(QApplication::clipboard()->image().size(), 2 * view()->plane(Plane::kCoronal)->size());
}

TEST_F(InspectTest, APictureOfAPlaneIsSavedAsItStandsOnTheScreen) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  const QImage plane = view()->plane(Plane::kAxial)->image(2);
  const QString path = temporary_.filePath(QStringLiteral("plane.png"));
  writePng(plane, path);
  EXPECT_EQ(QImage(path).size(), 2 * view()->plane(Plane::kAxial)->size());
  EXPECT_THROW(writePng(QImage(), path), Error);
}

TEST_F(InspectTest, WindowAndCrosshairAreRememberedWhenTheProgramStartsAgain) {
  makeRun();
  show();
  ASSERT_TRUE(waitSettled());
  view()->scene().setWindow(10, 90);
  view()->scene().setCursor({5, 1, 3});
  view()->scene().setOverlay(OverlayKind::kReference);
  QSettings settings(temporary_.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
  panel_.saveState(settings);
  settings.sync();
  view()->scene().setWindow(0, 1);
  view()->scene().setCursor({0, 0, 0});
  actions_.find(QStringLiteral("inspect.arrays"))->trigger();  // the view goes
  panel_.restoreState(settings);
  selection_.setStep(10);
  ASSERT_TRUE(waitSettled());
  ASSERT_NE(view(), nullptr);
  EXPECT_EQ(view()->scene().window(), (std::array<double, 2>{10, 90}));
  EXPECT_EQ(view()->scene().cursor(), (Voxel{5, 1, 3}));
  EXPECT_EQ(view()->scene().overlay(), OverlayKind::kReference);
}

TEST_F(InspectTest, ADamagedCaptureIsNamedAndOtherStepsStillShow) {
  makeRun();
  {
    std::fstream file(fileOf(30), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-40, std::ios::end);
    const char before = static_cast<char>(file.get());
    file.seekp(-40, std::ios::end);
    file.put(static_cast<char>(before ^ 1));
  }
  std::filesystem::resize_file(fileOf(20), std::filesystem::file_size(fileOf(20)) - 7);
  show();
  ASSERT_TRUE(waitSettled());
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("captures/30")))
      << qPrintable(panel_.problem());
  selection_.setStep(20);
  ASSERT_TRUE(waitSettled());
  EXPECT_TRUE(panel_.problem().contains(QStringLiteral("captures/20")))
      << qPrintable(panel_.problem());
  selection_.setStep(10);
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(panel_.problem(), QString());
  ASSERT_NE(view(), nullptr);
  EXPECT_TRUE(view()->isVisible());
}

TEST(ReconstructionView, ShowsTheDifferenceAndTheErrorsOnHiddenAndVisibleVoxels) {
  const QTemporaryDir folder;
  const Path file = Path(folder.path().toStdString()) / "reconstruction.safetensors";
  // One sample of 2 x 2 x 2: the first two voxels are hidden and restored 3 too high.
  const std::vector<float> target{0, 1, 2, 3, 4, 5, 6, 7}, input{0, 0, 2, 3, 4, 5, 6, 7};
  std::vector<float> restored = target;
  restored[0] += 3, restored[1] += 3, restored[7] -= 1;
  const std::vector<std::uint8_t> mask{1, 1, 0, 0, 0, 0, 0, 0};
  const std::vector<std::int64_t> shape{1, 1, 2, 2, 2};
  const Json info{{"kind", "reconstruction"}, {"step", 1}, {"stage", "masked"}, {"samples", {"a"}}};
  write_tensor_file(file, {{"capture", info.dump()}},
                    {arrayOf("target", Dtype::kFloat32, shape, target),
                     arrayOf("input", Dtype::kFloat32, shape, input),
                     arrayOf("reconstruction", Dtype::kFloat32, shape, restored),
                     arrayOf("mask", Dtype::kUint8, shape, mask)});
  ReconstructionView view;
  view.resize(600, 600);
  view.setCapture(Capture::open(file), 0, {});
  // Hidden: (9 + 9) / 2; visible: 1 / 6.
  EXPECT_EQ(view.errors().toStdString(),
            "Mean squared error: hidden 9, visible 0.1667 (25 % hidden)");
  EXPECT_DOUBLE_EQ(view.scene(ReconstructionView::kDifference).image().at({0, 0, 0}), 3);
  EXPECT_DOUBLE_EQ(view.scene(ReconstructionView::kDifference).image().at({1, 1, 1}), -1);
  view.scene(ReconstructionView::kTarget).setCursor({1, 0, 0});
  EXPECT_EQ(view.scene(ReconstructionView::kInput).cursor(), (Voxel{1, 0, 0}));
  // Too high is red, too low is blue in the difference.
  VolumeScene& difference = view.scene(ReconstructionView::kDifference);
  difference.setWindow(-3, 3);
  const QColor high(difference.picture(Plane::kAxial).pixel(0, 0));
  EXPECT_GT(high.red(), high.blue() + 100);
  difference.setCursor({1, 1, 1});
  const QColor low(difference.picture(Plane::kAxial).pixel(1, 1));
  EXPECT_GT(low.blue(), low.red() + 20);
}

}  // namespace
}  // namespace warmstart
