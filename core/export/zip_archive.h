// The stored (uncompressed) members of a zip archive in memory, as PyTorch writes them. Every
// offset is checked; the CRC-32 of a member is checked when it is read.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace warmstart {

class ZipArchive {
 public:
  /// `bytes` must outlive the archive; `name` is for messages.
  ZipArchive(std::string_view bytes, std::string name);
  /// Names of all members.
  std::vector<std::string> names() const;
  bool has(const std::string& member) const { return members_.count(member) != 0; }
  /// Error: no such member, damaged data.
  std::string_view read(const std::string& member) const;

 private:
  struct Member {
    std::uint64_t offset = 0, size = 0;
    std::uint32_t crc = 0;
  };
  std::uint64_t number(std::uint64_t offset, int bytes) const;
  void read_directory();
  void read_entry(std::uint64_t& at);
  [[noreturn]] void damaged(const std::string& reason) const;

  std::string_view bytes_;
  std::string name_;
  std::map<std::string, Member> members_;
};

}  // namespace warmstart
