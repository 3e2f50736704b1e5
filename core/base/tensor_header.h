// The JSON header of a tensor file: text to checked arrays and back. Used by tensor_file.cpp alone.
// Nothing in a header is believed before it was checked against the file's real size.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/tensor_file.h"

namespace warmstart {

constexpr std::uint64_t kLargestTensorHeader =
    100'000'000;                                 ///< bytes, the limit of the safetensors format
constexpr std::ptrdiff_t kMostTensors = 20'000;  ///< ordered JSON objects are searched one by one
constexpr const char* kChecksumPrefix = "crc32.";
constexpr const char* kHeaderChecksum = "crc32.header";
constexpr const char* kBlankChecksum = "00000000";

struct TensorHeader {
  Metadata metadata;
  std::vector<Array> arrays;  ///< in the order of the header
};

[[noreturn]] void refuse_tensor_file(const Path& path, const std::string& what);

/// Bytes of a shape. No value when a length is negative or the product overflows, even where a zero
/// hides it.
std::optional<std::uint64_t> shape_bytes(const std::vector<std::int64_t>& shape, std::size_t item);

/// Header padded with spaces so that the data start at a multiple of 64. The data offsets follow
/// `layout` (indices into `arrays`), the entries keep the order of `arrays`.
std::string tensor_header_text(const Metadata& metadata, const std::vector<Array>& arrays,
                               const std::vector<std::size_t>& layout);

/// Throws Error where the text is no header that describes exactly `data` (no hole, no overlap,
/// nothing behind).
TensorHeader parse_tensor_header(const Path& path, const std::string& text,
                                 std::span<const std::byte> data);

}  // namespace warmstart
