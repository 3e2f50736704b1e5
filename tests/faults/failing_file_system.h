// A file layer that fails at its Nth call, and one with little space: what the storage tests put in
// the place of the real one. The loop "fail at the 1st, 2nd, ... Nth call until one run passes
// clean" visits every point of a scenario.
#pragma once
#include <cerrno>
#include <functional>
#include <string>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart::testing {

/// Call number `fail_at` (from 1) fails with `code`; a write then either fails at once or, with
/// `torn`, writes half of its bytes first. With `for_good`, every later call fails too, as on a
/// disk that went away.
class FailingFileSystem final : public FileSystem {
 public:
  FailingFileSystem(int fail_at, int code, bool torn = false, bool for_good = false)
      : fail_at_(fail_at), code_(code), torn_(torn), for_good_(for_good) {}

  int open(const char* path, int flags, int mode) override {
    return fails() ? -1 : FileSystem::open(path, flags, mode);
  }
  std::int64_t write(int fd, const void* data, std::size_t size) override {
    if (!fails()) return FileSystem::write(fd, data, size);
    if (torn_ && FileSystem::write(fd, data, size / 2) < 0) return -1;
    errno = code_;
    return -1;
  }
  int fsync(int fd) override { return fails() ? -1 : FileSystem::fsync(fd); }
  int close(int fd) override {
    const int result = FileSystem::close(fd);  // the descriptor is gone either way, as on Linux
    return fails() ? -1 : result;
  }
  int rename(const char* from, const char* to) override {
    return fails() ? -1 : FileSystem::rename(from, to);
  }
  int unlink(const char* path) override { return fails() ? -1 : FileSystem::unlink(path); }
  int mkdir(const char* path, int mode) override {
    return fails() ? -1 : FileSystem::mkdir(path, mode);
  }

  bool failed() const { return failed_; }

 private:
  bool fails() {
    ++calls_;
    const bool now = calls_ == fail_at_ || (for_good_ && calls_ > fail_at_);
    failed_ = failed_ || now;
    if (now) errno = code_;
    return now;
  }
  int fail_at_, code_;
  bool torn_, for_good_;
  int calls_ = 0;
  bool failed_ = false;
};

/// Runs `attempt` under a file layer that fails at call 1, 2, ... until nothing failed; after each,
/// `check` sees whether an Error came and what it said. Returns the number of points that failed.
inline int for_every_fault(int code, bool torn, bool for_good, const std::function<void()>& attempt,
                           const std::function<void(const std::string& error)>& check) {
  for (int point = 1;; ++point) {
    FailingFileSystem failing(point, code, torn, for_good);
    std::string error;
    {
      const ScopedFileSystem scoped(failing);
      try {
        attempt();
      } catch (const Error& caught) {
        error = caught.what();
      }
    }
    check(error);
    if (!failing.failed()) return point - 1;
  }
}

}  // namespace warmstart::testing
