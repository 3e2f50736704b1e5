// The Volume panel on public data sets: MR and CT with their labels, DICOM series.
#include <QComboBox>

#include "app/gui/main_window.h"
#include "app/gui/stall_watch.h"
#include "tests/gui/volume_desk.h"

namespace warmstart {
namespace {

class VolumeDataTest : public VolumeDeskTest {
 protected:
  /// False where the data set is not there: the test is over.
  bool have(const std::string& name) {
    data_ = sharedData(name);
    return std::filesystem::exists(data_);
  }
  std::vector<int> legend() {
    std::vector<int> labels;
    for (const NamedLabel& each : panel_.side()->legend()->labels()) labels.push_back(each.label);
    return labels;
  }
  /// A slice that is no more than a flat grey would have few levels.
  int levelsOf(Plane plane) {
    std::set<QRgb> levels;
    const QImage& picture = scene().picture(plane);
    for (int y = 0; y < picture.height(); ++y)
      for (int x = 0; x < picture.width(); ++x) levels.insert(picture.pixel(x, y));
    return static_cast<int>(levels.size());
  }
  Path data_;
};

TEST_F(VolumeDataTest, HippocampusWithItsLabels) {
  if (!have("hippocampus")) GTEST_SKIP() << "the hippocampus data is not beside the source tree";
  open(data_ / "images/hippocampus_004.nii.gz");
  ASSERT_EQ(problem(), "");
  EXPECT_GT(levelsOf(Plane::kAxial), 40);
  openLabels(data_ / "labels/hippocampus_004.nii.gz");
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(legend(), (std::vector<int>{1, 2}));
  photographBoth("hippocampus");
  scene().setOutline(true);
  photographBoth("hippocampus-outline");
}

TEST_F(VolumeDataTest, SpleenInHounsfieldUnits) {
  if (!have("medical/spleen-ct")) GTEST_SKIP() << "the spleen data is not beside the source tree";
  open(data_ / "spleen2_ct.nii.gz");
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(scene().image().size, (std::array<int, 3>{164, 166, 26}));
  EXPECT_LE(panel_.file()->low, -900) << "air";
  openLabels(data_ / "spleen2_seg.nii.gz");
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(legend(), std::vector<int>{1});
  auto* preset = named<QComboBox>(QStringLiteral("Grey window"));
  preset->setCurrentIndex(3);
  emit preset->activated(3);
  photographBoth("spleen");
}

TEST_F(VolumeDataTest, SpinalCordWithUnequalSpacings) {
  if (!have("medical/spinal-cord")) GTEST_SKIP() << "the spinal cord is not beside the source tree";
  open(data_ / "errsm30_T2w.nii.gz");
  ASSERT_EQ(problem(), "");
  openLabels(data_ / "errsm30_T2w_cord_by_vertebra.nii.gz");
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(legend().back(), 5);
  EXPECT_GT(levelsOf(Plane::kSagittal), 40);
  photographBoth("spinal-cord");
  panel_.openLabels(QString::fromStdString((data_ / "errsm30_T2w_cord.nii.gz").string()),
                    VolumeRole::kReference);
  settle();
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(panel_.side()->legend()->labels().front().name, QStringLiteral("label 1, Dice 0.000"))
      << "the other file has one label for the whole cord";
  photographBoth("spinal-cord-compared");
  openLabels(data_ / "errsm30_T1w_cord.nii.gz");
  EXPECT_NE(problem().find("do not lie on the image"), std::string::npos) << "of another contrast";
}

TEST_F(VolumeDataTest, ADicomStudyWithAChoiceOfSeries) {
  if (!have("dicom/Study1")) GTEST_SKIP() << "the DICOM study is not beside the source tree";
  EXPECT_TRUE(panel_.accepts(QString::fromStdString(data_.string())));
  open(data_);
  ASSERT_EQ(problem(), "");
  auto* series = named<QComboBox>(QStringLiteral("Series"));
  ASSERT_TRUE(series->isVisible());
  ASSERT_EQ(series->count(), 2);
  const auto smallest = [&] { return *std::ranges::min_element(scene().image().size); };
  EXPECT_EQ(std::ranges::count(panel_.file()->stored_size, 32), 1);
  series->setCurrentIndex(1);
  emit series->activated(1);
  settle();
  EXPECT_EQ(smallest(), 22);
  EXPECT_EQ(series->currentIndex(), 1);
  EXPECT_GT(levelsOf(Plane::kAxial), 40);
  photographBoth("dicom");
}

TEST_F(VolumeDataTest, OneDicomFileOpensItsSeries) {
  if (!have("dicom/Study1")) GTEST_SKIP() << "the DICOM study is not beside the source tree";
  open(data_ / "12-T1post-05670/000004.dcm");
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(panel_.file()->stored_size[2], 22);
}

TEST_F(VolumeDataTest, ALargeVolumeNeverHoldsTheWindowUp) {
  constexpr int kEdge = 256;
  const std::array<float, 12> affine{-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0};
  std::vector<std::int16_t> numbers(std::size_t{kEdge} * kEdge * kEdge);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = static_cast<std::int16_t>(i * 2654435761U >> 20 & 0x7);
  saveNifti(root_ / "large.nii", {kEdge, kEdge, kEdge, 1}, affine, numbers);
  StallWatch watch;
  QTest::qWait(100);
  watch.takeLongest();
  open(root_ / "large.nii");
  openLabels(root_ / "large.nii");
  panel_.openLabels(QString::fromStdString((root_ / "large.nii").string()), VolumeRole::kReference);
  settle();
  ASSERT_EQ(problem(), "");
  EXPECT_EQ(panel_.side()->legend()->labels().size(), 7U);
  for (int slice = 0; slice < kEdge; slice += 8) {
    scene().setCursor({slice, slice, slice});
    QTest::qWait(1);
  }
  EXPECT_LT(watch.takeLongest(), 50) << "milliseconds";
}

TEST(VolumeWindow, OpensADroppedVolume) {
  const QTemporaryDir folder;
  const Path root = folder.path().toStdString();
  saveNifti(root / "counted.nii", kSize, kLeftFrontFeet, countedNumbers());
  MainWindow window(root / "workspace");
  window.resize(1280, 800);
  window.show();
  ASSERT_TRUE(window.openPath(QString::fromStdString((root / "counted.nii").string())));
  auto* panel = qobject_cast<VolumePanel*>(window.panel(QStringLiteral("volume")));
  ASSERT_TRUE(panel);
  EXPECT_TRUE(QTest::qWaitFor([&] { return panel->file() != nullptr; }, 30000));
  EXPECT_TRUE(panel->isVisible());
  QTest::qWait(100);
  photograph(window, "volume-window.png");
}

}  // namespace
}  // namespace warmstart
