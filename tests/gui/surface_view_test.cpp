// The surfaces of labels beside the planes: made by the reader process from what the window holds,
// in millimetres; drawn where there is OpenGL (under an X server), and where there is none the pane
// says so and the planes stay as they are.
#include "views/inspect/surface_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QSettings>
#include <numbers>

#include "tests/gui/volume_desk.h"
#include "views/desk/action_book.h"
#include "views/inspect/segmentation_view.h"
#include "views/inspect/surface_renderer.h"

namespace warmstart {
namespace {

/// i runs to the left, j to the front, k to the head; slices twice as thick as the voxels are wide.
constexpr std::array<int, 4> kBallSize{40, 40, 20, 1};
constexpr std::array<float, 12> kBallAffine{-1, 0, 0, 20, 0, 1, 0, -20, 0, 0, 2, -20};

/// A ball of label 2, 8 mm wide around the stored voxel (12, 20, 10), one of label 5 around (28,
/// 20, 10), which lies further to the left, and in that one a small one of label 1.
std::vector<std::int16_t> balls() {
  std::vector<std::int16_t> numbers;
  for (int k = 0; k < 20; ++k) {
    for (int j = 0; j < 40; ++j) {
      for (int i = 0; i < 40; ++i) {
        const double to_two = std::hypot(i - 12, j - 20, 2 * (k - 10));
        const double to_five = std::hypot(i - 28, j - 20, 2 * (k - 10));
        const int label = to_two < 7 ? 2 : to_five < 3 ? 1 : to_five < 7 ? 5 : 0;
        numbers.push_back(static_cast<std::int16_t>(label));
      }
    }
  }
  return numbers;
}
/// In canonical order: i is mirrored.
constexpr Voxel kInTwo{27, 20, 10}, kInFive{11, 20, 10};

class SurfaceTest : public VolumeDeskTest {
 protected:
  void openBalls() {
    saveNifti(root_ / "balls.nii", kBallSize, kBallAffine, balls());
    open(root_ / "balls.nii");
    openLabels(root_ / "balls.nii");
    ASSERT_EQ(problem(), "");
  }
  SurfaceView& surface() { return *panel_.planes()->surface(); }
  QAction* toggle() { return actions_.find(QStringLiteral("inspect.surface")); }
  void showSurface() {
    toggle()->trigger();
    ASSERT_TRUE(surface().isVisible());
    settle();
  }
};

/// Where a context can be had: under xvfb-run, whatever the platform.
class SurfaceDrawn : public SurfaceTest {
 protected:
  void SetUp() override {
    if (!SurfaceRenderer().works()) {
      if (QGuiApplication::platformName() == QLatin1String("xcb")) FAIL() << "no OpenGL under X";
      GTEST_SKIP() << "no OpenGL on this platform; gui_tests.on_x draws";
    }
    SurfaceTest::SetUp();
    openBalls();
    showSurface();
    ASSERT_EQ(surface().message(), "");
    scene().setCrosshairShown(false);
    scene().setOpacity(1);
  }
  QColor at(const Voxel& voxel) {
    return surface().image(1).pixelColor(surface().placeOf(voxel).toPoint());
  }
  QColor ground() { return surface().image(1).pixelColor(3, 3); }
  /// Lit labels are darker than their colour in the table, of the same hue.
  static void expectHue(const QColor& seen, int label) {
    EXPECT_NEAR(seen.hueF(), look::label(label).hueF(), 0.02) << seen.name().toStdString();
    EXPECT_GT(seen.saturationF(), 0.3F) << seen.name().toStdString();
  }
  /// The frame around all pixels of a label's hue.
  QRect extent(int label) {
    const QImage image = surface().image(1);
    QRect all;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) {
        const QColor seen = image.pixelColor(x, y);
        if (seen.saturationF() > 0.3F && std::abs(seen.hueF() - look::label(label).hueF()) < 0.02F)
          all |= QRect(x, y, 1, 1);
      }
    return all;
  }
};

TEST_F(SurfaceTest, IsOffUntilItIsWantedAndLeavesThePlanesAsTheyAre) {
  openBalls();
  EXPECT_FALSE(surface().isVisible());
  EXPECT_TRUE(surface().meshes().empty()) << "nothing is made that nobody looks at";
  EXPECT_EQ(toggle()->shortcut(), QKeySequence(QStringLiteral("5")));
  EXPECT_EQ(ActionBook::menuOf(toggle()), QStringLiteral("Inspect"));
  const QImage before = scene().picture(Plane::kCoronal);
  showSurface();
  EXPECT_TRUE(toggle()->isChecked());
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal})
    EXPECT_TRUE(panel_.planes()->plane(plane)->isVisible());
  EXPECT_TRUE(panel_.side()->isVisible());
  EXPECT_EQ(scene().picture(Plane::kCoronal), before);
  scene().setCrosshairShown(false);
  scene().setOpacity(1);
  scene().setCursor(kInTwo);
  EXPECT_EQ(pixelAt(Plane::kAxial, kInTwo), look::label(2));
  panel_.planes()->setLayoutNumber(3);
  EXPECT_TRUE(surface().isVisible()) << "beside one plane, too";
  photographBoth("surface-beside-one");
  toggle()->trigger();
  EXPECT_FALSE(surface().isVisible());
  EXPECT_FALSE(toggle()->isChecked());
}

