// The Volume panel, as users drive it: files through the guarded reader become pixels, values and
// places; labels, series, points in time; everything that can be wrong with a file.
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSettings>
#include <QSlider>

#include "tests/gui/volume_desk.h"
#include "views/desk/action_book.h"

namespace warmstart {
namespace {

class VolumePanelTest : public VolumeDeskTest {};

TEST_F(VolumePanelTest, EmptyItSaysWhatToDo) {
  const auto buttons = panel_.findChildren<QPushButton*>();
  EXPECT_TRUE(std::ranges::any_of(buttons, [](const QPushButton* button) {
    return button->isVisible() && button->text() == QStringLiteral("Open a volume...");
  }));
  photographBoth("empty");
}

TEST_F(VolumePanelTest, TurnsTheAxesToThePatientAndTellsPlacesAsTheFileSays) {
  open(counted());
  ASSERT_EQ(problem(), "");
  scene().setCrosshairShown(false);
  // Canonical x = 0 is the stored i = 5, z = 0 the stored k = 3.
  scene().setCursor({0, 0, 0});
  EXPECT_EQ(readOut(), QStringLiteral("voxel 5, 0, 3\n0.0 R, 20.0 P, 18.0 S mm\nvalue 305"));
  scene().setCursor({5, 4, 3});
  EXPECT_EQ(readOut(), QStringLiteral("voxel 0, 4, 0\n10.0 R, 8.0 P, 30.0 S mm\nvalue 40"));
  EXPECT_EQ(panel_.planes()->plane(Plane::kAxial)->edgeLetters(),
            (std::array<QString, 4>{"L", "A", "R", "P"}));
  EXPECT_EQ(panel_.planes()->plane(Plane::kSagittal)->edgeLetters(),
            (std::array<QString, 4>{"P", "S", "A", "I"}));
  scene().setWindow(0, 255);
  for (const Voxel& voxel : {Voxel{0, 0, 1}, Voxel{5, 4, 1}, Voxel{2, 3, 1}}) {
    scene().setCursor(voxel);
    const int number = numberAt(5 - voxel[0], voxel[1], 3 - voxel[2]);
    for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal})
      EXPECT_NEAR(pixelAt(plane, voxel).red(), std::min(number, 255), 1) << number;
  }
}

TEST_F(VolumePanelTest, AppliesSlopeAndIntercept) {
  saveNifti(root_ / "scaled.nii", kSize, kLeftFrontFeet, countedNumbers(),
            [](medical::NiftiHeader& h) { h.scl_slope = 0.5F, h.scl_inter = -100; });
  open(root_ / "scaled.nii");
  scene().setCrosshairShown(false);
  scene().setCursor({5, 0, 3});
  EXPECT_TRUE(readOut().endsWith(QStringLiteral("value -100"))) << readOut().toStdString();
  scene().setCursor({3, 2, 2});
  EXPECT_TRUE(readOut().endsWith(QStringLiteral("value -39"))) << readOut().toStdString();
  scene().setWindow(-100, 155);
  EXPECT_NEAR(pixelAt(Plane::kAxial, {1, 1, 2}).red(), 57, 1) << "(4 + 10 + 100) / 2";
}

TEST_F(VolumePanelTest, WindowIsSetByNumbersAndByPresets) {
  open(counted());
  named<QDoubleSpinBox>(QStringLiteral("Level"))->setValue(100);
  named<QDoubleSpinBox>(QStringLiteral("Width"))->setValue(50);
  EXPECT_DOUBLE_EQ(scene().window()[0], 75);
  EXPECT_DOUBLE_EQ(scene().window()[1], 125);
  auto* preset = named<QComboBox>(QStringLiteral("Grey window"));
  EXPECT_EQ(preset->currentText(), QStringLiteral("Own grey window"));
  preset->setCurrentIndex(2);
  emit preset->activated(2);
  EXPECT_DOUBLE_EQ(scene().window()[0], 0);
  EXPECT_DOUBLE_EQ(scene().window()[1], 345);
  preset->setCurrentIndex(4);
  emit preset->activated(4);
  EXPECT_DOUBLE_EQ(named<QDoubleSpinBox>(QStringLiteral("Level"))->value(), -600);
  EXPECT_EQ(preset->currentText(), QStringLiteral("CT lung"));
}

TEST_F(VolumePanelTest, PointsInTimeAreChosen) {
  saveNifti(root_ / "moving.nii", {6, 5, 4, 3}, kLeftFrontFeet, countedNumbers(3),
            [](medical::NiftiHeader& h) { h.pixdim[4] = 2.5F; });
  open(root_ / "moving.nii");
  scene().setCursor({5, 0, 3});
  EXPECT_TRUE(readOut().endsWith(QStringLiteral("value 0")));
  auto* slider = named<QSlider>(QStringLiteral("Point in time"));
  ASSERT_TRUE(slider->isVisible());
  slider->setValue(2);
  const auto value = [](double number) { return QStringLiteral("value %L1").arg(number); };
  EXPECT_TRUE(readOut().endsWith(value(2000))) << readOut().toStdString();
  EXPECT_EQ(scene().cursor(), (Voxel{5, 0, 3})) << "the crosshair stays";
  actions_.find(QStringLiteral("volume.earlier"))->trigger();
  EXPECT_TRUE(readOut().endsWith(value(1000)));
  photographBoth("time");
  open(counted());
  EXPECT_FALSE(slider->isVisible());
}

