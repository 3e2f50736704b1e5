#include "plugins/medical/io/nifti_write.h"

#include "medical_files.h"
#include "plugins/medical/io/gate.h"
#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {
namespace {

using testing::Folder;

// Reads each file, goes to canonical order and back, writes it; nibabel then compares affine,
// shape, voxels and the canonical order with its own.
std::string round_trip(const Folder& folder, const std::vector<Path>& files) {
  std::filesystem::create_directories(folder / "out");
  std::string pairs;
  for (const Admission& one : Gate().admit(files)) {
    const Volume volume = read_volume(one);
    const Path written = folder / ("out/" + one.file.filename().string());
    const std::vector<float> ordered = to_canonical(volume.grid, volume.voxels);
    write_volume(written, volume.grid, from_canonical(volume.grid, ordered));
    write_volume(folder / ("out/canonical_" + one.file.filename().string()), canonical(volume.grid),
                 ordered);
    pairs += "'" + one.file.string() + "' '" + written.string() + "' ";
  }
  return testing::python_says("nifti_placement.py", "compare " + pairs);
}

TEST(NiftiWrite, PlacesPredictionsWhereNibabelSeesTheInput) {
  const Folder folder;
  ASSERT_EQ(testing::python_says("nifti_placement.py", "make '" + folder.path().string() + "'"),
            "made 9\n");
  std::vector<Path> files;
  for (const char* name : {"oblique", "flipped", "qform", "plain", "permuted", "metres", "sheared",
                           "swapped", "scaled"}) {
    files.push_back(folder / (std::string(name) + ".nii.gz"));
  }
  EXPECT_EQ(round_trip(folder, files), "equal 9\n");
}

TEST(NiftiWrite, PlacesRealVolumesToo) {
  if (!std::filesystem::exists(testing::shared_data("medical/spinal-cord"))) {
    GTEST_SKIP() << "the spinal cord volumes are not beside the source tree";
  }
  const Folder folder;
  std::vector<Path> files;
  for (const char* name : {"T2w", "T1w", "T2star", "MT1"}) {
    files.push_back(
        testing::shared_data("medical/spinal-cord/errsm30_" + std::string(name) + ".nii.gz"));
  }
  EXPECT_EQ(round_trip(folder, files), "equal 4\n");
}

TEST(NiftiWrite, KeepsLabelsExactly) {
  const Folder folder;
  const std::vector<std::int16_t> labels{0, 1, 2, 3, 300, 5, 6, -7};
  write_labels(folder / "l.nii", testing::box_grid({2, 2, 2}), labels);
  const Volume volume = read_volume(Gate().admit({folder / "l.nii"})[0]);
  EXPECT_EQ(std::vector<std::int16_t>(volume.voxels.begin(), volume.voxels.end()), labels);
}

TEST(NiftiWrite, RefusesVoxelsThatDoNotFillTheGrid) {
  const Folder folder;
  EXPECT_NE(testing::message_of([&] {
              write_volume(folder / "x.nii", testing::box_grid({2, 2, 2}), std::vector<float>(7));
            }),
            "no error");
}

}  // namespace
}  // namespace warmstart::medical
