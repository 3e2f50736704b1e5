#include "medical_files.h"
#include "plugins/medical/io/gate.h"

namespace warmstart::medical {
namespace {

using testing::Folder;
using ::testing::HasSubstr;

Path first_series() { return testing::shared_data("dicom/Study1"); }

std::vector<Path> series_folders() {
  std::vector<Path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(first_series())) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::vector<Path> copied_series(const Path& to) {
  std::vector<Path> files;
  std::filesystem::create_directories(to);
  for (const auto& entry : std::filesystem::directory_iterator(series_folders().front())) {
    files.push_back(to / entry.path().filename());
    std::filesystem::copy(entry.path(), files.back());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class DicomSeries : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(first_series()))
      GTEST_SKIP() << "the DICOM study is not beside the source tree";
  }
  Folder folder_;
};

TEST_F(DicomSeries, BecomesOneVolume) {
  const auto files = copied_series(folder_ / "series");
  const auto admitted = Gate().admit({folder_ / "series"});
  ASSERT_TRUE(admitted[0].verdict.good) << admitted[0].verdict.reason;
  EXPECT_EQ(admitted[0].verdict.grid.size[2], static_cast<std::int64_t>(files.size()));
  EXPECT_GT(admitted[0].verdict.high, admitted[0].verdict.low);
}

TEST_F(DicomSeries, WithAMissingSliceIsRefused) {
  const auto files = copied_series(folder_ / "series");
  std::filesystem::remove(files[files.size() / 2]);
  const auto admitted = Gate().admit({folder_ / "series"});
  EXPECT_FALSE(admitted[0].verdict.good);
  EXPECT_THAT(admitted[0].verdict.reason, HasSubstr("slices are missing"));
}

TEST_F(DicomSeries, MixedWithAnotherIsRefused) {
  ASSERT_GT(series_folders().size(), 1u);
  copied_series(folder_ / "series");
  const Path other = series_folders()[1];
  for (const auto& entry : std::filesystem::directory_iterator(other)) {
    std::filesystem::copy(entry.path(),
                          folder_ / ("series/other_" + entry.path().filename().string()));
  }
  const auto admitted = Gate().admit({folder_ / "series"});
  EXPECT_THAT(admitted[0].verdict.reason, HasSubstr("mixes 2 series"));
}

TEST_F(DicomSeries, WithADamagedSliceIsRefused) {
  const auto files = copied_series(folder_ / "series");
  std::filesystem::resize_file(files[3], std::filesystem::file_size(files[3]) / 2);
  const auto admitted = Gate().admit({folder_ / "series"});
  EXPECT_THAT(admitted[0].verdict.reason, HasSubstr("is cut"));
}

TEST(DicomFolder, WithoutSlicesIsRefused) {
  const Folder folder;
  EXPECT_THAT(Gate().admit({folder.path()})[0].verdict.reason, HasSubstr("no DICOM"));
}

}  // namespace
}  // namespace warmstart::medical