TEST_F(SurfaceTest, WithoutOpenGlThePaneSaysSoInOneSentence) {
  if (SurfaceRenderer().works()) GTEST_SKIP() << "there is OpenGL here";
  openBalls();
  showSurface();
  EXPECT_EQ(surface().message(),
            QStringLiteral("The surfaces need OpenGL, which this display does not offer; the "
                           "planes do not."));
  EXPECT_TRUE(surface().meshes().empty());
  EXPECT_EQ(surface().image(1).pixelColor(3, 3), surface().palette().color(QPalette::Base));
  for (const int key : {Qt::Key_Left, Qt::Key_Plus, Qt::Key_Escape})
    QTest::keyClick(&surface(), Qt::Key(key));
  photographBoth("surface-no-opengl");
}

TEST_F(SurfaceTest, OfAVolumeOfOneSliceThereIsNone) {
  saveNifti(root_ / "flat.nii", {6, 5, 1, 1}, kLeftFrontFeet, std::vector<std::int16_t>(30, 1));
  panel_.planes()->setSurfaceShown(true);
  open(root_ / "flat.nii");
  EXPECT_FALSE(surface().isVisible());
  EXPECT_FALSE(toggle()->isEnabled());
}

TEST_F(SurfaceTest, IsAHabitThatOutlivesTheProgram) {
  openBalls();
  showSurface();
  QSettings settings(QString::fromStdString((root_ / "s.ini").string()), QSettings::IniFormat);
  panel_.saveState(settings);
  DeskParts again(root_ / "again");
  VolumePanel other(again.desk);
  EXPECT_FALSE(other.planes()->surfaceShown());
  other.restoreState(settings);
  EXPECT_TRUE(other.planes()->surfaceShown());
}

/// Labels in memory, x fastest, as a capture holds them.
Volume labelVolume(const std::shared_ptr<std::vector<std::uint8_t>>& numbers,
                   const std::array<int, 3>& size) {
  Volume volume;
  volume.size = size;
  volume.stride = {1, size[0], std::int64_t{size[0]} * size[1]};
  volume.type = VoxelType::kUint8;
  volume.data = reinterpret_cast<const std::byte*>(numbers->data());
  volume.owner = numbers;
  return volume;
}

std::array<double, 3> middleOf(const LabelMesh& mesh) {
  std::array<double, 3> sum{};
  for (const SurfacePoint& point : mesh.points)
    for (std::size_t r = 0; r < 3; ++r)
      sum[r] += point.place[r] / static_cast<double>(mesh.points.size());
  return sum;
}

