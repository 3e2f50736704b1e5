// What can be wrong with a volume file: each gives one message in place, and the panel goes on.
#include <unistd.h>

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <limits>

#include "tests/gui/volume_desk.h"

namespace warmstart {
namespace {

class VolumeFaultsTest : public VolumeDeskTest {
 protected:
  /// Opens a bad file after a good one: the message must hold `said`, and the good one stay.
  void expectRefused(const Path& file, const std::string& said) {
    SCOPED_TRACE(file.string());
    if (!panel_.file()) open(counted());
    const VolumeFilePtr before = panel_.file();
    open(file);
    EXPECT_NE(problem().find(said), std::string::npos) << problem();
    EXPECT_NE(problem().find(file.string()), std::string::npos) << "names the file: " << problem();
    EXPECT_EQ(problem().find('\n'), std::string::npos);
    EXPECT_EQ(panel_.file(), before);
    EXPECT_FALSE(scene().picture(Plane::kAxial).isNull());
  }
  Path text(const std::string& name, const std::string& content) {
    std::ofstream(root_ / name, std::ios::binary) << content;
    return root_ / name;
  }
  Path changed(const std::string& name, const ChangeHeader& change) {
    saveNifti(root_ / name, kSize, kLeftFrontFeet, countedNumbers(), change);
    return root_ / name;
  }
};

TEST_F(VolumeFaultsTest, CutFiles) {
  const Path cut = changed("cut.nii", {});
  std::filesystem::resize_file(cut, 352 + 100);
  expectRefused(cut, "the file is cut: 100 of 240 bytes");
  std::filesystem::resize_file(cut, 200);
  expectRefused(cut, "cut inside its header");
  photographBoth("cut");
  const Path real = sharedData("hippocampus/images/hippocampus_004.nii.gz");
  if (!std::filesystem::exists(real)) return;
  const Path packed = root_ / "cut.nii.gz";
  std::filesystem::copy_file(real, packed);
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
  expectRefused(packed, "the file is cut");
}

TEST_F(VolumeFaultsTest, SpacingAndDirection) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), 0.0F, -1.0F,
                          std::numeric_limits<float>::infinity()})
    expectRefused(changed("spacing.nii", [=](medical::NiftiHeader& h) { h.pixdim[2] = bad; }),
                  "spacings must be finite");
  expectRefused(
      changed("direction.nii", [](medical::NiftiHeader& h) { h.srow[0] = 0, h.srow[4] = 2; }),
      "the direction of the axes is not usable");
  expectRefused(
      changed("place.nii",
              [](medical::NiftiHeader& h) { h.srow[3] = std::numeric_limits<float>::quiet_NaN(); }),
      "the placement of the volume is not finite");
}

TEST_F(VolumeFaultsTest, WhatIsNoVolume) {
  expectRefused(text("letter.nii", std::string(400, 'x')), "not a NIfTI-1 file");
  expectRefused(text("letter.nii.gz", "Dear colleague"), "not a gzip file");
  expectRefused(text("letter.nrrd", "Dear colleague"), "not an NRRD file");
  expectRefused(text("letter.mha", "Dear colleague"), "not a MetaImage file");
  expectRefused(text("letter.txt", "Dear colleague"), "not a volume file");
  expectRefused(text("letter.dcm", "Dear colleague"), "not a volume file");
  expectRefused(root_ / "gone.nii", "there is no such file");
  ASSERT_EQ(symlink("/dev/zero", (root_ / "device.nii").c_str()), 0);
  expectRefused(root_ / "device.nii", "not a plain file");
}

TEST_F(VolumeFaultsTest, AHeaderThatNamesAFileElsewhere) {
  expectRefused(text("outside.mhd",
                     "ObjectType = Image\nNDims = 3\nBinaryData = True\nElementSpacing = 1 1 1\n"
                     "DimSize = 2 2 2\nElementType = MET_UCHAR\nElementDataFile = /etc/hostname\n"),
                "the header names data outside its own folder");
}

