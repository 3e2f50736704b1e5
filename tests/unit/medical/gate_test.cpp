#include "plugins/medical/io/gate.h"

#include "core/base/random.h"
#include "medical_files.h"
#include "core/base/sha256.h"

namespace warmstart::medical {
namespace {

using testing::Folder;
using ::testing::HasSubstr;

TEST(Gate, ReportsGridAndRangeOfAGoodFile) {
  const Folder folder;
  const Path file = folder / "case.nii.gz";
  write_volume(file, testing::box_grid({4, 5, 6}, {1, 2, 3}), testing::counted_voxels({4, 5, 6}));
  Gate gate;
  const auto admitted = gate.admit({file});
  ASSERT_TRUE(admitted[0].verdict.good) << admitted[0].verdict.reason;
  EXPECT_EQ(admitted[0].verdict.grid.spacing(), (Vector3{1, 2, 3}));
  EXPECT_EQ(admitted[0].verdict.high, 3 + 40 + 500);
  EXPECT_TRUE(admitted[0].verdict.whole);
  EXPECT_EQ(read_volume(admitted[0]).voxels, testing::counted_voxels({4, 5, 6}));
}

TEST(Gate, RemembersVerdictsByContent) {
  const Folder folder;
  write_volume(folder / "a.nii", testing::box_grid({4, 5, 6}), testing::counted_voxels({4, 5, 6}));
  EXPECT_TRUE(Gate().admit({folder / "a.nii"})[0].verdict.good);
  std::filesystem::copy(folder / "a.nii", folder / "b.nii");
  Gate second;
  EXPECT_TRUE(second.admit({folder / "b.nii"})[0].verdict.good);
  EXPECT_EQ(second.guarded_reads(), 0);
}

TEST(Gate, RefusesAFileThatChangedAfterItWasJudged) {
  const Folder folder;
  write_volume(folder / "a.nii", testing::box_grid({4, 5, 6}), testing::counted_voxels({4, 5, 6}));
  const auto admitted = Gate().admit({folder / "a.nii"});
  write_volume(folder / "a.nii", testing::box_grid({4, 5, 7}), testing::counted_voxels({4, 5, 7}));
  EXPECT_THAT(testing::message_of([&] { read_volume(admitted[0]); }), HasSubstr("changed"));
}

// Stands in for a decoder that a file can crash or hang: judges by the file's name.
Path fragile_reader(const Folder& folder) {
  testing::save_bytes(folder / "reader.sh",
                      "#!/bin/bash\nwhile IFS= read -r -d '' file; do case \"$file\" in\n"
                      "*crash*) kill -SEGV $$;; *hang*) exec sleep 60;; *) "
                      "echo '{\"good\":false,\"reason\":\"seen\",\"hint\":\"\"}';; esac; done\n");
  std::filesystem::permissions(folder / "reader.sh", std::filesystem::perms::owner_all);
  return folder / "reader.sh";
}

TEST(Gate, GoesOnAfterFilesThatCrashOrHangTheDecoder) {
  const Folder folder;
  std::vector<Path> files;
  for (const char* name : {"a.nii", "crash.nii", "b.nii", "hang.nii", "c.nii"}) {
    files.push_back(folder / name);
    const auto size = static_cast<std::int64_t>(files.size());
    write_volume(files.back(), testing::box_grid({4, 5, size}),
                 testing::counted_voxels({4, 5, size}));
  }
  Gate gate({.reader = fragile_reader(folder),
             .cache = folder / "cache",
             .cpu_seconds = 1,
             .wall_seconds = 1});
  const auto admitted = gate.admit(files);
  for (const int i : {0, 2, 4}) EXPECT_EQ(admitted[i].verdict.reason, "seen");
  EXPECT_THAT(admitted[1].verdict.reason, HasSubstr("signal 11"));
  EXPECT_THAT(admitted[3].verdict.reason, HasSubstr("did not end in time"));
}

TEST(Gate, StaysAliveThroughMutatedHeaders) {
  const Folder folder;
  const std::string sound = testing::nifti_bytes(folder.path(), [](NiftiHeader&) {});
  Random random(7);
  std::vector<Path> files;
  for (int i = 0; i < 300; ++i) {
    std::string mutant = sound;
    for (int flips = 0; flips < 1 + i % 6; ++flips) {
      mutant[random.integer(0, 347)] = static_cast<char>(random.integer(0, 255));
    }
    files.push_back(folder / ("mutant" + std::to_string(i) + ".nii"));
    testing::save_bytes(files.back(), mutant);
  }
  Gate gate({.cpu_seconds = 3, .wall_seconds = 5});
  int good = 0;
  for (const Admission& admission : gate.admit(files)) {
    good += admission.verdict.good;
    if (admission.verdict.good) continue;
    EXPECT_FALSE(admission.verdict.reason.empty());
    EXPECT_EQ(admission.verdict.reason.find('\n'), std::string::npos);
    EXPECT_THAT(admission.verdict.reason, Not(HasSubstr("in time"))) << admission.file;
  }
  EXPECT_GT(good, 10);  // many bytes (descriptions) do not matter
  EXPECT_LT(good, 290);
}

TEST(Gate, ReadsNrrdAndMetaImageInTheirOwnCoordinates) {
  const Folder folder;
  testing::save_bytes(
      folder / "a.nrrd",
      "NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\nsizes: 2 2 2\n"
      "space directions: (2,0,0) (0,3,0) (0,0,4)\nspace origin: (10,20,30)\nencoding: raw\n\n" +
          std::string("\0\1\2\3\4\5\6\7", 8));
  testing::save_bytes(
      folder / "b.mha",
      "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
      "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 10 20 30\nElementSpacing = 2 3 4\n"
      "DimSize = 2 2 2\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n" +
          std::string("\0\1\2\3\4\5\6\7", 8));
  const auto admitted = Gate().admit({folder / "a.nrrd", folder / "b.mha"});
  for (const Admission& one : admitted) {
    ASSERT_TRUE(one.verdict.good) << one.file << one.verdict.reason;
    const Volume volume = read_volume(one);
    EXPECT_EQ(volume.voxels, (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(volume.grid.world({1, 1, 1}), (Vector3{-12, -23, 34}));
  }
}

TEST(Gate, HashesAsTheStandardSays) {
  Sha256 hash;
  hash.update("abc");
  EXPECT_EQ(hash.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 longer;
  longer.update("abcdbcdecdefdefgefghfghighij");
  longer.update("hijkijkljklmklmnlmnomnopnopq");
  EXPECT_EQ(longer.hex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace warmstart::medical