TEST(LabelSurfaces, LieWhereTheDirectionAndTheSpacingSay) {
  auto numbers = std::make_shared<std::vector<std::uint8_t>>(10 * 8 * 6);
  for (int z = 2; z < 4; ++z)
    for (int y = 3; y < 6; ++y)
      for (int x = 6; x < 9; ++x) (*numbers)[static_cast<std::size_t>((z * 8 + y) * 10 + x)] = 4;
  Volume volume = labelVolume(numbers, {10, 8, 6});
  volume.spacing = {0.5, 1, 3};
  // x runs to the front, y to the left, z to the head.
  volume.direction = {{{0, 1, 0}, {-1, 0, 0}, {0, 0, 1}}};
  Loading loading;
  const LabelSurfaces found =
      makeSurfaces({.labels = volume, .reference = {}, .hidden = {}}, loading);
  ASSERT_EQ(found.problem.toStdString(), "");
  ASSERT_EQ(found.meshes.size(), 1U);
  EXPECT_EQ(found.meshes[0].label, 4);
  const auto middle = middleOf(found.meshes[0]);
  EXPECT_NEAR(middle[0], -4, 0.05) << "3 to 5 along y";
  EXPECT_NEAR(middle[1], 3.5, 0.05) << "6 to 8 along x, half a mm each";
  EXPECT_NEAR(middle[2], 7.5, 0.15) << "2 and 3 along z";
  double volume_mm3 = 0;
  for (const auto& [a, b, c] : found.meshes[0].triangles) {
    const auto vector = [&](std::uint32_t i) {
      const auto& p = found.meshes[0].points[i].place;
      return QVector3D(p[0], p[1], p[2]);
    };
    volume_mm3 +=
        QVector3D::dotProduct(vector(a), QVector3D::crossProduct(vector(b), vector(c))) / 6;
  }
  EXPECT_NEAR(volume_mm3 / (18 * 1.5), 1, 0.3)
      << "18 voxels, seen from outside; smoothing rounds the corners of so small a box";
}

TEST(LabelSurfaces, AreOfTheDifferencesWhereThoseAreShown) {
  auto said = std::make_shared<std::vector<std::uint8_t>>(12 * 4 * 4);
  auto right = std::make_shared<std::vector<std::uint8_t>>(12 * 4 * 4);
  const auto put = [](auto& numbers, int x, int label) {
    for (int z = 1; z < 3; ++z)
      for (int y = 1; y < 3; ++y)
        (*numbers)[static_cast<std::size_t>((z * 4 + y) * 12 + x)] = std::uint8_t(label);
  };
  put(said, 1, 3), put(right, 1, 3);    // agree
  put(said, 4, 3);                      // not there
  put(right, 7, 2);                     // missed
  put(said, 10, 3), put(right, 10, 2);  // confused
  VolumeScene scene;
  const Volume prediction = labelVolume(said, {12, 4, 4}),
               reference = labelVolume(right, {12, 4, 4});
  scene.setVolumes({prediction, prediction, reference, {}}, {0, 1});
  scene.setOverlay(OverlayKind::kError);
  Loading loading;
  const LabelSurfaces found = makeSurfaces(surfaceWish(scene), loading);
  ASSERT_EQ(found.meshes.size(), 3U) << found.problem.toStdString();
  const std::array<double, 3> places{4, 7, 10};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.meshes[i].label, static_cast<int>(i) + 1);
    EXPECT_NEAR(middleOf(found.meshes[i])[0], places[i], 0.05);
  }
  scene.setClassShown(3, false);
  scene.setClassShown(0, false);
  EXPECT_EQ(makeSurfaces(surfaceWish(scene), loading).meshes.size(), 2U)
      << "what label 3 is wrong about alone does not count";
  scene.setOverlay(OverlayKind::kReference);
  EXPECT_EQ(makeSurfaces(surfaceWish(scene), loading).meshes.at(0).label, 2);
}

