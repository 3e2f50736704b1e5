// Volumes as the window gets them: stored numbers in their own type, all points in time, against
// nibabel; DICOM series; the conversation with the reader process.
#include "plugins/medical/io/volume_stream.h"

#include <sys/mman.h>
#include <unistd.h>

#include <limits>

#include "core/base/reader_stream.h"
#include "core/base/sha256.h"
#include "medical_files.h"
#include "plugins/medical/io/decode.h"

namespace warmstart::medical {
namespace {

using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

const Path kReader = WARMSTART_BINARY_DIR "/lib/plugins/medical/warmstart-volume-reader";

struct Read {
  VolumeFacts facts;
  std::vector<std::byte> voxels;
  ValueFacts values;
};

Read read_whole(const Path& path, const std::string& series = "") {
  const auto source = open_volume(path, series);
  Read read{source->facts(), std::vector<std::byte>(source->facts().bytes()), {}};
  source->read(read.voxels, [](double) {});
  read.values = value_facts(read.facts, read.voxels);
  return read;
}

std::string hash_of(const std::vector<std::byte>& bytes) {
  Sha256 hash;
  hash.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return hash.hex();
}

TEST(VolumeStream, ReadsEveryNumberTypeAsNibabelDoes) {
  const Folder folder;
  std::istringstream lines(testing::python_says("nifti_voxels.py", folder.path().string()));
  int files = 0;
  for (std::string line; std::getline(lines, line); ++files) {
    const Json said = Json::parse(line);
    SCOPED_TRACE(said.at("file").get<std::string>());
    const Read read = read_whole(said.at("file").get<std::string>());
    EXPECT_EQ(read.facts.type, said.at("type"));
    EXPECT_EQ(Json(read.facts.grid.size), said.at("size"));
    EXPECT_EQ(read.facts.steps, said.at("steps"));
    EXPECT_NEAR(read.facts.step_seconds, said.at("step_seconds").get<double>(), 1e-9);
    const auto affine = said.at("affine").get<std::vector<double>>();
    for (std::size_t i = 0; i < 12; ++i) EXPECT_NEAR(read.facts.grid.affine[i], affine[i], 1e-6);
    EXPECT_EQ(read.facts.slope, said.at("slope"));
    EXPECT_EQ(read.facts.intercept, said.at("intercept"));
    EXPECT_EQ(hash_of(read.voxels), said.at("sha256"));
    EXPECT_DOUBLE_EQ(read.values.low, said.at("low").get<double>());
    EXPECT_DOUBLE_EQ(read.values.high, said.at("high").get<double>());
  }
  EXPECT_EQ(files, 23);
}

TEST(VolumeStream, ASlopeBelowZeroTurnsTheRange) {
  const Folder folder;
  const Path file = folder / "turned.nii";
  testing::save_bytes(file, testing::nifti_bytes(folder.path(), [](NiftiHeader& h) {
                        h.scl_slope = -2, h.scl_inter = 7;
                      }));
  const Read read = read_whole(file);
  EXPECT_EQ(read.values.low, 7 - 2 * 543);
  EXPECT_EQ(read.values.high, 7);
  EXPECT_TRUE(read.values.whole);
}

TEST(VolumeStream, CountsWhatIsNotFinite) {
  const Folder folder;
  std::vector<float> voxels = testing::counted_voxels({4, 5, 6});
  voxels[7] = std::numeric_limits<float>::quiet_NaN();
  voxels[9] = -std::numeric_limits<float>::infinity();
  voxels[11] = 0.5F;
  write_volume(folder / "a.nii.gz", testing::box_grid({4, 5, 6}), voxels);
  const ValueFacts values = read_whole(folder / "a.nii.gz").values;
  EXPECT_EQ(values.not_finite, 2);
  EXPECT_EQ(values.low, 0);
  EXPECT_EQ(values.high, 543);
  EXPECT_FALSE(values.whole);
}

TEST(VolumeStream, ReadsNrrdAndMetaImageInTheirOwnTypes) {
  const Folder folder;
  const std::string numbers("\1\2\1\0\0\1\0\2\0\3\0\4\0\5\xff\xfe", 16);  // int16, big-endian
  testing::save_bytes(
      folder / "a.nrrd",
      "NRRD0004\ntype: int16\ndimension: 3\nspace: left-posterior-superior\nsizes: 2 2 2\n"
      "space directions: (2,0,0) (0,3,0) (0,0,4)\nspace origin: (10,20,30)\nendian: big\n"
      "encoding: raw\n\n" +
          numbers);
  testing::save_bytes(
      folder / "b.mha",
      "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = True\n"
      "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 10 20 30\nElementSpacing = 2 3 4\n"
      "DimSize = 2 2 2\nElementType = MET_SHORT\nElementDataFile = LOCAL\n" +
          numbers);
  for (const char* name : {"a.nrrd", "b.mha"}) {
    const Read read = read_whole(folder / name);
    EXPECT_EQ(read.facts.type, "int16") << name;
    std::vector<std::int16_t> voxels(8);
    ASSERT_EQ(read.voxels.size(), 16U);
    std::memcpy(voxels.data(), read.voxels.data(), 16);
    EXPECT_EQ(voxels, (std::vector<std::int16_t>{258, 256, 1, 2, 3, 4, 5, -2})) << name;
    EXPECT_EQ(read.facts.grid.world({1, 1, 1}), (Vector3{-12, -23, 34})) << name;
  }
}

TEST(VolumeStream, RefusesCutFilesOfEveryPacking) {
  const Folder folder;
  for (const char* name : {"a.nii", "a.nii.gz"}) {
    write_volume(folder / name, testing::box_grid({20, 20, 20}), std::vector<float>(8000, 1.5F));
    const std::string bytes = read_file(folder / name);
    for (const double share : {0.01, 0.5, 0.99}) {
      const auto length = static_cast<std::size_t>(share * static_cast<double>(bytes.size()));
      testing::save_bytes(folder / ("cut_" + std::string(name)), bytes.substr(0, length));
      EXPECT_NE(message_of([&] { read_whole(folder / ("cut_" + std::string(name))); }), "no error")
          << name << share;
    }
  }
}

class DicomVolume : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(study_))
      GTEST_SKIP() << "the DICOM study is not beside the source tree";
  }
  const Path study_ = testing::shared_data("dicom/Study1");
};

