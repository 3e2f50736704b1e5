// Named arrays in one file: the safetensors layout (8-byte little-endian header length, JSON
// header, raw little-endian data without holes), with our checksums in `__metadata__`:
// "crc32.<tensor>" for each array and "crc32.header" for the header itself (computed with that
// value as "00000000"). Checkpoints, captures and exported weights all use it; any safetensors
// reader opens them. No torch here: the GUI reads captures with it.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

enum class Dtype {
  kBool,
  kUint8,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat16,
  kBfloat16,
  kFloat32,
  kFloat64
};
std::size_t dtype_size(Dtype dtype);
/// The safetensors name: "BOOL", "U8", "I8", "I16", "I32", "I64", "F16", "BF16", "F32", "F64".
const char* dtype_name(Dtype dtype);

/// A borrowed array: row-major, little-endian.
struct Array {
  std::string name;
  Dtype dtype = Dtype::kFloat32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;
};

using Metadata = std::map<std::string, std::string>;

/// Writes atomically. Each array starts at a multiple of its item's size (the widest items come
/// first). Errors: as write_atomically; data size that does not fit the shape; two equal names; the
/// names "__metadata__" and "header" and metadata keys that begin with "crc32."; names that are not
/// UTF-8; more than 20,000 arrays.
void write_tensor_file(const Path& path, const Metadata& metadata,
                       const std::vector<Array>& arrays);

/// A memory-mapped tensor file; arrays borrow from it. The header is checked as strictly as the
/// format asks (length, JSON depth, duplicate keys, dtype, shape product overflow, offsets without
/// holes or overlap). A file of ours is never changed in place (write_tensor_file renames), so that
/// a mapping stays valid while a newer file takes its name.
class TensorFile {
 public:
  /// Checks header and, where the file carries checksums, every array before anything is handed
  /// out. `require_checksums`: files of ours; without them (a stranger's safetensors) absence is
  /// accepted.
  static TensorFile open(const Path& path, bool require_checksums);
  TensorFile(TensorFile&&) noexcept;
  TensorFile& operator=(TensorFile&&) noexcept;
  ~TensorFile();

  /// Without the checksums: what write_tensor_file was given.
  const Metadata& metadata() const;
  const std::vector<Array>& arrays() const;
  /// nullptr when there is none of that name.
  const Array* find(const std::string& name) const;

 private:
  struct State;
  explicit TensorFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace warmstart
