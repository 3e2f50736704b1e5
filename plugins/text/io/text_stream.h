// Text files of any size read in pieces: nothing but the pieces asked for is in memory.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::text {

class TextStream {
 public:
  /// A text file, or every .txt and .text file of a folder and the folders in it, sorted by path.
  /// `encoding`: utf-8 or latin-1. Errors: nothing there; all files empty.
  TextStream(const Path& root, std::string encoding);
  std::uint64_t bytes() const { return bytes_; }
  std::size_t files() const { return files_.size(); }

  struct Piece {
    std::string text, id;  ///< "file.txt at 1048576"
  };
  /// About `count` bytes from `offset` of file `file` on: from the first whole character behind a
  /// space (or of the file) to the last whole one. Error naming file and byte offset of what is no
  /// text of the encoding.
  Piece read(std::size_t file, std::uint64_t offset, std::size_t count) const;
  std::uint64_t file_bytes(std::size_t file) const { return sizes_.at(file); }

 private:
  std::vector<Path> files_;
  std::vector<std::uint64_t> sizes_;
  std::uint64_t bytes_ = 0;
  std::string encoding_;
};

}  // namespace warmstart::text