TEST(LabelSurfaces, EndWhenTheyAreNotWantedAndSayWhatIsWrong) {
  auto numbers = std::make_shared<std::vector<std::uint8_t>>(4 * 4 * 4, 1);
  Volume volume = labelVolume(numbers, {4, 4, 4});
  Loading stopped;
  stopped.stop = true;
  const LabelSurfaces none =
      makeSurfaces({.labels = volume, .reference = {}, .hidden = {}}, stopped);
  EXPECT_TRUE(none.stopped);
  EXPECT_TRUE(none.meshes.empty());
  volume.spacing[1] = 0;
  Loading loading;
  const LabelSurfaces bad =
      makeSurfaces({.labels = volume, .reference = {}, .hidden = {}}, loading);
  EXPECT_EQ(bad.problem,
            QStringLiteral("the spacing 1x0x1 mm is not possible; give a volume with a "
                           "spacing above zero"));
}

TEST(SurfaceCamera, LooksAtTheFrontFirstAndTurnsWithTheHand) {
  SurfaceCamera camera;
  EXPECT_EQ(camera.right(), QVector3D(-1, 0, 0)) << "the patient's left is at the right";
  EXPECT_EQ(camera.up(), QVector3D(0, 0, 1));
  EXPECT_EQ(camera.towardsViewer(), QVector3D(0, 1, 0));
  const QVector3D near_side = camera.towardsViewer();
  camera.turn(30, 0);
  EXPECT_GT(QVector3D::dotProduct(near_side, camera.right()), 0.49F);
  camera = {};
  camera.turn(0, 30);
  EXPECT_LT(QVector3D::dotProduct(near_side, camera.up()), -0.49F);
  camera.turn(0, 300);
  EXPECT_EQ(camera.pitch, 90) << "not over the head";
}

TEST_F(SurfaceDrawn, EachLabelIsDrawnInItsColourWhereItLies) {
  surface().setCamera({.yaw = 0, .pitch = 0, .zoom = 1, .pan = {}});
  EXPECT_LT(surface().placeOf(kInTwo).x(), surface().placeOf(kInFive).x())
      << "from the front, the patient's right is at the left";
  expectHue(at(kInTwo), 2);
  expectHue(at(kInFive), 5);
  EXPECT_EQ(ground(), surface().palette().color(QPalette::Base));
  scene().setClassShown(2, false);
  EXPECT_EQ(at(kInTwo), ground());
  expectHue(at(kInFive), 5);
  scene().setOverlayShown(false);
  EXPECT_EQ(at(kInFive), ground());
}

TEST_F(SurfaceDrawn, ABallOfThickSlicesIsRound) {
  for (const double pitch : {0.0, 90.0}) {
    surface().setCamera({.yaw = 0, .pitch = pitch, .zoom = 1, .pan = {}});
    const QRect ball = extent(2);
    ASSERT_GT(ball.width(), 40);
    EXPECT_NEAR(double(ball.height()) / ball.width(), 1, 0.12) << pitch;
  }
}

TEST_F(SurfaceDrawn, WhatLiesInsideShinesThroughWhenTheOverlayIsFaint) {
  surface().setCamera({.yaw = 0, .pitch = 0, .zoom = 1, .pan = {}});
  expectHue(at(kInFive), 5);
  scene().setOpacity(0.4);
  const QColor both = at(kInFive);
  scene().setClassShown(1, false);
  const QColor alone = at(kInFive);
  EXPECT_NE(both, alone);
  // Of two halves of a ball one behind the other, and the ground.
  const QColor ground = surface().palette().color(QPalette::Base);
  const double lit = look::label(5).greenF();
  const double expected = 0.4 * lit + 0.6 * (0.4 * lit + 0.6 * ground.greenF());
  EXPECT_NEAR(alone.greenF(), expected, 0.06);
}

