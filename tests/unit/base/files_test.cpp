#include "core/base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faults/failing_file_system.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::error_of;
using testing::FailingFileSystem;
using testing::get_file;
using testing::put_file;
using testing::ScratchFolder;
using Names = std::vector<std::string>;

TEST(Files, WritesTheWholeTextAndNothingElse) {
  const ScratchFolder folder;
  write_atomically(folder / "a", "one");
  write_atomically(folder / "a", std::string("two\0three", 9));
  EXPECT_EQ(get_file(folder / "a"), std::string("two\0three", 9));
  EXPECT_EQ(read_file(folder / "a"), get_file(folder / "a"));
  EXPECT_EQ(folder.names(), Names{"a"});
  write_atomically(folder / "empty", "");
  EXPECT_EQ(read_file(folder / "empty"), "");
}

TEST(Files, AFailedWriteKeepsTheOldFile) {
  const ScratchFolder folder;
  write_atomically(folder / "a", "old");
  FailingFileSystem failing(2, EIO, true);
  const ScopedFileSystem scoped(failing);
  EXPECT_EQ(error_of([&] { write_atomically(folder / "a", "new"); }),
            "cannot write: Input/output error; " + (folder / "a").string() +
                "; check that the folder exists and is writable");
  EXPECT_EQ(get_file(folder / "a"), "old");
  EXPECT_EQ(folder.names(), Names{"a"});
}

TEST(Files, ADiskFullErrorNamesTheSpace) {
  const ScratchFolder folder;
  FailingFileSystem failing(2, ENOSPC);
  const ScopedFileSystem scoped(failing);
  const std::string error =
      error_of([&] { write_atomically(folder / "a", std::string(3 << 20, 'x')); });
  EXPECT_EQ(error.rfind("disk full: 3.0 MiB needed, ", 0), 0U) << error;
  EXPECT_NE(error.find("MiB free; " + (folder / "a").string() + "; free some space"),
            std::string::npos)
      << error;
}

TEST(Files, AMissingFolderIsAClearError) {
  const ScratchFolder folder;
  EXPECT_EQ(error_of([&] { write_atomically(folder / "none/a", "x"); }),
            "cannot create: No such file or directory; " + (folder / "none/a").string() +
                "; check that the folder exists and is writable");
}

/// A file layer whose writes take three bytes at most and are interrupted every other time.
class SlowFileSystem final : public FileSystem {
 public:
  std::int64_t write(int fd, const void* data, std::size_t size) override {
    interrupted_ = !interrupted_;
    if (!interrupted_) return FileSystem::write(fd, data, std::min<std::size_t>(size, 3));
    errno = EINTR;
    return -1;
  }

 private:
  bool interrupted_ = false;
};

TEST(Files, ShortAndInterruptedWritesGoOn) {
  const ScratchFolder folder;
  SlowFileSystem slow;
  const ScopedFileSystem scoped(slow);
  write_atomically(folder / "a", "0123456789");
  EXPECT_EQ(get_file(folder / "a"), "0123456789");
  AppendFile log(folder / "log");
  log.append("abcdefgh");
  log.flush(true);
  EXPECT_EQ(get_file(folder / "log"), "abcdefgh\n");
}

TEST(Files, StaleTemporariesGoAndThoseOfTheLivingStay) {
  const ScratchFolder folder;
  const std::string self = std::to_string(getpid());
  put_file(folder / ".a.tmp-4194999-77-0", "a killed process's");  // above the largest process id
  put_file(folder / (".a.tmp-" + self + "-77-0"), "same number, an earlier process");
  put_file(folder / (".b.tmp-" + std::to_string(getppid()) + "-77-0"), "of a living process");
  put_file(folder / "c.tmp-4194999-77-0", "a user's");
  put_file(folder / ".d.tmp-notes", "a user's");
  put_file(folder / "e", "data");
  remove_stale_temporaries(folder.path());
  EXPECT_EQ(folder.names(), (Names{".b.tmp-" + std::to_string(getppid()) + "-77-0", ".d.tmp-notes",
                                   "c.tmp-4194999-77-0", "e"}));
  remove_stale_temporaries(folder / "none");
}

