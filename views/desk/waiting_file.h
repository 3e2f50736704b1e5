// A file that is written piece by piece and takes its name only when it is whole: what is given up,
// or fails on the way, leaves no trace. Any thread; for exports that are too long for one buffer.
#pragma once
#include <string>
#include <string_view>

#include "core/base/files.h"

namespace warmstart {

class WaitingFile {
 public:
  /// `problem` begins what is said when the disk does not take it: "the table could not be
  /// written". Errors (kMachine): the folder cannot be written.
  WaitingFile(Path path, std::string problem);
  ~WaitingFile();
  WaitingFile(const WaitingFile&) = delete;
  WaitingFile& operator=(const WaitingFile&) = delete;
  void write(std::string_view bytes);
  void finish();  ///< on the disk, under its name

 private:
  [[noreturn]] void fail() const;
  Path path_, temporary_;
  std::string problem_;
  int file_ = -1;
  bool named_ = false;
};

}  // namespace warmstart
