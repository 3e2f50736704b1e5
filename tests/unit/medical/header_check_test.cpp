#include "plugins/medical/io/header_check.h"

#include <zlib.h>

#include <limits>

#include "medical_files.h"

namespace warmstart::medical {
namespace {

using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

std::string nifti_problem(const std::function<void(NiftiHeader&)>& change) {
  const Folder folder;
  const Path file = folder / "case.nii";
  testing::save_bytes(file, testing::nifti_bytes(folder.path(), change));
  return message_of([&] { check_length(check_header(file), file); });
}

TEST(HeaderCheck, AcceptsASoundNifti) {
  EXPECT_EQ(nifti_problem([](NiftiHeader&) {}), "no error");
}

TEST(HeaderCheck, RefusesGeometryThatIsNotFinite) {
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(),
                       std::numeric_limits<float>::infinity(), 0.0f, -1.0f};
  for (const float value : bad) {
    EXPECT_THAT(nifti_problem([=](NiftiHeader& h) { h.pixdim[2] = value; }), HasSubstr("spacing"))
        << value;
  }
  EXPECT_THAT(
      nifti_problem([](NiftiHeader& h) { h.srow[5] = std::numeric_limits<float>::infinity(); }),
      HasSubstr("placement"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.srow[5] = 0x1p127f; }), HasSubstr("placement"));
  EXPECT_THAT(
      nifti_problem([](NiftiHeader& h) { h.qoffset[1] = std::numeric_limits<float>::quiet_NaN(); }),
      HasSubstr("placement"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.srow[4] = 1, h.srow[5] = 0; }),
              HasSubstr("direction"));
}

TEST(HeaderCheck, RefusesWhatTheDataCannotBe) {
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.dim[1] = 0; }), HasSubstr("size 0x5x6"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.dim[1] = -3; }), HasSubstr("size -3x5x6"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.dim[1] = h.dim[2] = h.dim[3] = 30000; }),
              HasSubstr("over the budget"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.dim[0] = 4, h.dim[4] = 7; }),
              HasSubstr("7 values along axis 4"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.datatype = 128; }), HasSubstr("voxel type 128"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.bitpix = 0; }), HasSubstr("0 bits a voxel"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.vox_offset = 1e30f; }), HasSubstr("vox_offset"));
  EXPECT_THAT(
      nifti_problem([](NiftiHeader& h) { h.scl_slope = std::numeric_limits<float>::infinity(); }),
      HasSubstr("slope"));
  EXPECT_THAT(nifti_problem([](NiftiHeader& h) { h.dim[3] = 7; }), HasSubstr("480 of 560 bytes"));
}

TEST(HeaderCheck, AlwaysRefusesTruncatedFiles) {
  const Folder folder;
  const Path whole = folder / "case.nii.gz";
  write_volume(whole, testing::box_grid({20, 20, 20}), std::vector<float>(8000, 1.5f));
  const std::string bytes = read_file(whole);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 40) {
    const Path file = folder / "cut.nii.gz";
    testing::save_bytes(file, bytes.substr(0, cut));
    EXPECT_NE(message_of([&] { check_length(check_header(file), file); }), "no error") << cut;
  }
  testing::save_bytes(folder / "cut.nii.gz",
                      bytes.substr(0, bytes.size() - 1));  // inside the checksum
  EXPECT_NE(
      message_of([&] { check_length(check_header(folder / "cut.nii.gz"), folder / "cut.nii.gz"); }),
      "no error");
}

TEST(HeaderCheck, RefusesAFileThatHoldsFarMoreThanItDeclares) {
  const Folder folder;
  std::string bytes = testing::nifti_bytes(folder.path(), [](NiftiHeader&) {});
  bytes += std::string(32 << 20, '\0');
  testing::save_bytes(folder / "big.nii", bytes);
  EXPECT_THAT(
      message_of([&] { check_length(check_header(folder / "big.nii"), folder / "big.nii"); }),
      HasSubstr("bytes of voxels but declares 480"));
  const Path packed = folder / "big.nii.gz";
  gzFile file = gzopen(packed.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  EXPECT_THAT(message_of([&] { check_length(check_header(packed), packed); }),
              HasSubstr("unpacks to more than the 832 bytes"));
}

std::string meta_problem(const std::string& data_file) {
  const Folder folder;
  const Path file = folder / "case.mhd";
  testing::save_bytes(
      file,
      "ObjectType = Image\nNDims = 3\nBinaryData = True\nElementSpacing = 1 1 1\nDimSize = 2 2 2\n"
      "ElementType = MET_UCHAR\nElementDataFile = " +
          data_file + "\n");
  testing::save_bytes(folder / "inside.raw", std::string(8, 'x'));
  std::filesystem::create_symlink("/etc/hostname", folder / "link.raw");
  return message_of([&] { check_length(check_header(file), file); });
}

TEST(HeaderCheck, KeepsDetachedDataInTheHeadersFolder) {
  EXPECT_EQ(meta_problem("inside.raw"), "no error");
  for (const char* name :
       {"/etc/hostname", "../etc/hostname", "a/../../x", "..", ".", "", "sub/inside.raw"}) {
    EXPECT_THAT(meta_problem(name), HasSubstr("outside its own folder")) << name;
  }
  EXPECT_THAT(meta_problem("link.raw"), HasSubstr("no plain file"));
  EXPECT_THAT(meta_problem("missing.raw"), HasSubstr("missing"));
  EXPECT_NE(meta_problem("LIST"), "no error");
  EXPECT_NE(meta_problem("slice%03d.raw"), "no error");
}

TEST(HeaderCheck, RefusesAFieldGivenTwice) {
  const Folder folder;
  const Path file = folder / "case.mha";
  testing::save_bytes(file,
                      "NDims = 3\nDimSize = 2 2 2\nDimSize = 2 2 200\nElementDataFile = LOCAL\n");
  EXPECT_THAT(message_of([&] { check_header(file); }), HasSubstr("'DimSize' twice"));
}

std::string nrrd_problem(const std::string& fields, const std::string& data) {
  const Folder folder;
  const Path file = folder / "case.nrrd";
  testing::save_bytes(file, "NRRD0004\n" + fields + "\n" + data);
  return message_of([&] { check_length(check_header(file), file); });
}

TEST(HeaderCheck, ReadsNrrdHeaders) {
  const std::string good =
      "type: unsigned char\ndimension: 3\nsizes: 2 2 2\nspacings: 1 1 2.5\nencoding: raw\nendian: "
      "little\n";
  EXPECT_EQ(nrrd_problem(good, std::string(8, 'x')), "no error");
  EXPECT_THAT(nrrd_problem(good, std::string(7, 'x')), HasSubstr("7 of 8 bytes"));
  EXPECT_THAT(nrrd_problem("type: float\ndimension: 4\n", ""), HasSubstr("'4' axes"));
  EXPECT_THAT(nrrd_problem("type: float\ndimension: 3\nsizes: 2 2 nan\n", ""), HasSubstr("sizes"));
  EXPECT_THAT(nrrd_problem("type: block\ndimension: 3\nsizes: 2 2 2\n", ""),
              HasSubstr("voxel type"));
}

TEST(HeaderCheck, NamesTheEndingsItReads) {
  const Folder folder;
  testing::save_bytes(folder / "notes.txt", "x");
  EXPECT_THAT(message_of([&] { check_header(folder / "notes.txt"); }), HasSubstr(".nii.gz"));
  EXPECT_THAT(message_of([&] { check_header(folder / "none.nii"); }), HasSubstr("no such file"));
}

}  // namespace
}  // namespace warmstart::medical
