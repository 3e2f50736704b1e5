#include "core/base/tensor_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {
namespace {

constexpr std::uint64_t kLargestHeader = 100'000'000;
constexpr std::size_t kDataAlignment = 64;
constexpr const char* kNoChecksum = "00000000";
constexpr const char* kHeaderChecksum = "crc32.header";

struct DtypeEntry {
  Dtype dtype;
  const char* name;
  std::size_t size;
};
constexpr DtypeEntry kDtypes[] = {
    {Dtype::kBool, "BOOL", 1},  {Dtype::kUint8, "U8", 1},     {Dtype::kInt8, "I8", 1},     {Dtype::kInt16, "I16", 2},
    {Dtype::kInt32, "I32", 4},  {Dtype::kInt64, "I64", 8},    {Dtype::kFloat16, "F16", 2}, {Dtype::kBfloat16, "BF16", 2},
    {Dtype::kFloat32, "F32", 4}, {Dtype::kFloat64, "F64", 8}};

std::string hex32(std::uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

[[noreturn]] void refuse(const Path& path, const std::string& what) {
  throw Error("not a valid tensor file: " + what, path.string(), "use another copy; nothing was loaded");
}

/// Number of bytes of a shape, or no value when the product overflows or a length is negative.
std::optional<std::uint64_t> shape_bytes(const std::vector<std::int64_t>& shape, std::size_t item) {
  std::uint64_t total = item;
  for (const std::int64_t length : shape) {
    if (length < 0 || __builtin_mul_overflow(total, static_cast<std::uint64_t>(length), &total)) return std::nullopt;
  }
  return total;
}

std::string header_text(const Metadata& metadata, const std::vector<Array>& arrays) {
  Json header{{"__metadata__", metadata}};
  std::uint64_t offset = 0;
  for (const Array& array : arrays) {
    header[array.name] = {{"dtype", dtype_name(array.dtype)},
                          {"shape", array.shape},
                          {"data_offsets", {offset, offset + array.data.size()}}};
    offset += array.data.size();
  }
  std::string text = header.dump();
  text.append((kDataAlignment - (8 + text.size()) % kDataAlignment) % kDataAlignment, ' ');
  return text;
}

std::string length_prefix(std::uint64_t length) {
  std::string prefix(8, '\0');
  for (int i = 0; i < 8; ++i) prefix[static_cast<std::size_t>(i)] = static_cast<char>(length >> (8 * i) & 0xff);
  return prefix;
}

void check_arrays(const Path& path, const Metadata& metadata, const std::vector<Array>& arrays) {
  std::set<std::string> names{"__metadata__"};
  for (const Array& array : arrays) {
    if (!names.insert(array.name).second) throw Error("two tensors are named '" + array.name + "'", path.string(), "rename one");
    const auto bytes = shape_bytes(array.shape, dtype_size(array.dtype));
    if (!bytes || *bytes != array.data.size()) {
      throw Error("tensor '" + array.name + "' has data that does not fit its shape", path.string(), "report this");
    }
  }
  for (const auto& [key, value] : metadata) {
    if (key.rfind("crc32.", 0) == 0) throw Error("metadata key '" + key + "' is reserved", path.string(), "rename it");
  }
}

/// Parses the header text: objects at most three deep, no key twice.
Json parse_header(const Path& path, const std::string& text) {
  std::vector<std::set<std::string>> keys;
  std::string duplicate;
  bool deep = false;
  const Json::parser_callback_t watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    deep = deep || depth > 4;
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end && !keys.empty()) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.empty() && !keys.back().insert(parsed.get<std::string>()).second) {
      duplicate = parsed.get<std::string>();
    }
    return !deep;
  };
  if (text.empty() || text.front() != '{') refuse(path, "the header does not start with '{'");
  if (std::count(text.begin(), text.end(), '[') > 4'000'000) refuse(path, "the header lists too many tensors");
  Json header;
  try {
    header = Json::parse(text, watch);
  } catch (const Json::exception&) {
    refuse(path, "the header is not JSON");
  }
  if (deep) refuse(path, "the header is nested too deep");
  if (!duplicate.empty()) refuse(path, "the header has the key '" + duplicate + "' twice");
  if (!header.is_object()) refuse(path, "the header is not a JSON object");
  return header;
}

Metadata parse_metadata(const Path& path, const Json& header) {
  Metadata metadata;
  if (!header.contains("__metadata__")) return metadata;
  if (!header["__metadata__"].is_object()) refuse(path, "__metadata__ is not an object");
  for (const auto& [key, value] : header["__metadata__"].items()) {
    if (!value.is_string()) refuse(path, "metadata '" + key + "' is not a string");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

Array parse_array(const Path& path, const std::string& name, const Json& entry, std::span<const std::byte> data) {
  const auto bad = [&](const std::string& what) { refuse(path, "tensor '" + name + "' " + what); };
  if (!entry.is_object() || entry.size() != 3) bad("has an entry that is not {dtype, shape, data_offsets}");
  for (const char* key : {"dtype", "shape", "data_offsets"}) {
    if (!entry.contains(key)) bad("lacks '" + std::string(key) + "'");
  }
  Array array;
  array.name = name;
  const DtypeEntry* known = nullptr;
  for (const DtypeEntry& candidate : kDtypes) {
    if (entry["dtype"].is_string() && entry["dtype"].get<std::string>() == candidate.name) known = &candidate;
  }
  if (known == nullptr) bad("has the unknown dtype " + entry["dtype"].dump());
  array.dtype = known->dtype;
  const Json& shape = entry["shape"];
  if (!shape.is_array() || shape.size() > 64) bad("has a shape that is not a list");
  for (const Json& length : shape) {
    if (!length.is_number_unsigned() || length.get<std::uint64_t>() > INT64_MAX) bad("has a shape that is not of whole numbers");
    array.shape.push_back(length.get<std::int64_t>());
  }
  const Json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned()) {
    bad("has offsets that are not two whole numbers");
  }
  const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data.size()) bad("lies outside the file");
  const auto bytes = shape_bytes(array.shape, known->size);
  if (!bytes || *bytes != end - begin) bad("has offsets that do not fit its shape");
  array.data = data.subspan(begin, end - begin);
  return array;
}