TEST_F(VolumeFaultsTest, DicomFolders) {
  std::filesystem::create_directories(root_ / "empty");
  expectRefused(root_ / "empty", "no DICOM file in this folder");
  std::filesystem::create_directories(root_ / "reports");
  std::string report(128, '\0');
  report.append("DICM\2\0\x10\0UI\x14\0", 12).append("1.2.840.10008.1.2.1\0", 20);
  report.append("\x8\0\x60\0CS\2\0SR", 10);
  text("reports/report.dcm", report);
  expectRefused(root_ / "reports", "none of the 1 DICOM files holds an image");
  std::filesystem::create_directories(root_ / "hostile");
  text("hostile/1.dcm", report.substr(0, 132));  // an assertion of the decoder fails
  expectRefused(root_ / "hostile", "crashes the decoder");
  const Path series = sharedData("dicom/Study1/12-T1post-05670");
  if (!std::filesystem::exists(series)) return;
  std::filesystem::copy(series, root_ / "series");
  std::filesystem::remove(root_ / "series/000009.dcm");
  expectRefused(root_ / "series", "slices are missing");
  std::filesystem::copy(series / "000009.dcm", root_ / "series");
  std::filesystem::copy(series / "000009.dcm", root_ / "series/again.dcm");
  expectRefused(root_ / "series", "two slices at one position");
  std::filesystem::remove(root_ / "series/again.dcm");
  std::filesystem::resize_file(root_ / "series/000009.dcm",
                               std::filesystem::file_size(root_ / "series/000009.dcm") / 2);
  expectRefused(root_ / "series", "slice 000009.dcm is cut");
}

TEST_F(VolumeFaultsTest, AFileThatMayNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const Path file = changed("secret.nii", {});
  std::filesystem::permissions(file, std::filesystem::perms::none);
  expectRefused(file, "cannot read the file");
}

TEST_F(VolumeFaultsTest, LargerThanTheMemory) {
  open(counted());
  panel_.setBudget(100);
  expectRefused(counted(), "of memory, there is room for");
  panel_.setBudget(0);
  // Declares terabytes: nothing is reserved for it, the length is looked at first.
  expectRefused(changed("huge.nii",
                        [](medical::NiftiHeader& h) {
                          h.dim[0] = 4, h.dim[1] = h.dim[2] = h.dim[3] = 1000, h.dim[4] = 30000;
                        }),
                "of memory, there is room for");
  expectRefused(
      changed("wide.nii", [](medical::NiftiHeader& h) { h.dim[1] = h.dim[2] = h.dim[3] = 30000; }),
      "over the budget");
}

TEST_F(VolumeFaultsTest, NumbersThatAreNoneAreCountedAndShown) {
  std::vector<std::int16_t> halves;  // the two halves of 120 floats
  for (int i = 0; i < 120; ++i) {
    const float value = i == 7 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i);
    std::int16_t parts[2];
    std::memcpy(parts, &value, sizeof value);
    halves.insert(halves.end(), parts, parts + 2);
  }
  saveNifti(root_ / "nan.nii", kSize, kLeftFrontFeet, halves,
            [](medical::NiftiHeader& h) { h.datatype = 16, h.bitpix = 32; });
  open(root_ / "nan.nii");
  EXPECT_NE(problem().find("NaN or infinite: 1."), std::string::npos) << problem();
  scene().setCrosshairShown(false);
  scene().setCursor({4, 1, 3});  // stored (1, 1, 0)
  EXPECT_EQ(pixelAt(Plane::kAxial, {4, 1, 3}), QColor(0xff, 0x00, 0xff));
}

TEST_F(VolumeFaultsTest, ReadingCanBeCancelled) {
  open(counted());
  const VolumeFilePtr before = panel_.file();
  // Stays silent for ever: a pipe that nobody writes is no plain file, so a large sparse one.
  const Path large = root_ / "large.nii";
  saveNifti(large, kSize, kLeftFrontFeet, {},
            [](medical::NiftiHeader& h) { h.dim[1] = h.dim[2] = 1024, h.dim[3] = 1000; });
  std::filesystem::resize_file(large, 352 + std::uintmax_t{2} * 1024 * 1024 * 1000);
  panel_.open(QString::fromStdString(large.string()));
  QPushButton* cancel = nullptr;
  for (QPushButton* each : panel_.findChildren<QPushButton*>())
    if (each->text() == QStringLiteral("&Cancel")) cancel = each;
  ASSERT_TRUE(cancel);
  ASSERT_TRUE(QTest::qWaitFor([&] { return cancel->isVisible() || panel_.settled(); }, 5000));
  ASSERT_FALSE(panel_.settled()) << "read too quickly for this test";
  photograph(panel_, "volume-reading.png");
  QElapsedTimer clock;
  clock.start();
  cancel->click();
  settle();
  EXPECT_LT(clock.elapsed(), 1000);
  EXPECT_EQ(panel_.file(), before);
  EXPECT_EQ(problem(), "");
  EXPECT_FALSE(cancel->isVisible());
}

}  // namespace
}  // namespace warmstart
