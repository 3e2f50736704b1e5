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

/// The system calls used for writing. Each returns like its POSIX namesake: -1 and errno on failure.
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
/// `path` and fsyncs the folder. On failure the temporary file is removed, `path` is untouched and an
/// Error of kind kMachine names the file, the reason and, for a full disk, the bytes needed and free.
/// Only if the last step, the fsync of the folder, fails, does the whole new file stand there already.
void write_atomically(const Path& path, std::span<const std::span<const std::byte>> parts);
void write_atomically(const Path& path, std::string_view text);

/// Removes temporary files that a killed process left in `folder`: those whose process is gone or is this
/// one, and those untouched for an hour. Call it before this process writes there itself.
void remove_stale_temporaries(const Path& folder);

/// Makes the folder and those above it; one that is there already is fine. Throws Error (kMachine).
void create_folders(const Path& folder);

/// Whole file as text. Errors: missing, unreadable, larger than `limit` bytes.
std::string read_file(const Path& path, std::uintmax_t limit = std::uintmax_t{1} << 32);

/// A file that only grows; one writer. Whole lines are written with a single write call each flush. What a full
/// disk kept out stays in the buffer and goes on where it was cut; a line that a killed writer tore is ended
/// when the file is opened again, so that the next line starts afresh (readers pass over the torn one).
class AppendFile {
 public:
  explicit AppendFile(Path path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  /// Buffers one line (a newline is added).
  void append(std::string_view line);
  /// Hands the buffer to the operating system; with `sync`, also to the disk. Throws Error (kMachine).
  void flush(bool sync = false);

 private:
  Path path_;
  int fd_ = -1;
  std::string buffer_;
};

/// CRC-32 (IEEE 802.3, as in zlib).
std::uint32_t crc32(std::span<const std::byte> data, std::uint32_t seed = 0);

}  // namespace warmstart
