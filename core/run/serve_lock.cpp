#include "core/run/serve_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/error.h"
#include "core/run/workspace.h"

namespace warmstart {
namespace {

constexpr int kLockAttempts = 20;  // a fresh holder writes its name within moments

int open_lock(const Path& file, int flags) {
  const int fd = open(file.c_str(), flags | O_CLOEXEC, 0644);
  if (fd < 0 && errno != ENOENT) {
    throw Error(std::string("cannot open the runner's lock: ") + std::strerror(errno),
                file.string(), "make the workspace writable", ErrorKind::kMachine);
  }
  return fd;
}

std::string read_holder(int fd) {
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    std::array<char, 512> text{};
    if (pread(fd, text.data(), text.size() - 1, 0) > 0) return text.data();
    usleep(10000);
  }
  return "another process";
}

void write_holder(int fd, const Path& file) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const std::string text = "pid " + std::to_string(getpid()) + " on " + host.data() + " since " +
                           utc_text(now_seconds());
  if (ftruncate(fd, 0) != 0 ||
      file_system().write(fd, text.data(), text.size()) != static_cast<std::int64_t>(text.size())) {
    throw Error(std::string("cannot write the runner's lock: ") + std::strerror(errno),
                file.string(), "free some space on the disk", ErrorKind::kMachine);
  }
}

}  // namespace

ServeLock ServeLock::take(const Path& workspace) {
  const Path file = workspace / "serve.lock";
  ServeLock lock(open_lock(file, O_RDWR | O_CREAT));
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    throw Error("a runner is already at work here: " + read_holder(lock.fd_), workspace.string(),
                "it will take your jobs; nothing else is needed");
  }
  write_holder(lock.fd_, file);
  return lock;
}

std::optional<std::string> ServeLock::holder(const Path& workspace) {
  const int fd = open_lock(workspace / "serve.lock", O_RDONLY);
  if (fd < 0) return std::nullopt;
  const ServeLock ours(fd);
  if (flock(fd, LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  return read_holder(fd);
}

ServeLock::ServeLock(ServeLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

ServeLock::~ServeLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace warmstart
