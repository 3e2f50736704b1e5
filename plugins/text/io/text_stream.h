// Text files of any size read in pieces: nothing but the pieces asked for is in memory. A plain
// file is one document; of JSON lines each is one.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::text {

struct TextStreamOptions {
  std::string field = "text";     ///< of a JSON line
  std::string encoding = "auto";  ///< utf-8, latin-1, or by each file's first 64 KiB
};

class TextStream {
 public:
  /// A file, or every .txt, .text and .jsonl file of a folder and the folders in it, sorted by
  /// path. Errors: nothing there; all files empty.
  TextStream(const Path& root, TextStreamOptions options);
  std::uint64_t bytes() const { return bytes_; }
  std::size_t files() const { return files_.size(); }
  std::uint64_t file_bytes(std::size_t file) const { return sizes_.at(file); }
  bool has_lines(std::size_t file) const { return lines_.at(file); }  ///< JSON lines
  /// Where a file may be cut in two, near the byte: of JSON lines the next line's beginning.
  std::uint64_t cut_near(std::size_t file, std::uint64_t offset) const;

  struct Piece {
    std::string text, id;    ///< "file.txt at 1048576"
    bool ends = false;       ///< the document, or its part before `end`, ends behind it
    std::uint64_t next = 0;  ///< where it ends: the byte at which what follows it begins
  };
  /// About `count` bytes of the document at byte `offset` < `end` of the file: from there, or
  /// inside a document from the first whole word on (of a JSON line's text as far behind its
  /// beginning as the byte is behind the line's), up to `end`, a cut of the file, at most. Errors
  /// name the file and the byte in it of what is no text of the encoding or no object with text.
  Piece read(std::size_t file, std::uint64_t offset, std::uint64_t end, std::size_t count) const;

 private:
  struct Line {
    std::uint64_t begin, end;  ///< without the line end
  };
  Piece read_plain(std::size_t file, std::uint64_t offset, std::uint64_t end,
                   std::size_t count) const;
  Piece read_line(std::size_t file, std::uint64_t offset, std::size_t count) const;
  Line line_at(std::size_t file, std::uint64_t offset) const;
  std::string bytes_of(std::size_t file, std::uint64_t offset, std::uint64_t count) const;
  const std::string& encoding_of(std::size_t file) const;
  std::vector<Path> files_;
  std::vector<std::uint64_t> sizes_;
  std::vector<bool> lines_;
  std::uint64_t bytes_ = 0;
  TextStreamOptions options_;
  /// Of each file: 0 = not looked at yet, 1 = UTF-8, 2 = Latin-1; loader threads ask.
  std::shared_ptr<std::vector<std::atomic<std::uint8_t>>> found_;
};

}  // namespace warmstart::text
