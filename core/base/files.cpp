#include "core/base/files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
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

constexpr const char* kTemporaryMark = ".tmp-";
constexpr int kTemporaryNameTries = 1000;
constexpr std::time_t kStaleSeconds = 3600;
/// Below this the look at the free space costs more than it saves.
constexpr std::uint64_t kLargeWrite = 1 << 20;

Path folder_of(const Path& path) {
  return path.parent_path().empty() ? Path(".") : path.parent_path();
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  char text[32];
  const double kib = static_cast<double>(bytes) / 1024;
  std::snprintf(text, sizeof text, kib < 1024 ? "%.1f KiB" : "%.1f MiB",
                kib < 1024 ? kib : kib / 1024);
  return text;
}

/// Bytes this process may still write to the disk of `folder`; no value where the system does not say.
std::optional<std::uint64_t> free_bytes(const Path& folder) {
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) != 0 || space.f_blocks == 0) return std::nullopt;
  // Some blocks are kept back for root.
  return std::uint64_t{::geteuid() == 0 ? space.f_bfree : space.f_bavail} * space.f_frsize;
}

[[noreturn]] void throw_disk_full(const Path& path, std::uint64_t needed) {
  const std::optional<std::uint64_t> free = free_bytes(folder_of(path));
  throw Error("disk full: " + size_text(needed) + " needed, " +
                  (free ? size_text(*free) : "an unknown amount") + " free",
              path.string(), "free some space, then go on; what was there before is untouched",
              ErrorKind::kMachine);
}

