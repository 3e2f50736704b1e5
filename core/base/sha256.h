// SHA-256 (FIPS 180-4) of files: what is known of a file is remembered by it.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/files.h"

namespace warmstart {

class Sha256 {
 public:
  void update(std::string_view bytes);
  std::string hex();  ///< ends the message; 64 lower-case digits

 private:
  void block(const unsigned char* bytes);
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  unsigned char pending_[64];
  std::size_t pending_size_ = 0;
  std::uint64_t total_ = 0;
};

/// Adds a file's content. Error when it cannot be read.
void hash_file(Sha256& hash, const Path& path);

}  // namespace warmstart
