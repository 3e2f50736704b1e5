// A plugin's reader program (warmstart-sound-reader, ...) with a pipe to it and one from it. Used
// by FileGuard, where files go in and verdict lines come out, and by the window's sound files. The
// program's side is core/base/guarded_reader.h. One thread at a time.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

class ReaderStream {
 public:
  /// Starts the program. `shared`: a file of this process that the program finds as kSharedFile.
  /// Error (machine) when it cannot be started.
  ReaderStream(const Path& program, const std::vector<std::string>& arguments, int shared = -1);
  static constexpr int kSharedFile = 3;
  ~ReaderStream();
  ReaderStream(const ReaderStream&) = delete;
  ReaderStream& operator=(const ReaderStream&) = delete;
  /// False when the reader is gone; reading then says how it ended.
  bool send(std::string_view bytes);
  void end_input();
  using Clock = std::chrono::steady_clock;
  /// Up to `size` bytes as they come; 0 at the end of its output; nothing when none came until
  /// `until`: it counts as hung and is ended when this object goes.
  std::optional<std::size_t> receive(void* bytes, std::size_t size, Clock::time_point until);
  /// All of `size` bytes within `wall_seconds`.
  bool receive_all(void* bytes, std::size_t size, int wall_seconds);
  /// The next line, or nothing when the program died or stayed silent for so long.
  std::optional<std::string> next_line(int wall_seconds);
  std::optional<std::string> next_line(Clock::time_point until);
  /// Whether the last receive ended because nothing came in time.
  bool silent() const { return silent_; }
  /// After a receive that gave nothing: "decoding it did not end in time", ...
  std::string how_it_ended(const std::string& work = "decoding it");

 private:
  void stop();
  int pid_ = -1, input_ = -1, output_ = -1;
  int status_ = 0;
  bool silent_ = false;
  std::string buffer_;  ///< received behind the last line
};

/// Where a plugin's reader lies: beside the library or program that holds the code at `near`, or in
/// the plugin's folder of the build or of the installation. Error with the place looked at.
Path find_reader(const std::string& name, const std::string& plugin, const void* near);

}  // namespace warmstart
