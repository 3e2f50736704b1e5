#include "views/desk/waiting_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace warmstart {

WaitingFile::WaitingFile(Path path, std::string problem)
    : path_(std::move(path)), temporary_(temporary_name(path_)), problem_(std::move(problem)) {
  file_ = file_system().open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) fail();
}

WaitingFile::~WaitingFile() {
  if (file_ >= 0) file_system().close(file_);
  if (!named_) file_system().unlink(temporary_.c_str());
}

void WaitingFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::int64_t count = file_system().write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail();
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void WaitingFile::finish() {
  if (file_system().fsync(file_) != 0 || file_system().close(std::exchange(file_, -1)) != 0) fail();
  if (file_system().rename(temporary_.c_str(), path_.c_str()) != 0) fail();
  named_ = true;
}

void WaitingFile::fail() const {
  throw Error(problem_ + ": " + std::strerror(errno), path_.string(),
              "choose a folder that can be written and has room", ErrorKind::kMachine);
}

}  // namespace warmstart