/// The data area must be covered without holes or overlap, as the format demands.
void check_cover(const Path& path, const std::vector<Array>& arrays, std::span<const std::byte> data) {
  std::vector<std::span<const std::byte>> parts;
  for (const Array& array : arrays) parts.push_back(array.data);
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return std::pair(a.data(), a.size()) < std::pair(b.data(), b.size());
  });
  const std::byte* at = data.data();
  for (const auto& part : parts) {
    if (part.data() != at) refuse(path, "tensors overlap or leave a hole");
    at += part.size();
  }
  if (at != data.data() + data.size()) refuse(path, "there is data that belongs to no tensor");
}

}  // namespace

std::size_t dtype_size(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)].size; }
const char* dtype_name(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)].name; }

void write_tensor_file(const Path& path, const Metadata& metadata, const std::vector<Array>& arrays) {
  check_arrays(path, metadata, arrays);
  Metadata full = metadata;
  for (const Array& array : arrays) full["crc32." + array.name] = hex32(crc32(array.data));
  full[kHeaderChecksum] = kNoChecksum;
  const std::string draft = header_text(full, arrays);
  const std::string prefix = length_prefix(draft.size());
  full[kHeaderChecksum] = hex32(crc32(bytes_of(draft), crc32(bytes_of(prefix))));
  const std::string header = header_text(full, arrays);
  std::vector<std::span<const std::byte>> parts{bytes_of(prefix), bytes_of(header)};
  for (const Array& array : arrays) parts.push_back(array.data);
  write_atomically(path, parts);
}

struct TensorFile::State {
  Path path;
  std::span<const std::byte> bytes;
  Metadata metadata;
  std::vector<Array> arrays;
  std::string header;
  ~State() {
    if (!bytes.empty()) ::munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
  }
  void map();
  void parse();
  void verify(bool required) const;
};

void TensorFile::State::map() {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    const std::string reason = fd < 0 ? std::strerror(errno) : "not a file";
    if (fd >= 0) ::close(fd);
    throw Error("cannot read: " + reason, path.string(), "check the path");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = size >= 8 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
  ::close(fd);
  if (size < 8) refuse(path, "it is only " + std::to_string(size) + " bytes long");
  if (memory == MAP_FAILED) throw Error("cannot map the file", path.string(), "free some memory", ErrorKind::kMachine);
  bytes = {static_cast<const std::byte*>(memory), size};
}

void TensorFile::State::parse() {
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | static_cast<std::uint64_t>(bytes[static_cast<std::size_t>(i)]);
  if (length == 0 || length > kLargestHeader || length > bytes.size() - 8) {
    refuse(path, "the header length is " + std::to_string(length) + " in a file of " + std::to_string(bytes.size()) + " bytes");
  }
  header.assign(reinterpret_cast<const char*>(bytes.data()) + 8, length);
  const Json parsed = parse_header(path, header);
  metadata = parse_metadata(path, parsed);
  const auto data = bytes.subspan(8 + length);
  for (const auto& [name, entry] : parsed.items()) {
    if (name != "__metadata__") arrays.push_back(parse_array(path, name, entry, data));
  }
  check_cover(path, arrays, data);
}

void TensorFile::State::verify(bool required) const {
  const auto stored = metadata.find(kHeaderChecksum);
  if (stored == metadata.end()) {
    if (required) refuse(path, "it carries no checksums");
    return;
  }
  std::string blank = header;
  const std::string entry = "\"" + std::string(kHeaderChecksum) + "\":\"";
  const std::size_t at = blank.find(entry + stored->second + "\"");
  if (at == std::string::npos || stored->second.size() != 8) refuse(path, "the header's checksum is damaged");
  blank.replace(at + entry.size(), 8, kNoChecksum);
  if (hex32(crc32(bytes_of(blank), crc32(bytes.first(8)))) != stored->second) {
    refuse(path, "the header is damaged (checksum differs)");
  }
  for (const Array& array : arrays) {
    const auto sum = metadata.find("crc32." + array.name);
    if (sum == metadata.end() || sum->second != hex32(crc32(array.data))) {
      refuse(path, "tensor '" + array.name + "' is damaged (checksum differs)");
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
  return TensorFile(std::move(state));
}

const Metadata& TensorFile::metadata() const { return state_->metadata; }
const std::vector<Array>& TensorFile::arrays() const { return state_->arrays; }

const Array* TensorFile::find(const std::string& name) const {
  for (const Array& array : state_->arrays) {
    if (array.name == name) return &array;
  }
  return nullptr;
}

}  // namespace warmstart
