#include "core/export/external_data.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "core/base/error.h"

namespace warmstart {
namespace {

/// What a file names, for messages.
struct External {
  std::string location, what;

  [[noreturn]] void refuse(const std::string& reason) const {
    std::string shown;
    for (const char c : location.substr(0, 80)) shown += c < ' ' ? '?' : c;
    throw Error(what + " '" + shown + "': " + reason, "",
                "keep it, itself and no link to it, in the folder of the file that names it");
  }
};

std::vector<std::string> parts_of(const External& external) {
  const std::string& location = external.location;
  if (location.empty()) external.refuse("the name is empty");
  if (location.size() > 1024) external.refuse("the name is longer than 1024 bytes");
  if (location.front() == '/') external.refuse("an absolute path is not allowed");
  for (const char c : location) {
    if (c == '\\' || c == ':' || static_cast<unsigned char>(c) < ' ')
      external.refuse("backslash, colon and control characters are not allowed");
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
    if (part.empty() || part == "." || part == "..")
      external.refuse("it must name a file in the folder without '.', '..' or '//'");
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

/// Opens a plain file below the folder, through no link.
struct OpenedExternal {
  Descriptor file{-1};
  std::uint64_t length = 0;

  OpenedExternal(const Path& folder, const External& external) {
    const std::vector<std::string> parts = parts_of(external);
    file.replace(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t i = 0; i < parts.size() && file.get() >= 0; ++i) {
      const int kind = i + 1 < parts.size() ? O_DIRECTORY : O_NONBLOCK;
      file.replace(
          ::openat(file.get(), parts[i].c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind));
      if (file.get() < 0 && errno == ENOENT) external.refuse("it is missing");
    }
    if (file.get() < 0) external.refuse("it is unreadable or reached through a link");
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
      external.refuse("it is not a plain file");
    length = static_cast<std::uint64_t>(status.st_size);
  }
};

}  // namespace

Path path_of_external(const Path& folder, const std::string& location, const std::string& what) {
  const OpenedExternal opened(folder, {location, what});
  return folder / location;
}

std::string read_external_data(const Path& folder, const std::string& location,
                               std::uint64_t offset, std::uint64_t size) {
  const External external{location, "external data"};
  const OpenedExternal opened(folder, external);
  if (offset > opened.length || size > opened.length - offset)
    external.refuse("the data lies past the end of the file");
  std::string data(size, '\0');
  std::uint64_t done = 0;
  while (done < size) {
    const auto got = ::pread(opened.file.get(), data.data() + done, size - done,
                             static_cast<off_t>(offset + done));
    if (got <= 0) external.refuse("it cannot be read");
    done += static_cast<std::uint64_t>(got);
  }
  return data;
}

}  // namespace warmstart
