#include "core/export/zip_archive.h"

#include <span>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart {
namespace {

constexpr std::uint32_t kEndRecord = 0x06054b50, kEnd64Record = 0x06064b50,
                        kEnd64Locator = 0x07064b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50, kLocalHeader = 0x04034b50;
constexpr std::uint64_t kEndSize = 22, kEntrySize = 46, kLocalSize = 30, kMostMembers = 1'000'000;
constexpr std::uint64_t kIn64 = 0xffffffff;  ///< "see the 64-bit field"

}  // namespace

ZipArchive::ZipArchive(std::string_view bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {
  read_directory();
}

void ZipArchive::damaged(const std::string& reason) const {
  throw Error("the archive is damaged: " + reason, name_, "fetch or save the file again");
}

std::uint64_t ZipArchive::number(std::uint64_t offset, int bytes) const {
  if (offset > bytes_.size() || static_cast<std::uint64_t>(bytes) > bytes_.size() - offset)
    damaged("it ends too early");
  std::uint64_t value = 0;
  for (int i = bytes; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes_[offset + static_cast<std::uint64_t>(i)]);
  return value;
}

void ZipArchive::read_directory() {
  if (bytes_.size() < kEndSize) damaged("it ends too early");
  std::uint64_t end = bytes_.size() - kEndSize;
  const std::uint64_t lowest = end > 0xffff ? end - 0xffff : 0;  // a comment may follow
  while (number(end, 4) != kEndRecord) {
    if (end-- == lowest) damaged("no directory");
  }
  std::uint64_t count = number(end + 10, 2), at = number(end + 16, 4);
  if ((at == kIn64 || count == 0xffff) && end >= 20 && number(end - 20, 4) == kEnd64Locator) {
    const std::uint64_t record = number(end - 12, 8);
    if (number(record, 4) != kEnd64Record) damaged("no 64-bit directory");
    count = number(record + 32, 8);
    at = number(record + 48, 8);
  }
  if (count > kMostMembers) damaged("too many members");
  for (std::uint64_t i = 0; i < count; ++i) read_entry(at);
}

void ZipArchive::read_entry(std::uint64_t& at) {
  if (number(at, 4) != kDirectoryEntry) damaged("no entry where one should be");
  if (number(at + 8, 2) & 1) damaged("encrypted members are not read");
  if (number(at + 10, 2) != 0)
    damaged("compressed members are not read; PyTorch stores them plain");
  Member member;
  member.crc = static_cast<std::uint32_t>(number(at + 16, 4));
  std::uint64_t packed = number(at + 20, 4), local = number(at + 42, 4);
  member.size = number(at + 24, 4);
  const std::uint64_t name_size = number(at + 28, 2), extra_size = number(at + 30, 2);
  const std::uint64_t comment_size = number(at + 32, 2), name_at = at + kEntrySize;
  number(name_at + name_size + extra_size + comment_size, 0);
  std::uint64_t extra = name_at + name_size;
  const std::uint64_t extra_end = extra + extra_size;
  while (extra + 4 <= extra_end) {
    std::uint64_t field = extra + 4;
    if (number(extra, 2) == 1) {  // the 64-bit fields, each only where the 32-bit one says so
      for (std::uint64_t* value : {&member.size, &packed, &local}) {
        if (*value != kIn64) continue;
        *value = number(field, 8);
        field += 8;
      }
    }
    extra += 4 + number(extra + 2, 2);
  }
  if (packed != member.size) damaged("sizes that contradict each other");
  if (number(local, 4) != kLocalHeader) damaged("no member where one should be");
  member.offset = local + kLocalSize + number(local + 26, 2) + number(local + 28, 2);
  if (member.offset > bytes_.size() || member.size > bytes_.size() - member.offset)
    damaged("a member past the end");
  const std::string name(bytes_.substr(name_at, name_size));
  if (!members_.emplace(name, member).second) damaged("two members of one name");
  at = name_at + name_size + extra_size + comment_size;
}

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> names;
  for (const auto& entry : members_) names.push_back(entry.first);
  return names;
}

std::string_view ZipArchive::read(const std::string& member) const {
  const auto found = members_.find(member);
  if (found == members_.end()) damaged("no member '" + member.substr(0, 200) + "'");
  const std::string_view data = bytes_.substr(found->second.offset, found->second.size);
  if (crc32(std::as_bytes(std::span(data))) != found->second.crc)
    damaged("checksum of '" + member + "' is wrong");
  return data;
}

}  // namespace warmstart