TEST_F(DicomVolume, AStudyOffersItsSeriesTheLargestFirst) {
  const auto source = open_volume(study_, "");
  const VolumeFacts& facts = source->facts();
  ASSERT_EQ(facts.series.size(), 2U);
  EXPECT_EQ(facts.series[0].slices, 32);
  EXPECT_EQ(facts.series[1].slices, 22);
  EXPECT_THAT(facts.series[1].name, HasSubstr("T1"));
  EXPECT_EQ(facts.chosen, facts.series[0].id);
  EXPECT_EQ(facts.grid.size[2], 32);
  EXPECT_TRUE(facts.left_out.empty());
  EXPECT_EQ(open_volume(study_, facts.series[1].id)->facts().grid.size[2], 22);
  EXPECT_THAT(message_of([&] { open_volume(study_, "1.2.3"); }), HasSubstr("not there"));
}

// The pixels stand at the end of these files, uncompressed: each plane must be one file's.
TEST_F(DicomVolume, EveryPlaneHoldsTheNumbersOfOneFile) {
  const Path folder = study_ / "12-T1post-05670";
  const Read read = read_whole(folder);
  ASSERT_EQ(read.facts.voxel_bytes, 2U);
  const std::size_t plane = read.voxels.size() / 22;
  const std::string all(reinterpret_cast<const char*>(read.voxels.data()), read.voxels.size());
  std::vector<bool> seen(22);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string content = read_file(entry.path());
    for (std::size_t k = 0; k < 22; ++k) {
      if (content.compare(content.size() - plane, plane, all, k * plane, plane) == 0)
        seen[k] = true;
    }
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 22);
}

TEST_F(DicomVolume, IsWhatTrainingReads) {
  const Path folder = study_ / "13_HCropVolume";
  const Read read = read_whole(folder);
  const Volume volume = decode_volume(folder);
  EXPECT_EQ(read.facts.grid.affine, volume.grid.affine);
  const auto [low, high] = std::ranges::minmax(volume.voxels);
  EXPECT_EQ(read.values.low, static_cast<double>(low));
  EXPECT_EQ(read.values.high, static_cast<double>(high));
}

TEST_F(DicomVolume, OneFileOpensItsSeries) {
  const auto source = open_volume(study_ / "12-T1post-05670/000003.dcm", "");
  EXPECT_EQ(source->facts().grid.size[2], 22);
}

TEST_F(DicomVolume, SlicesOfUnequalSizeAreRefused) {
  const Folder folder;
  for (const char* name : {"12-T1post-05670", "13_HCropVolume"})
    std::filesystem::copy(study_ / name, folder / name);
  std::filesystem::copy(study_ / "12-T1post-05670", folder / "mixed");
  // Another series' slice that passes for one of this series.
  const auto uid = [](const Path& file) { return open_volume(file, "")->facts().chosen; };
  const std::string own = uid(folder / "mixed/000003.dcm");
  const std::string other = uid(folder / "13_HCropVolume/3.dcm");
  std::string foreign = read_file(folder / "13_HCropVolume/3.dcm");
  ASSERT_LE(own.size(), other.size()) << "the test writes one over the other";
  foreign.replace(foreign.find(other), other.size(),
                  own + std::string(other.size() - own.size(), '\0'));
  testing::save_bytes(folder / "mixed/foreign.dcm", foreign);
  EXPECT_THAT(message_of([&] { open_volume(folder / "mixed", uid(folder / "mixed/000003.dcm")); }),
              HasSubstr("unlike slice"));
}

