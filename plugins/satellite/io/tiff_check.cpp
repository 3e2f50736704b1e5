// Whether a TIFF holds all the blocks that its directories name (TIFF 6.0; BigTIFF): a file whose
// download stopped opens without an error and fails, or gives zeros, somewhere inside.
#include <cstring>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "plugins/satellite/io/format_check.h"

namespace warmstart::satellite {
namespace {

constexpr std::uint64_t kMostBlocks = std::uint64_t{1} << 26;
constexpr std::size_t kMostDirectories = 4096;

class TiffBytes {
 public:
  explicit TiffBytes(const Path& path)
      : path_(path), file_(path, std::ios::binary), size_(std::filesystem::file_size(path)) {
    const std::string start = bytes(0, 4);
    swapped_ = start[0] == 'M';
    big_ = start[swapped_ ? 3 : 2] == 43;
  }

  std::uint64_t size() const { return size_; }
  bool big() const { return big_; }

  std::string bytes(std::uint64_t at, std::uint64_t count) {
    if (at > size_ || count > size_ - at)
      refuse("the file ends at byte " + std::to_string(size_) + ", its directory goes on");
    std::string part(count, '\0');
    file_.seekg(static_cast<std::streamoff>(at));
    file_.read(part.data(), static_cast<std::streamsize>(count));
    return part;
  }

  /// An unsigned number of 2, 4 or 8 bytes.
  std::uint64_t number(const std::string& from, std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t place = swapped_ ? i : width - 1 - i;
      value = value << 8 | static_cast<unsigned char>(from[at + place]);
    }
    return value;
  }

  std::uint64_t number_at(std::uint64_t at, std::size_t width) {
    return number(bytes(at, width), 0, width);
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error("it is truncated or damaged: " + what, path_.string(), "copy or download it again");
  }

 private:
  Path path_;
  std::ifstream file_;
  std::uint64_t size_;
  bool swapped_ = false, big_ = false;
};

std::size_t width_of_type(std::uint64_t type) {
  switch (type) {
    case 3:
      return 2;  // SHORT
    case 4:
    case 13:
      return 4;  // LONG, IFD
    case 16:
    case 18:
      return 8;  // LONG8, IFD8
    default:
      return 0;
  }
}

/// One directory's entries: positions and sizes of blocks.
struct TiffDirectory {
  std::vector<std::uint64_t> offsets, counts;
  std::uint64_t next = 0;
};

std::vector<std::uint64_t> values_of(TiffBytes& tiff, const std::string& table, std::size_t entry) {
  const std::size_t type_width = width_of_type(tiff.number(table, entry + 2, 2));
  const std::size_t word = tiff.big() ? 8 : 4;
  const std::uint64_t count = tiff.number(table, entry + 4, word);
  if (type_width == 0 || count > kMostBlocks) tiff.refuse("its table of blocks makes no sense");
  std::string raw;
  if (count * type_width <= word) {
    raw = table.substr(entry + 4 + word, count * type_width);
  } else {
    raw = tiff.bytes(tiff.number(table, entry + 4 + word, word), count * type_width);
  }
  std::vector<std::uint64_t> values(count);
  for (std::uint64_t i = 0; i < count; ++i)
    values[i] = tiff.number(raw, i * type_width, type_width);
  return values;
}

TiffDirectory read_directory(TiffBytes& tiff, std::uint64_t at) {
  const std::size_t entry_bytes = tiff.big() ? 20 : 12, head = tiff.big() ? 8 : 2;
  const std::uint64_t entries = tiff.number_at(at, head);
  if (entries > 4096) tiff.refuse("a directory of " + std::to_string(entries) + " entries");
  const std::string table = tiff.bytes(at + head, entries * entry_bytes);
  TiffDirectory directory;
  for (std::uint64_t i = 0; i < entries; ++i) {
    const std::size_t entry = i * entry_bytes;
    const std::uint64_t tag = tiff.number(table, entry, 2);
    if (tag == 273 || tag == 324) directory.offsets = values_of(tiff, table, entry);
    if (tag == 279 || tag == 325) directory.counts = values_of(tiff, table, entry);
  }
  directory.next = tiff.number_at(at + head + entries * entry_bytes, tiff.big() ? 8 : 4);
  return directory;
}

}  // namespace

void check_tiff(const Path& path) {
  TiffBytes tiff(path);
  std::uint64_t at = tiff.big() ? tiff.number_at(8, 8) : tiff.number_at(4, 4);
  std::set<std::uint64_t> seen;
  while (at != 0) {
    if (!seen.insert(at).second || seen.size() > kMostDirectories)
      tiff.refuse("its directories go round in a circle");
    const TiffDirectory directory = read_directory(tiff, at);
    if (directory.offsets.size() != directory.counts.size())
      tiff.refuse("its table of blocks makes no sense");
    for (std::size_t i = 0; i < directory.offsets.size(); ++i) {
      const std::uint64_t offset = directory.offsets[i], count = directory.counts[i];
      if (count == 0 || (offset <= tiff.size() && count <= tiff.size() - offset)) continue;
      tiff.refuse("block " + std::to_string(i + 1) + " of " +
                  std::to_string(directory.offsets.size()) + " lies behind the file's end at " +
                  std::to_string(tiff.size()) + " bytes");
    }
    at = directory.next;
  }
}

}  // namespace warmstart::satellite