TEST(Files, ATemporaryBeingWrittenInThisProcessStays) {
  const ScratchFolder folder;
  /// Clears up while the file waits to be renamed.
  class Clearing final : public FileSystem {
   public:
    int rename(const char* from, const char* to) override {
      remove_stale_temporaries(Path(from).parent_path());
      return FileSystem::rename(from, to);
    }
  } clearing;
  const ScopedFileSystem scoped(clearing);
  write_atomically(folder / "a", "x");
  EXPECT_EQ(get_file(folder / "a"), "x");
}

TEST(Files, ReadingChecksSizeAndKind) {
  const ScratchFolder folder;
  put_file(folder / "a", "12345");
  EXPECT_EQ(read_file(folder / "a", 5), "12345");
  EXPECT_EQ(error_of([&] { read_file(folder / "a", 4); }),
            "file has 5 bytes, more than the limit of 4; " + (folder / "a").string() +
                "; check that it is the right file");
  EXPECT_EQ(
      error_of([&] { read_file(folder / "none"); }),
      "cannot read: No such file or directory; " + (folder / "none").string() + "; check the path");
  EXPECT_NE(error_of([&] { read_file(folder.path()); }), "");
}

TEST(Files, FoldersAreMadeToTheirFullDepth) {
  const ScratchFolder folder;
  create_folders(folder / "a/b/c/");
  create_folders(folder / "a/b/c");
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  put_file(folder / "file", "");
  EXPECT_NE(error_of([&] { create_folders(folder / "file/x"); }).find("cannot create: File exists"),
            std::string::npos);
}

TEST(Files, AppendedLinesReachTheFileAtFlush) {
  const ScratchFolder folder;
  {
    AppendFile log(folder / "log");
    log.append("one");
    log.append("two");
    EXPECT_EQ(get_file(folder / "log"), "");
    log.flush();
    EXPECT_EQ(get_file(folder / "log"), "one\ntwo\n");
    log.append("three");
  }
  EXPECT_EQ(get_file(folder / "log"), "one\ntwo\nthree\n") << "the end of a writer is a flush";
}

TEST(Files, ATornLastLineHeals) {
  const ScratchFolder folder;
  put_file(folder / "log", "one\ntw");
  AppendFile log(folder / "log");
  log.append("three");
  log.flush();
  EXPECT_EQ(get_file(folder / "log"), "one\ntw\nthree\n");
}

TEST(Files, AfterAFailedFlushNothingIsLostOrDoubled) {
  // The write is torn after every possible number of bytes; then the disk works again.
  const std::string lines = "one\ntwo\nthree\n";
  for (std::size_t written = 0; written < lines.size(); ++written) {
    const ScratchFolder folder;
    class Cut final : public FileSystem {
     public:
      explicit Cut(std::size_t at) : left_(at) {}
      std::int64_t write(int fd, const void* data, std::size_t size) override {
        if (left_ == 0 && !failed_) {
          failed_ = true;
          errno = ENOSPC;
          return -1;
        }
        const std::size_t part = failed_ ? size : std::min(size, left_);
        left_ -= failed_ ? 0 : part;
        return FileSystem::write(fd, data, part);
      }

     private:
      std::size_t left_;
      bool failed_ = false;
    } cut(written);
    const ScopedFileSystem scoped(cut);
    AppendFile log(folder / "log");
    for (const char* line : {"one", "two", "three"}) log.append(line);
    EXPECT_EQ(error_of([&] { log.flush(); }).rfind("disk full", 0), 0U);
    log.append("four");
    log.flush();
    const std::string text = get_file(folder / "log");
    for (const char* line : {"one\n", "two\n", "three\n", "four\n"}) {
      const std::string whole = std::string("\n") + line;
      const std::size_t first = ("\n" + text).find(whole);
      ASSERT_NE(first, std::string::npos) << written << ": " << text;
      EXPECT_EQ(("\n" + text).find(whole, first + 1), std::string::npos) << written << ": " << text;
    }
  }
}

TEST(Files, TheChecksumIsThatOfTheStandard) {
  const std::string text = "123456789";  // check value of CRC-32/ISO-HDLC
  EXPECT_EQ(crc32(std::as_bytes(std::span(text))), 0xcbf43926U);
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_EQ(crc32(bytes.subspan(4), crc32(bytes.first(4))), 0xcbf43926U);
}

}  // namespace
}  // namespace warmstart
