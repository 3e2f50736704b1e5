#include "core/base/files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>

#include "core/base/error.h"

namespace warmstart {

int FileSystem::open(const char* path, int flags, int mode) {
  return ::open(path, flags | O_CLOEXEC, mode);
}
std::int64_t FileSystem::write(int fd, const void* data, std::size_t size) {
  return ::write(fd, data, size);
}
int FileSystem::fsync(int fd) { return ::fsync(fd); }
int FileSystem::close(int fd) { return ::close(fd); }
int FileSystem::rename(const char* from, const char* to) { return ::rename(from, to); }
int FileSystem::unlink(const char* path) { return ::unlink(path); }
int FileSystem::mkdir(const char* path, int mode) {
  return ::mkdir(path, static_cast<mode_t>(mode));
}

namespace {

FileSystem real_file_system;
FileSystem* current_file_system = &real_file_system;

/// Below this the look at the free space costs more than it saves.
constexpr std::uint64_t kLargeWrite = 1 << 20;

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  const double kib = static_cast<double>(bytes) / 1024;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", kib < 1024 ? kib : kib / 1024,
                kib < 1024 ? "KiB" : "MiB");
  return text;
}

Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

/// What this process may still write beside `path`; no value where the system does not say.
std::optional<std::uint64_t> free_bytes(const Path& path) {
  struct statvfs space {};
  if (::statvfs(folder_of(path).c_str(), &space) != 0 || space.f_blocks == 0) return std::nullopt;
  // Some blocks are kept back for root.
  return std::uint64_t{::geteuid() == 0 ? space.f_bfree : space.f_bavail} * space.f_frsize;
}

[[noreturn]] void throw_io(const std::string& action, const Path& path, int code,
                           std::size_t needed) {
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    const std::optional<std::uint64_t> free = free_bytes(path);
    const std::string what = code == EFBIG ? "file size limit reached: " : "disk full: ";
    throw Error(what + size_text(needed) + " needed, " +
                    (free ? size_text(*free) : "an unknown amount") + " free",
                path.string(),
                code == EFBIG ? "raise the limit (`ulimit -f`); what was there before is untouched"
                              : "free some space, then go on; what was there before is untouched",
                ErrorKind::kMachine);
  }
  throw Error("cannot " + action + ": " + std::strerror(code), path.string(),
              "check that the folder exists and is writable", ErrorKind::kMachine);
}

int open_file(const Path& path, int flags) {
  for (;;) {
    const int fd = file_system().open(path.c_str(), flags, 0644);
    if (fd >= 0 || errno != EINTR) return fd;
  }
}

/// 0 or errno.
int sync_file(int fd) {
  while (file_system().fsync(fd) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

/// 0 or errno. Linux has closed the descriptor even when it reports an interruption.
int close_file(int fd) { return file_system().close(fd) == 0 || errno == EINTR ? 0 : errno; }

/// Writes everything or reports errno.
int write_fully(int fd, const std::byte* data, std::size_t size) {
  while (size > 0) {
    const std::int64_t done = file_system().write(fd, data, size);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    if (done == 0) return ENOSPC;
    data += done;
    size -= static_cast<std::size_t>(done);
  }
  return 0;
}

constexpr std::string_view kTemporaryMark = ".tmp-";

/// "<pid>-<first use in ns>": process ids come round again, in a container even at once. The id is
/// asked for each time, since a forked child is another writer.
std::string writer_mark() {
  static const auto first_use = std::chrono::system_clock::now().time_since_epoch().count();
  return std::to_string(::getpid()) + "-" + std::to_string(first_use);
}

/// Whether a file of that name is a temporary whose writer is gone.
bool is_stale_temporary(const std::string& name) {
  const std::size_t at = name.rfind(kTemporaryMark);
  if (name.front() != '.' || at == std::string::npos) return false;
  const std::string writer = name.substr(at + kTemporaryMark.size());
  if (writer.rfind(writer_mark() + "-", 0) == 0) return false;
  const long pid = std::strtol(writer.c_str(), nullptr, 10);
  if (pid <= 0) return false;
  const bool alive = ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
  return pid == ::getpid() || !alive;
}

template <class Wanted>
void unlink_stale(const Path& folder, const Wanted& wanted) {
  std::error_code ignored;
  std::vector<Path> stale;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (is_stale_temporary(name) && wanted(name)) stale.push_back(entry.path());
  }
  for (const Path& path : stale) file_system().unlink(path.c_str());
}

/// 0 or errno. Some network and user-space file systems cannot sync a folder: there the rename is
/// all that can be had.
int sync_folder(const Path& folder) {
  const int fd = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return errno;
  const int code = sync_file(fd);
  close_file(fd);
  return code == EINVAL || code == ENOTSUP || code == ENOSYS ? 0 : code;
}

/// 0, or errno of the first step that failed (named in `action`).
int write_and_sync(const Path& path, std::span<const std::span<const std::byte>> parts,
                   const char*& action) {
  action = "create";
  const int fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (fd < 0) return errno;
  int code = 0;
  action = "write";
  for (const auto& part : parts) {
    if (code == 0) code = write_fully(fd, part.data(), part.size());
  }
  if (code == 0 && (code = sync_file(fd)) != 0) action = "sync";
  const int closed = close_file(fd);
  if (code == 0 && (code = closed) != 0) action = "close";
  return code;
}

}  // namespace

FileSystem& file_system() { return *current_file_system; }

ScopedFileSystem::ScopedFileSystem(FileSystem& replacement) : previous_(current_file_system) {
  current_file_system = &replacement;
}
ScopedFileSystem::~ScopedFileSystem() { current_file_system = previous_; }