TEST_F(DicomVolume, FilesWithoutAnImageAreLeftOutAndNamed) {
  const Folder folder;
  std::filesystem::copy(study_ / "12-T1post-05670", folder / "series");
  // Transfer syntax "explicit, little-endian" and the modality "SR", nothing else.
  std::string report(128, '\0');
  report.append("DICM\2\0\x10\0UI\x14\0", 12).append("1.2.840.10008.1.2.1\0", 20);
  report.append("\x8\0\x60\0CS\2\0SR", 10);
  testing::save_bytes(folder / "series/report.dcm", report);
  const auto source = open_volume(folder / "series", "");
  EXPECT_EQ(source->facts().left_out, std::vector<std::string>{"report.dcm"});
  EXPECT_EQ(source->facts().grid.size[2], 22);
}

std::string asking(const Path& file, const Json& grid = {}) {
  return Json{{"path", file.string()}, {"series", ""}, {"grid", grid}}.dump();
}

/// One conversation with the reader process; the memory is the test's.
class Conversation {
 public:
  explicit Conversation(const std::string& request) {
    reader_.send(request + "\n");
    first = next();
  }
  ~Conversation() { close(memory_); }
  Json decode(std::uint64_t bytes) {
    EXPECT_EQ(ftruncate(memory_, static_cast<off_t>(bytes)), 0);
    reader_.send("\n");
    Json said = next();
    while (said.contains("progress")) said = next();
    return said;
  }
  std::vector<std::byte> voxels(std::uint64_t bytes) const {
    std::vector<std::byte> read(bytes);
    EXPECT_EQ(pread(memory_, read.data(), bytes, 0), static_cast<ssize_t>(bytes));
    return read;
  }
  Json first;

 private:
  Json next() {
    const auto line = reader_.next_line(20);
    return line ? Json::parse(*line) : Json{{"ended", reader_.how_it_ended()}};
  }
  int memory_ = memfd_create("test", MFD_CLOEXEC);
  ReaderStream reader_{
      kReader, {"--decode", std::to_string(ReaderStream::kSharedFile), "20"}, memory_};
};

TEST(VolumeReader, FillsTheMemoryThatItIsGiven) {
  const Folder folder;
  const Path file = folder / "a.nii.gz";
  write_volume(file, testing::box_grid({4, 5, 6}), testing::counted_voxels({4, 5, 6}));
  Conversation reader(asking(file));
  ASSERT_TRUE(reader.first.value("good", false)) << reader.first;
  EXPECT_EQ(reader.first["bytes"], 480);
  EXPECT_EQ(reader.first["axis"], Json({0, 1, 2}));
  const Json last = reader.decode(480);
  EXPECT_EQ(last["high"], 543) << last;
  EXPECT_EQ(reader.voxels(480), read_whole(file).voxels);
}

TEST(VolumeReader, RefusesMemoryOfAnotherSize) {
  const Folder folder;
  write_volume(folder / "a.nii", testing::box_grid({4, 5, 6}), testing::counted_voxels({4, 5, 6}));
  Conversation reader(asking(folder / "a.nii"));
  EXPECT_THAT(reader.decode(470).value("reason", ""), HasSubstr("memory for the voxels"));
}

TEST(VolumeReader, LabelsMustLieOnTheImageInWhateverOrderTheirAxesAre) {
  const Folder folder;
  const Grid image = testing::box_grid({4, 5, 6}, {1, 2, 3});
  Grid turned;  // the same voxels stored from the back
  turned.size = {6, 5, 4};
  turned.affine = {0, 0, -1, 3, 0, 2, 0, 0, 3, 0, 0, 0};
  write_labels(folder / "turned.nii.gz", turned, std::vector<std::int16_t>(120, 1));
  write_labels(folder / "coarse.nii.gz", testing::box_grid({4, 5, 6}, {1, 2, 3.5}),
               std::vector<std::int16_t>(120, 1));
  write_labels(folder / "small.nii.gz", testing::box_grid({4, 5, 5}, {1, 2, 3}),
               std::vector<std::int16_t>(100, 1));
  const auto asked = [&](const char* name) {
    const Json grid{{"size", image.size}, {"affine", image.affine}};
    return Conversation(asking(folder / name, grid)).first;
  };
  EXPECT_TRUE(asked("turned.nii.gz").value("good", false)) << asked("turned.nii.gz");
  EXPECT_THAT(asked("coarse.nii.gz").value("reason", ""), HasSubstr("spacing 1x2x3 vs 1x2x3.5 mm"));
  EXPECT_THAT(asked("small.nii.gz").value("reason", ""), HasSubstr("size 4x5x6 vs 4x5x5"));
}

TEST(VolumeReader, AnswersWhatItCannotUnderstand) {
  for (const std::string& request : {asking("/nowhere/a.nii"), std::string(R"({"no": "path"})"),
                                     std::string("[1, 2]"), std::string("{"), std::string()}) {
    EXPECT_FALSE(Conversation(request).first.value("good", true)) << request;
  }
}

}  // namespace
}  // namespace warmstart::medical
