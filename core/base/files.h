// Every byte the program writes goes through here, so that tests can make any single call fail
// (reliability: "fault at the Nth call until clean"). Files appear whole or not at all.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace warmstart {

using Path = std::filesystem::path;

/// The system calls used for writing. Each returns like its POSIX namesake: -1 and errno on
/// failure.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual int open(const char* path, int flags, int mode);
  virtual std::int64_t write(int fd, const void* data, std::size_t size);
  virtual int fsync(int fd);
  virtual int close(int fd);
  virtual int rename(const char* from, const char* to);
  virtual int unlink(const char* path);
  virtual int mkdir(const char* path, int mode);
};

/// The file system in use; tests swap it with ScopedFileSystem.
FileSystem& file_system();

class ScopedFileSystem {
 public:
  explicit ScopedFileSystem(FileSystem& replacement);
  ~ScopedFileSystem();

 private:
  FileSystem* previous_;
};

/// Writes `parts` one after the other to a temporary file in the same folder, fsyncs, renames it to
/// `path` and fsyncs the folder. On failure the temporary file is removed, `path` holds what it
/// held before (or the whole new content, where only the folder's fsync failed) and an Error of
/// kind kMachine names the file, the reason and, for a full disk, the bytes needed and free.
void write_atomically(const Path& path, std::span<const std::span<const std::byte>> parts);
void write_atomically(const Path& path, std::string_view text);

/// Removes temporary files that killed processes left in `folder`; those of processes still alive
/// here stay. Only for folders that one machine writes at a time (a run's, a workspace's).
void remove_stale_temporaries(const Path& folder);

/// ".<file>.tmp-<writer>-<count>" beside `path`: where a file waits for its name. What a killed
/// process leaves there is found by its writer's process id.
Path temporary_name(const Path& path);
/// As remove_stale_temporaries, of this one file only.
void remove_stale_temporaries_of(const Path& path);

/// Makes `folder` and what is missing above it; those that exist are fine. Error (kMachine) names
/// the first that cannot be made; what was made before it is removed again.
void create_folders(const Path& folder);

/// Whole file as text. Errors: missing, unreadable, larger than `limit` bytes.
std::string read_file(const Path& path, std::uintmax_t limit = std::uintmax_t{1} << 32);

/// A file that only grows; one writer. Whole lines are written with a single write call each flush.
/// A line that an earlier writer left torn is ended first, so that it spoils no other; after a
/// failed flush nothing is lost and nothing doubled: the next flush goes on with the first line
/// that did not reach the file whole.
class AppendFile {
 public:
  explicit AppendFile(Path path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  /// Buffers one line (a newline is added).
  void append(std::string_view line);
  /// Hands the buffer to the operating system; with `sync`, also to the disk. Throws Error
  /// (kMachine).
  void flush(bool sync = false);

 private:
  void keep_unwritten(std::size_t written);
  Path path_;
  int fd_ = -1;
  std::string buffer_;
};

/// CRC-32 (IEEE 802.3, as in zlib).
std::uint32_t crc32(std::span<const std::byte> data, std::uint32_t seed = 0);

}  // namespace warmstart