void write_atomically(const Path& path, std::span<const std::span<const std::byte>> parts) {
  std::size_t size = 0;
  for (const auto& part : parts) size += part.size();
  if (size >= kLargeWrite) {
    // Better said now than after filling the disk to the brim, where other runs write too.
    const std::optional<std::uint64_t> free = free_bytes(path);
    if (free && *free < size) throw_io("write", path, ENOSPC, size);
  }
  const Path temporary = temporary_name(path);
  const char* action = "";
  int code = write_and_sync(temporary, parts, action);
  if (code == 0 && file_system().rename(temporary.c_str(), path.c_str()) != 0) {
    action = "rename";
    code = errno;
  }
  if (code != 0) {
    // The real call: clearing up must work even where the failing one is under test.
    ::unlink(temporary.c_str());
    throw_io(action, path, code, size);
  }
  code = sync_folder(folder_of(path));
  if (code != 0) throw_io("sync the folder of", path, code, size);
}

void write_atomically(const Path& path, std::string_view text) {
  const std::span<const std::byte> part{reinterpret_cast<const std::byte*>(text.data()),
                                        text.size()};
  write_atomically(path, {&part, 1});
}

// Beside the file, so that the rename stays on one disk.
Path temporary_name(const Path& path) {
  static std::atomic<int> counter{0};
  return path.parent_path() / ("." + path.filename().string() + std::string(kTemporaryMark) +
                               writer_mark() + "-" + std::to_string(counter++));
}

void remove_stale_temporaries(const Path& folder) {
  unlink_stale(folder, [](const std::string&) { return true; });
}

void remove_stale_temporaries_of(const Path& path) {
  // A temporary may be written through a temporary of its own: "..FILE.tmp-A-0.tmp-A-1".
  const std::string mark = "." + path.filename().string() + std::string(kTemporaryMark);
  unlink_stale(folder_of(path), [&](const std::string& name) {
    return name.starts_with(mark) || name.starts_with("." + mark);
  });
}

void create_folders(const Path& folder) {
  std::vector<Path> missing;
  std::error_code ignored;
  for (Path at = folder; !at.empty() && !std::filesystem::is_directory(at, ignored);
       at = at.parent_path()) {
    if (at.has_filename()) missing.push_back(at);
  }
  for (auto next = missing.rbegin(); next != missing.rend(); ++next) {
    const bool is_new = file_system().mkdir(next->c_str(), 0755) == 0;
    const int code = is_new ? sync_folder(folder_of(*next)) : errno;
    if (code == 0) continue;
    if (!is_new && code == EEXIST && std::filesystem::is_directory(*next, ignored))
      continue;  // made by another meanwhile
    // Deepest first, and only while empty: another may have begun to use them.
    for (auto made = next.base() - (is_new ? 1 : 0); made != missing.end(); ++made)
      ::rmdir(made->c_str());
    throw_io("create", *next, code, 4096);
  }
}

std::string read_file(const Path& path, std::uintmax_t limit) {
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(path, code);
  if (code) throw Error("cannot read: " + code.message(), path.string(), "check the path");
  if (size > limit) {
    throw Error("file has " + std::to_string(size) + " bytes, more than the limit of " +
                    std::to_string(limit),
                path.string(), "check that it is the right file");
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text(size, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(size));
  if (!stream)
    throw Error("cannot read the whole file", path.string(), "check the disk and permissions");
  return text;
}

AppendFile::AppendFile(Path path) : path_(std::move(path)) {
  fd_ = open_file(path_, O_RDWR | O_CREAT | O_APPEND);
  if (fd_ < 0) throw_io("open", path_, errno, 0);
  // A torn last line of an earlier writer ends here, so that the next line starts afresh.
  const off_t end = ::lseek(fd_, 0, SEEK_END);
  char last = '\n';
  if (end > 0 && ::pread(fd_, &last, 1, end - 1) == 1 && last != '\n') buffer_ = "\n";
  // The name of a new file must outlive a power cut as its lines do.
  const int code = end == 0 ? sync_folder(folder_of(path_)) : 0;
  if (code == 0) return;
  close_file(fd_);
  throw_io("sync the folder of", path_, code, 0);
}

AppendFile::~AppendFile() {
  if (fd_ < 0) return;
  if (!buffer_.empty())
    write_fully(fd_, reinterpret_cast<const std::byte*>(buffer_.data()), buffer_.size());
  close_file(fd_);
}

void AppendFile::append(std::string_view line) {
  buffer_.append(line);
  buffer_.push_back('\n');
}

void AppendFile::flush(bool sync) {
  const char* data = buffer_.data();
  std::size_t left = buffer_.size();
  while (left > 0) {
    const std::int64_t done = file_system().write(fd_, data, left);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      const int code = done < 0 ? errno : ENOSPC;
      keep_unwritten(buffer_.size() - left);
      throw_io("write", path_, code, buffer_.size());
    }
    data += done;
    left -= static_cast<std::size_t>(done);
  }
  buffer_.clear();
  const int code = sync ? sync_file(fd_) : 0;
  if (code != 0) throw_io("sync", path_, code, 0);
}

/// A line of which a part is in the file is ended there (the reader skips it) and written again
/// whole, unless nothing but its end is missing.
void AppendFile::keep_unwritten(std::size_t written) {
  const std::size_t line_start = written == 0 ? 0 : buffer_.rfind('\n', written - 1) + 1;
  const bool torn = written > line_start && buffer_[written] != '\n';
  buffer_ = torn ? "\n" + buffer_.substr(line_start) : buffer_.substr(written);
}

std::uint32_t crc32(std::span<const std::byte> data, std::uint32_t seed) {
  return static_cast<std::uint32_t>(
      ::crc32_z(seed, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

}  // namespace warmstart
