// Folders and error texts for the tests of plugins.
#pragma once
#include <stdlib.h>

#include <fstream>
#include <functional>
#include <string>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart::test {

/// A folder of its own that goes away with it; also takes the place of the cache.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "plugin-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    setenv("WARMSTART_CACHE", (path_ / "cache").c_str(), 1);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const Path& path() const { return path_; }
  Path operator/(const std::string& name) const { return path_ / name; }
  /// Writes a file and returns its path.
  Path file(const std::string& name, const std::string& content) const {
    const Path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

 private:
  Path path_;
};

inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace warmstart::test
