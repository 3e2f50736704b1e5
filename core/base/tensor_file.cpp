#include "core/base/tensor_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/tensor_header.h"

namespace warmstart {
namespace {

struct DtypeEntry {
  Dtype dtype;
  const char* name;
  std::size_t size;
};
constexpr DtypeEntry kDtypes[] = {{Dtype::kBool, "BOOL", 1},   {Dtype::kUint8, "U8", 1},
                                  {Dtype::kInt8, "I8", 1},     {Dtype::kInt16, "I16", 2},
                                  {Dtype::kInt32, "I32", 4},   {Dtype::kInt64, "I64", 8},
                                  {Dtype::kFloat16, "F16", 2}, {Dtype::kBfloat16, "BF16", 2},
                                  {Dtype::kFloat32, "F32", 4}, {Dtype::kFloat64, "F64", 8}};

std::string hex32(std::uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string length_prefix(std::uint64_t length) {
  std::string prefix(8, '\0');
  for (int i = 0; i < 8; ++i)
    prefix[static_cast<std::size_t>(i)] = static_cast<char>(length >> (8 * i) & 0xff);
  return prefix;
}

void check_array(const Path& path, const Array& array) {
  const auto bytes = shape_bytes(array.shape, dtype_size(array.dtype));
  if (!bytes || *bytes != array.data.size()) {
    throw Error("tensor '" + array.name + "' has data that does not fit its shape", path.string(),
                "report this");
  }
}

void check_arrays(const Path& path, const Metadata& metadata, const std::vector<Array>& arrays) {
  std::set<std::string> names;
  if (arrays.size() > static_cast<std::size_t>(kMostTensors)) {
    throw Error("more than " + std::to_string(kMostTensors) + " tensors", path.string(),
                "write several files");
  }
  for (const Array& array : arrays) {
    // "header" would share its checksum's key with the header itself.
    if (array.name == "__metadata__" || array.name == "header") {
      throw Error("no tensor may be named '" + array.name + "'", path.string(), "rename it");
    }
    if (!names.insert(array.name).second) {
      throw Error("two tensors are named '" + array.name + "'", path.string(), "rename one");
    }
    check_array(path, array);
  }
  for (const auto& [key, value] : metadata) {
    if (key.rfind(kChecksumPrefix, 0) == 0) {
      throw Error("metadata key '" + key + "' is reserved", path.string(), "rename it");
    }
  }
}

/// Wide items first: without holes, that keeps every array at a multiple of its item's size.
std::vector<std::size_t> aligned_layout(const std::vector<Array>& arrays) {
  std::vector<std::size_t> layout(arrays.size());
  std::iota(layout.begin(), layout.end(), std::size_t{0});
  std::stable_sort(layout.begin(), layout.end(), [&](std::size_t a, std::size_t b) {
    return dtype_size(arrays[a].dtype) > dtype_size(arrays[b].dtype);
  });
  return layout;
}

}  // namespace

std::size_t dtype_size(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)].size; }
const char* dtype_name(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)].name; }

void write_tensor_file(const Path& path, const Metadata& metadata,
                       const std::vector<Array>& arrays) {
  check_arrays(path, metadata, arrays);
  const std::vector<std::size_t> layout = aligned_layout(arrays);
  Metadata full = metadata;
  for (const Array& array : arrays) full[kChecksumPrefix + array.name] = hex32(crc32(array.data));
  full[kHeaderChecksum] = kBlankChecksum;
  std::string header;
  try {
    header = tensor_header_text(full, arrays, layout);
    if (header.size() > kLargestTensorHeader)
      throw Error("the header is too large", path.string(), "write several files");
    const std::string prefix = length_prefix(header.size());
    full[kHeaderChecksum] = hex32(crc32(bytes_of(header), crc32(bytes_of(prefix))));
    header = prefix + tensor_header_text(full, arrays, layout);
  } catch (const Json::exception&) {
    throw Error("a tensor or metadata name is no valid UTF-8", path.string(), "rename it");
  }
  std::vector<std::span<const std::byte>> parts{bytes_of(header)};
  for (const std::size_t i : layout) parts.push_back(arrays[i].data);
  write_atomically(path, parts);
}

