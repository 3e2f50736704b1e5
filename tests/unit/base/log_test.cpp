#include "core/base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::get_file;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::ScratchFolder;

const std::string kTime = "[0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9.]+Z ";

TEST(Log, WritesTimeLevelAndTextFromTheLevelOn) {
  const ScratchFolder folder;
  start_log({folder / "log.txt", LogLevel::kInfo, LogLevel::kNothing});
  log_debug("not shown");
  log_info("{} stays {}");
  log_warning("w");
  log_error("e");
  stop_log();
  log_info("after the end");
  EXPECT_THAT(get_file(folder / "log.txt"),
              MatchesRegex(kTime + "info [{][}] stays [{][}]\n" + kTime + "warning w\n" + kTime +
                           "error e\n"));
}

TEST(Log, StandardErrorHasItsOwnLevelAndStandardOutputStaysClean) {
  stop_log();
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  log_info("quiet");
  log_warning("loud");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), MatchesRegex(kTime + "warning loud\n"));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

TEST(Log, SpeaksUtcAndGoesOnWhereItStopped) {
  const ScratchFolder folder;
  ::setenv("TZ", "Asia/Tokyo", 1);
  ::tzset();
  const std::time_t now = std::time(nullptr);
  for (int i = 0; i < 2; ++i) {
    start_log({folder / "log.txt", LogLevel::kDebug, LogLevel::kNothing});
    log_debug("x");
    stop_log();
  }
  ::unsetenv("TZ");
  ::tzset();
  const std::string text = get_file(folder / "log.txt");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  std::tm parts{};
  ASSERT_NE(::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts), nullptr) << text;
  EXPECT_NEAR(static_cast<double>(::timegm(&parts)), static_cast<double>(now), 5);
}

TEST(Log, AStandardErrorThatLeadsToTheFileGetsNoSecondLine) {
  const ScratchFolder folder;
  const int kept = ::dup(STDERR_FILENO);
  const int file = ::open((folder / "log.txt").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(file, STDERR_FILENO);
  start_log({folder / "log.txt", LogLevel::kInfo, LogLevel::kInfo});
  log_error("once");
  ::dup2(kept, STDERR_FILENO);
  stop_log();
  ::close(file);
  ::close(kept);
  EXPECT_THAT(get_file(folder / "log.txt"), MatchesRegex(kTime + "error once\n"));
}

TEST(Log, AFullDiskIsNamedAndTheLineComesLater) {
  const ScratchFolder folder;
  class Full final : public FileSystem {
   public:
    std::int64_t write(int, const void*, std::size_t) override {
      errno = ENOSPC;
      return -1;
    }
  } full;
  start_log({folder / "log.txt", LogLevel::kInfo, LogLevel::kNothing});
  {
    const ScopedFileSystem scope(full);
    ::testing::internal::CaptureStderr();
    log_info("kept for later");
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("disk full"));
  }
  log_info("then");
  stop_log();
  EXPECT_THAT(get_file(folder / "log.txt"), MatchesRegex(".*kept for later\n.*then\n"));
}

}  // namespace
}  // namespace warmstart
