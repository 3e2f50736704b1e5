#include "core/export/external_data.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "core/base/error.h"

namespace warmstart {
namespace {

[[noreturn]] void refuse_location(const std::string& location, const std::string& reason) {
  std::string shown;
  for (const char c : location.substr(0, 80)) shown += c < ' ' ? '?' : c;
  throw Error("external data '" + shown + "': " + reason, "",
              "keep the data file beside the model");
}

std::vector<std::string> parts_of(const std::string& location) {
  if (location.empty()) refuse_location(location, "the name is empty");
  if (location.size() > 1024) refuse_location(location, "the name is longer than 1024 bytes");
  if (location.front() == '/') refuse_location(location, "an absolute path is not allowed");
  for (const char c : location) {
    if (c == '\\' || c == ':' || static_cast<unsigned char>(c) < ' ') {
      refuse_location(location, "backslash, colon and control characters are not allowed");
    }
  }
  std::vector<std::string> parts(1);
  for (const char c : location) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (const std::string& part : parts) {
    if (part.empty() || part == "." || part == "..") {
      refuse_location(location,
                      "it must name a file in the model's folder without '.', '..' or '//'");
    }
  }
  return parts;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void replace(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

}  // namespace

std::string read_external_data(const Path& folder, const std::string& location,
                               std::uint64_t offset, std::uint64_t size) {
  const std::vector<std::string> parts = parts_of(location);
  Descriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t i = 0; i < parts.size() && at.get() >= 0; ++i) {
    const int kind = i + 1 < parts.size() ? O_DIRECTORY : O_NONBLOCK;
    at.replace(::openat(at.get(), parts[i].c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind));
  }
  if (at.get() < 0)
    refuse_location(location, "it is missing, unreadable or reached through a link");
  struct stat status {};
  if (::fstat(at.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    refuse_location(location, "it is not a plain file");
  }
  const auto length = static_cast<std::uint64_t>(status.st_size);
  if (offset > length || size > length - offset)
    refuse_location(location, "the data lies past the end of the file");
  std::string data(size, '\0');
  std::uint64_t done = 0;
  while (done < size) {
    const auto got =
        ::pread(at.get(), data.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got <= 0) refuse_location(location, "it cannot be read");
    done += static_cast<std::uint64_t>(got);
  }
  return data;
}

}  // namespace warmstart
