// One run of `warmstart-volume-reader`: files in, one verdict line a file out. Used by the gate.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::medical {

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

/// Where the reader lies. Error with the places looked at.
Path find_reader();

}  // namespace warmstart::medical
