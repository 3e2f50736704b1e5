// One run of a plugin's reader program (warmstart-volume-reader, ...): files in, one verdict line a
// file out. Used by FileGuard; the program's side is core/base/guarded_reader.h.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

class ReaderProcess {
 public:
  /// Starts the program and hands it the list. Error (machine) when it cannot be started.
  ReaderProcess(const Path& program, int cpu_seconds, const std::vector<Path>& files);
  ~ReaderProcess();
  ReaderProcess(const ReaderProcess&) = delete;
  ReaderProcess& operator=(const ReaderProcess&) = delete;
  /// The next line, or nothing when the program died or stayed silent for `wall_seconds` (it is
  /// then ended).
  std::optional<std::string> next_line(int wall_seconds);
  /// After next_line gave nothing: "was stopped after 20 s of computing", "crashed (signal 11)",
  /// ...
  std::string how_it_ended();

 private:
  void stop();
  int pid_ = -1, output_ = -1;
  int status_ = 0;
  bool silent_ = false;
  std::string buffer_;
};

/// Where a plugin's reader lies: beside the library or program that holds the code at `near`, or in
/// the plugin's folder of the build. Error with the place looked at.
Path find_reader(const std::string& name, const std::string& plugin, const void* near);

}  // namespace warmstart