TEST_F(VolumePanelTest, LabelsLieOverTheImageWhateverTheirOrder) {
  open(counted());
  // Stored as right, front, head; the image as left, front, feet.
  saveNifti(root_ / "labels.nii", kSize, {2, 0, 0, 0, 0, 3, 0, -20, 0, 0, 4, 18},
            oneLabel(1, 2, 3, 2));
  openLabels(root_ / "labels.nii");
  ASSERT_EQ(problem(), "");
  scene().setCursor({1, 2, 3});
  EXPECT_TRUE(readOut().endsWith(QStringLiteral("label 2"))) << readOut().toStdString();
  ASSERT_EQ(panel_.side()->legend()->labels().size(), 1U);
  EXPECT_EQ(panel_.side()->legend()->labels()[0].label, 2);
  scene().setOpacity(1);
  scene().setCrosshairShown(false);
  EXPECT_EQ(pixelAt(Plane::kAxial, {1, 2, 3}), look::label(2));
  EXPECT_NE(pixelAt(Plane::kAxial, {2, 2, 3}), look::label(2));
  scene().setCursor({1, 2, 2});
  EXPECT_TRUE(readOut().endsWith(QStringLiteral("label 0")));
  panel_.removeLabels();
  EXPECT_FALSE(readOut().contains(QStringLiteral("label")));
}

TEST_F(VolumePanelTest, LabelsAreComparedWithAReference) {
  open(counted());
  std::vector<std::int16_t> more = oneLabel(4, 2, 0, 2);  // canonical (1, 2, 3)
  saveNifti(root_ / "labels.nii", kSize, kLeftFrontFeet, more);
  more[2 * 6 + 3] = 2;  // (2, 2, 3)
  more[2 * 6 + 0] = 5;  // (5, 2, 3)
  saveNifti(root_ / "reference.nii", kSize, kLeftFrontFeet, more);
  openLabels(root_ / "labels.nii");
  panel_.openLabels(QString::fromStdString((root_ / "reference.nii").string()),
                    VolumeRole::kReference);
  settle();
  ASSERT_EQ(problem(), "");
  const auto legend = [&] { return panel_.side()->legend()->labels(); };
  ASSERT_EQ(legend().size(), 2U);
  EXPECT_EQ(legend()[0].name, QStringLiteral("label 2, Dice 0.667")) << "2 * 1 / (1 + 2)";
  EXPECT_EQ(legend()[1].name, QStringLiteral("label 5, Dice 0.000"));
  scene().setCrosshairShown(false);
  scene().setOpacity(1);
  scene().setCursor({2, 2, 3});
  EXPECT_TRUE(readOut().endsWith(QStringLiteral("label 0\nreference 2")));
  EXPECT_EQ(pixelAt(Plane::kAxial, {2, 2, 3}), falseNegativeColour());
  EXPECT_NE(pixelAt(Plane::kAxial, {1, 2, 3}), look::label(2)) << "they agree: the image shows";
  panel_.removeLabels(VolumeRole::kReference);
  EXPECT_EQ(legend()[0].name, QStringLiteral("label 2"));
  EXPECT_EQ(pixelAt(Plane::kAxial, {1, 2, 3}), look::label(2));
}

TEST_F(VolumePanelTest, LabelsThatDoNotFitAreRefusedInPlace) {
  const Path image = counted();
  open(image);
  saveNifti(root_ / "other.nii", {6, 5, 3, 1}, kLeftFrontFeet, countedNumbers());
  openLabels(root_ / "other.nii");
  EXPECT_NE(problem().find("do not lie on the image: size 6x5x4 vs 6x5x3"), std::string::npos)
      << problem();
  EXPECT_EQ(panel_.file()->path, image) << "the image stays";
  saveNifti(root_ / "half.nii", kSize, kLeftFrontFeet, countedNumbers(),
            [](medical::NiftiHeader& h) { h.scl_slope = 0.5F; });
  openLabels(root_ / "half.nii");
  EXPECT_NE(problem().find("the values are no labels"), std::string::npos) << problem();
  openLabels(root_ / "gone.nii");
  EXPECT_NE(problem().find("no such file"), std::string::npos) << problem();
  photographBoth("labels-refused");
  open(image);
  EXPECT_EQ(problem(), "") << "the next file clears the banner";
}

TEST_F(VolumePanelTest, AnotherFileBeginsWithItsOwnWindow) {
  open(counted());
  scene().setWindow(7, 8);
  scene().setCursor({0, 0, 0});
  open(counted());
  EXPECT_NE(scene().window()[0], 7);
  EXPECT_EQ(scene().cursor(), (Voxel{3, 2, 2}));
}

TEST_F(VolumePanelTest, HabitsOutliveTheProgramAndTheWindowOfAVolumeDoesNot) {
  open(counted());
  scene().setOpacity(0.25);
  scene().setOutline(true);
  scene().setWindow(7, 8);
  QSettings settings(QString::fromStdString((root_ / "s.ini").string()), QSettings::IniFormat);
  panel_.saveState(settings);
  DeskParts again(root_ / "again");
  VolumePanel other(again.desk);
  other.restoreState(settings);
  EXPECT_DOUBLE_EQ(other.planes()->scene().opacity(), 0.25);
  EXPECT_TRUE(other.planes()->scene().outline());
  EXPECT_NE(other.planes()->scene().window()[0], 7);
}

}  // namespace
}  // namespace warmstart