struct TensorFile::State {
  Path path;
  std::span<const std::byte> bytes;
  std::string text;  ///< of the header, as it stands in the file
  TensorHeader header;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (!bytes.empty()) ::munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
  }
  void map();
  void parse();
  void verify_header(const std::string& stored) const;
  void verify(bool required) const;
};

void TensorFile::State::map() {
  const int fd =
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe must not hold us up
  struct stat status {};
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    const std::string reason = fd < 0 ? std::strerror(errno) : "not a file";
    if (fd >= 0) ::close(fd);
    throw Error("cannot read: " + reason, path.string(), "check the path");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = size >= 8 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
  ::close(fd);
  if (size < 8) refuse_tensor_file(path, "it is only " + std::to_string(size) + " bytes long");
  if (memory == MAP_FAILED)
    throw Error("cannot map the file", path.string(), "free some memory", ErrorKind::kMachine);
  bytes = {static_cast<const std::byte*>(memory), size};
}

void TensorFile::State::parse() {
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | static_cast<std::uint64_t>(bytes[static_cast<std::size_t>(i)]);
  if (length == 0 || length > kLargestTensorHeader || length > bytes.size() - 8) {
    refuse_tensor_file(path, "the header length is " + std::to_string(length) + " in a file of " +
                                 std::to_string(bytes.size()) + " bytes");
  }
  text.assign(reinterpret_cast<const char*>(bytes.data()) + 8, length);
  header = parse_tensor_header(path, text, bytes.subspan(8 + length));
}

void TensorFile::State::verify_header(const std::string& stored) const {
  std::string blank = text;
  const std::string entry = "\"" + std::string(kHeaderChecksum) + "\":\"";
  const std::size_t at = blank.find(entry + stored + "\"");
  if (at == std::string::npos || stored.size() != 8)
    refuse_tensor_file(path, "the header's checksum is damaged");
  blank.replace(at + entry.size(), 8, kBlankChecksum);
  if (hex32(crc32(bytes_of(blank), crc32(bytes.first(8)))) != stored) {
    refuse_tensor_file(path, "the header is damaged (checksum differs)");
  }
}

void TensorFile::State::verify(bool required) const {
  const Metadata& metadata = header.metadata;
  const auto stored = metadata.find(kHeaderChecksum);
  if (stored == metadata.end()) {
    if (required) refuse_tensor_file(path, "it carries no checksums");
    const auto first = metadata.lower_bound(kChecksumPrefix);
    const bool some = first != metadata.end() && first->first.rfind(kChecksumPrefix, 0) == 0;
    if (some) refuse_tensor_file(path, "the checksum of the header is missing");
    return;
  }
  verify_header(stored->second);
  for (const Array& array : header.arrays) {
    const auto sum = metadata.find(kChecksumPrefix + array.name);
    if (sum == metadata.end() || sum->second != hex32(crc32(array.data))) {
      refuse_tensor_file(path, "tensor '" + array.name + "' is damaged (checksum differs)");
    }
  }
}

TensorFile::TensorFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
TensorFile::TensorFile(TensorFile&&) noexcept = default;
TensorFile& TensorFile::operator=(TensorFile&&) noexcept = default;
TensorFile::~TensorFile() = default;

TensorFile TensorFile::open(const Path& path, bool require_checksums) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->map();
  state->parse();
  state->verify(require_checksums);
  state->text.clear();
  std::erase_if(state->header.metadata,
                [](const auto& entry) { return entry.first.rfind(kChecksumPrefix, 0) == 0; });
  return TensorFile(std::move(state));
}

const Metadata& TensorFile::metadata() const { return state_->header.metadata; }
const std::vector<Array>& TensorFile::arrays() const { return state_->header.arrays; }

const Array* TensorFile::find(const std::string& name) const {
  for (const Array& array : state_->header.arrays) {
    if (array.name == name) return &array;
  }
  return nullptr;
}

}  // namespace warmstart
