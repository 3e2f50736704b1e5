// One runner per workspace: a lock on serve.lock that the kernel frees when its holder dies, with
// the holder's name in the file. Called by `serve`, and by `submit` and `queue` to say whether
// anybody is at work.
#pragma once
#include <optional>
#include <string>

#include "core/base/files.h"

namespace warmstart {

class ServeLock {
 public:
  /// Error (kInput) that names the holder when there is one.
  static ServeLock take(const Path& workspace);
  /// "pid 4711 on host since 2026-01-02T15:04:05Z", or nullopt when nobody holds it.
  static std::optional<std::string> holder(const Path& workspace);

  ServeLock(ServeLock&& other) noexcept;
  ServeLock& operator=(ServeLock&&) = delete;
  ~ServeLock();

 private:
  explicit ServeLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace warmstart