TEST_F(SurfaceDrawn, KeysAndMouseTurnAndZoomAndResetPutsBack) {
  const SurfaceCamera first = surface().camera();
  QTest::keyClick(&surface(), Qt::Key_Right);
  EXPECT_DOUBLE_EQ(surface().camera().yaw, first.yaw + 5);
  QTest::keyClick(&surface(), Qt::Key_Up);
  EXPECT_DOUBLE_EQ(surface().camera().pitch, first.pitch - 5);
  QTest::keyClick(&surface(), Qt::Key_Plus);
  EXPECT_DOUBLE_EQ(surface().camera().zoom, 1.2);
  const QPoint middle = surface().rect().center();
  QTest::mousePress(&surface(), Qt::LeftButton, {}, middle);
  QMouseEvent move(QEvent::MouseMove, middle + QPoint(50, 0),
                   surface().mapToGlobal(middle + QPoint(50, 0)), Qt::NoButton, Qt::LeftButton, {});
  QApplication::sendEvent(&surface(), &move);
  QTest::mouseRelease(&surface(), Qt::LeftButton, {}, middle + QPoint(50, 0));
  EXPECT_DOUBLE_EQ(surface().camera().yaw, first.yaw + 5 + 20);
  const Voxel cursor = scene().cursor();
  QWheelEvent wheel(middle, surface().mapToGlobal(middle), {}, {0, -120}, Qt::NoButton, {},
                    Qt::NoScrollPhase, false);
  QApplication::sendEvent(&surface(), &wheel);
  EXPECT_NEAR(surface().camera().zoom, 1, 1e-9);
  EXPECT_EQ(scene().cursor(), cursor) << "no slice is changed";
  actions_.find(QStringLiteral("inspect.reset"))->trigger();
  EXPECT_EQ(surface().camera().yaw, first.yaw);
  EXPECT_EQ(surface().camera().zoom, 1);
}

TEST_F(SurfaceDrawn, LettersSayWhereThePatientIs) {
  EXPECT_EQ(surface().edgeLetters(), (std::array<QString, 4>{"R", "S", "L", "I"}))
      << "where it begins";
  surface().setCamera({.yaw = 90, .pitch = 0, .zoom = 1, .pan = {}});
  EXPECT_EQ(surface().edgeLetters(), (std::array<QString, 4>{"P", "S", "A", "I"}));
  surface().setCamera({.yaw = 0, .pitch = 90, .zoom = 1, .pan = {}});
  EXPECT_EQ(surface().edgeLetters(), (std::array<QString, 4>{"R", "P", "L", "A"}));
  surface().setCamera({.yaw = 45, .pitch = 0, .zoom = 1, .pan = {}});
  EXPECT_EQ(surface().edgeLetters()[2].size(), 2);
}

TEST_F(SurfaceDrawn, TheCrosshairStandsWhereItStandsInThePlanes) {
  scene().setCrosshairShown(true);
  for (const Voxel& voxel : {kInTwo, Voxel{5, 33, 3}}) {
    scene().setCursor(voxel);
    const QPointF place = surface().placeOf(voxel);
    const QImage image = surface().image(1);
    int marked = 0;
    for (int y = -6; y <= 6; ++y)
      for (int x = -6; x <= 6; ++x)
        marked += image.pixelColor(place.toPoint() + QPoint(x, y)) == look::accent();
    EXPECT_GT(marked, 8);
  }
  photographBoth("surface");
}

TEST_F(SurfaceDrawn, ThePictureIsCopiedLikeThatOfAPlane) {
  QFocusEvent clicked(QEvent::FocusIn);  // without a window manager no window becomes active
  QApplication::sendEvent(&surface(), &clicked);
  ASSERT_EQ(panel_.planes()->chosenPane(), &surface());
  actions_.find(QStringLiteral("inspect.copyPlane"))->trigger();
  const QImage copied = QApplication::clipboard()->image();
  EXPECT_EQ(copied.size(), 2 * surface().size());
  expectHue(copied.pixelColor(2 * surface().placeOf(kInTwo).toPoint()), 2);
}

TEST_F(SurfaceDrawn, TheGroundFollowsThePalette) {
  look::apply(*qApp, look::Scheme::kDark);
  QTest::qWait(50);
  EXPECT_LT(ground().lightness(), 80);
  look::apply(*qApp, look::Scheme::kLight);
  QTest::qWait(50);
  EXPECT_GT(ground().lightness(), 200);
}