[[noreturn]] void throw_io(const std::string& action, const Path& path, int code,
                           std::uint64_t needed) {
  if (code == ENOSPC || code == EDQUOT) throw_disk_full(path, needed);
  if (code == EFBIG) {
    throw Error("file too large: " + size_text(needed) + " more are over the limit of this process or disk",
                path.string(), "raise the limit (`ulimit -f`) or use another disk", ErrorKind::kMachine);
  }
  throw Error("cannot " + action + ": " + std::strerror(code), path.string(),
              "check that the folder exists, that it is writable and that the disk is well",
              ErrorKind::kMachine);
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

/// 0 or errno. Linux has closed the descriptor even when it reports EINTR.
int close_file(int fd) { return file_system().close(fd) == 0 || errno == EINTR ? 0 : errno; }

/// Writes all of it: 0, or errno. `done` counts what was written either way.
int write_fully(int fd, std::span<const std::byte> data, std::size_t& done) {
  done = 0;
  while (done < data.size()) {
    const std::int64_t count = file_system().write(fd, data.data() + done, data.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return ENOSPC;
    done += static_cast<std::size_t>(count);
  }
  return 0;
}

/// 0 or errno. Some network and user-space file systems cannot sync a folder: they need no more than the rename.
int sync_folder(const Path& folder) {
  const int fd = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return errno;
  const int code = sync_file(fd);
  const int closed = close_file(fd);
  if (code == EINVAL || code == ENOTSUP || code == ENOSYS) return closed;
  return code != 0 ? code : closed;
}

struct Temporary {
  Path path;
  int fd = -1;
  int code = 0;  ///< errno when it could not be made
};

/// A killed process may have left the very name (process ids come again): then the next number is taken.
Temporary open_temporary(const Path& path) {
  static std::atomic<unsigned> counter{0};
  const std::string stem =
      "." + path.filename().string() + kTemporaryMark + std::to_string(::getpid()) + "-";
  Temporary temporary;
  for (int i = 0; i < kTemporaryNameTries; ++i) {
    temporary.path = path.parent_path() / (stem + std::to_string(counter++));
    temporary.fd = open_file(temporary.path, O_WRONLY | O_CREAT | O_EXCL);
    if (temporary.fd >= 0) return temporary;
    temporary.code = errno;
    if (temporary.code != EEXIST) return temporary;
  }
  return temporary;
}

/// 0, or errno of the first step that failed (named in `action`). Closes `fd`.
int write_and_sync(int fd, std::span<const std::span<const std::byte>> parts, const char*& action) {
  int code = 0;
  action = "write";
  std::size_t done = 0;
  for (const auto& part : parts) {
    if (code == 0) code = write_fully(fd, part, done);
  }
  if (code == 0 && (code = sync_file(fd)) != 0) action = "sync";
  const int closed = close_file(fd);
  if (code == 0 && (code = closed) != 0) action = "close";
  return code;
}

/// The process id in ".NAME.tmp-PID-N"; 0 when it is no name of a temporary file.
pid_t temporary_owner(const std::string& name) {
  const std::size_t mark = name.rfind(kTemporaryMark);
  if (name.empty() || name.front() != '.' || mark == std::string::npos) return 0;
  const char* const end = name.data() + name.size();
  pid_t pid = 0;
  unsigned number = 0;
  const auto first = std::from_chars(name.data() + mark + std::strlen(kTemporaryMark), end, pid);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-' || pid <= 0) return 0;
  const auto second = std::from_chars(first.ptr + 1, end, number);
  return second.ec == std::errc{} && second.ptr == end ? pid : 0;
}

bool is_stale(const Path& path, pid_t owner) {
  if (owner == ::getpid() || (::kill(owner, 0) != 0 && errno == ESRCH)) return true;
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_mtime < std::time(nullptr) - kStaleSeconds;
}

std::span<const std::byte> text_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

FileSystem& file_system() { return *current_file_system; }

ScopedFileSystem::ScopedFileSystem(FileSystem& replacement) : previous_(current_file_system) {
  current_file_system = &replacement;
}
ScopedFileSystem::~ScopedFileSystem() { current_file_system = previous_; }

void write_atomically(const Path& path, std::span<const std::span<const std::byte>> parts) {
  std::uint64_t size = 0;
  for (const auto& part : parts) size += part.size();
  if (size >= kLargeWrite) {
    // Better to say so now than to fill the disk to the brim, where other runs write too.
    const std::optional<std::uint64_t> free = free_bytes(folder_of(path));
    if (free && *free < size) throw_disk_full(path, size);
  }
  const Temporary temporary = open_temporary(path);
  if (temporary.fd < 0) throw_io("create", path, temporary.code, size);
  const char* action = "";
  int code = write_and_sync(temporary.fd, parts, action);
  if (code == 0 && file_system().rename(temporary.path.c_str(), path.c_str()) != 0) {
    action = "rename";
    code = errno;
  }
  if (code != 0) {
    file_system().unlink(temporary.path.c_str());
    throw_io(action, path, code, size);
  }
  code = sync_folder(folder_of(path));
  if (code != 0) throw_io("sync the folder of", path, code, size);
}

void write_atomically(const Path& path, std::string_view text) {
  const std::span<const std::byte> part = text_bytes(text);
  write_atomically(path, {&part, 1});
}

void remove_stale_temporaries(const Path& folder) {
  std::error_code code;
  std::filesystem::directory_iterator entry(folder, code);
  for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
    const pid_t owner = temporary_owner(entry->path().filename().string());
    if (owner != 0 && is_stale(entry->path(), owner)) file_system().unlink(entry->path().c_str());
  }
}

void create_folders(const Path& folder) {
  std::error_code code;
  if (folder.empty() || std::filesystem::is_directory(folder, code)) return;
  create_folders(folder.parent_path());
  if (file_system().mkdir(folder.c_str(), 0755) != 0) {
    const int reason = errno;
    if (reason == EEXIST && std::filesystem::is_directory(folder, code)) return;
    throw_io("create the folder", folder, reason, 4096);
  }
  const int synced = sync_folder(folder_of(folder));
  if (synced != 0) throw_io("sync the folder of", folder, synced, 4096);
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
  if (!stream) {
    throw Error("cannot read the whole file", path.string(), "check the disk and permissions");
  }
  return text;
}

AppendFile::AppendFile(Path path) : path_(std::move(path)) {
  fd_ = open_file(path_, O_RDWR | O_CREAT | O_APPEND);
  if (fd_ < 0) throw_io("open", path_, errno, 0);
  const off_t end = ::lseek(fd_, 0, SEEK_END);
  char last = '\n';
  if (end > 0 && ::pread(fd_, &last, 1, end - 1) == 1 && last != '\n') buffer_ = "\n";
  // A new file's name must outlive a power cut as well as its lines.
  const int code = end == 0 ? sync_folder(folder_of(path_)) : 0;
  if (code == 0) return;
  close_file(fd_);
  throw_io("sync the folder of", path_, code, 0);
}

AppendFile::~AppendFile() {
  std::size_t done = 0;
  if (!buffer_.empty()) write_fully(fd_, text_bytes(buffer_), done);
  close_file(fd_);
}

void AppendFile::append(std::string_view line) {
  buffer_.append(line);
  buffer_.push_back('\n');
}

void AppendFile::flush(bool sync) {
  std::size_t done = 0;
  const int code = write_fully(fd_, text_bytes(buffer_), done);
  buffer_.erase(0, done);
  if (code != 0) throw_io("write", path_, code, buffer_.size());
  const int synced = sync ? sync_file(fd_) : 0;
  if (synced != 0) throw_io("sync", path_, synced, 0);
}

std::uint32_t crc32(std::span<const std::byte> data, std::uint32_t seed) {
  const auto* bytes = reinterpret_cast<const Bytef*>(data.data());
  return static_cast<std::uint32_t>(::crc32_z(seed, bytes, data.size()));
}

}  // namespace warmstart
