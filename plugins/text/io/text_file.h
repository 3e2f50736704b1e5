// Reads a text file whatever its encoding, or says in one error why it cannot. Every reader of the
// plugin starts here, so that no other code sees anything but valid UTF-8 with "\n" line ends.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/files.h"

namespace warmstart::text {

inline constexpr std::uintmax_t kLargestTextFile = std::uintmax_t{4} << 30;

struct TextFile {
  std::string text;
  std::string encoding;  ///< "utf-8" or "latin-1": what the file was
};

/// `encoding`: utf-8, latin-1, or auto: UTF-8 where the bytes are valid, else Latin-1 where they
/// can be that (no control characters of either range). A byte order mark is dropped.
TextFile read_text(const Path& path, const std::string& encoding = "auto");

/// As read_text, for bytes in memory; `where` names them in errors. Of a piece of a file `piece_at`
/// is its first byte there: errors then give places in the file, and no line, which nobody counted.
TextFile decode_text(std::string bytes, const std::string& encoding, const std::string& where,
                     std::optional<std::uint64_t> piece_at = std::nullopt);

/// ".jsonl" of "a/B.JSONL".
std::string lower_extension(const Path& path);

/// Number of the line (from 1) that holds the byte.
std::size_t line_of(const std::string& text, std::size_t offset);

}  // namespace warmstart::text