TEST_F(SurfaceDrawn, OtherLabelsTakeThePlaceOfTheseAndNoneLeaveASentence) {
  EXPECT_EQ(surface().meshes().size(), 3U);
  saveNifti(root_ / "one.nii", kBallSize, kBallAffine, std::vector<std::int16_t>(40 * 40 * 20, 9));
  openLabels(root_ / "one.nii");
  ASSERT_EQ(surface().meshes().size(), 1U);
  EXPECT_EQ(surface().meshes()[0].label, 9);
  panel_.removeLabels();
  settle();
  EXPECT_TRUE(surface().meshes().empty());
  EXPECT_EQ(surface().message(), QStringLiteral("There are no labels to draw a surface of."));
  photographBoth("surface-no-labels");
  saveNifti(root_ / "none.nii", kBallSize, kBallAffine, std::vector<std::int16_t>(40 * 40 * 20, 0));
  openLabels(root_ / "none.nii");
  EXPECT_EQ(surface().message(), QStringLiteral("No voxel has a label here."));
}

TEST_F(SurfaceDrawn, TheMakingIsCancelledAndBegunAgain) {
  saveNifti(root_ / "one.nii", kBallSize, kBallAffine, std::vector<std::int16_t>(40 * 40 * 20, 9));
  panel_.openLabels(QString::fromStdString((root_ / "one.nii").string()));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !surface().settled(); }, 20000));
  auto* button = surface().findChild<QPushButton*>();
  ASSERT_TRUE(button->isVisible());
  EXPECT_EQ(button->text(), QStringLiteral("&Cancel"));
  QTest::keyClick(&surface(), Qt::Key_Escape);
  settle();
  EXPECT_EQ(surface().message(), QStringLiteral("Making the surfaces was stopped."));
  EXPECT_EQ(surface().meshes().size(), 3U) << "those of before";
  button->click();
  settle();
  EXPECT_EQ(surface().message(), "");
  EXPECT_EQ(surface().meshes().size(), 1U);
  EXPECT_FALSE(button->isVisible());
}

TEST_F(SurfaceDrawn, CapturedLabelsInInspectAreDrawnTheSameWay) {
  std::vector<std::uint8_t> labels;
  for (const std::int16_t number : balls()) labels.push_back(static_cast<std::uint8_t>(number));
  const std::vector<double> spacing{2, 1, 1}, direction{0, 0, 1, 0, 1, 0, -1, 0, 0};
  const Path file = root_ / "captures/10/segmentation.safetensors";
  writeCapture(file, {{"kind", "segmentation"}, {"step", 10}, {"samples", {"one"}}},
               {arrayOf("image", Dtype::kUint8, {1, 1, 20, 40, 40}, labels),
                arrayOf("prediction", Dtype::kUint8, {1, 20, 40, 40}, labels),
                arrayOf("spacing", Dtype::kFloat64, {1, 3}, spacing),
                arrayOf("direction", Dtype::kFloat64, {1, 3, 3}, direction)});
  SegmentationView view;
  view.resize(1000, 700);
  view.show();
  view.setCapture(Capture::open(file), 0, {});
  view.planes()->setSurfaceShown(true);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return view.settled() && !view.planes()->surface()->meshes().empty(); }, 20000));
  SurfaceView& pane = *view.planes()->surface();
  EXPECT_EQ(pane.meshes().size(), 3U);
  view.scene().setOpacity(1);
  view.scene().setCrosshairShown(false);
  // The capture's x is the file's i.
  expectHue(pane.image(1).pixelColor(pane.placeOf({12, 20, 10}).toPoint()), 2);
  photograph(view, "inspect-surface.png");
  QTest::qWait(50);
}

TEST_F(SurfaceDrawn, OfThePublicHippocampus) {
  const Path data = sharedData("hippocampus");
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "the data is not beside the source tree";
  open(data / "images/hippocampus_004.nii.gz");
  openLabels(data / "labels/hippocampus_004.nii.gz");
  EXPECT_EQ(surface().meshes().size(), 2U);
  scene().setCrosshairShown(true);
  scene().setOpacity(0.6);
  panel_.resize(1280, 800);
  photographBoth("surface-hippocampus");
}

}  // namespace
}  // namespace warmstart
