#include "core/base/tensor_header.h"

#include <algorithm>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {
namespace {

constexpr std::size_t kDataAlignment = 64;
constexpr std::size_t kMostDimensions = 64;

constexpr Dtype kAllDtypes[] = {Dtype::kBool,    Dtype::kUint8,  Dtype::kInt8,    Dtype::kInt16,
                                Dtype::kInt32,   Dtype::kInt64,  Dtype::kFloat16, Dtype::kBfloat16,
                                Dtype::kFloat32, Dtype::kFloat64};

/// What the parser is watched for: nlohmann keeps the last of two equal keys without a word.
class HeaderWatch {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    deep_ = deep_ || depth > 4;
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end && !keys_.empty()) keys_.pop_back();
    if (event == Json::parse_event_t::key && !keys_.empty()) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) duplicate_ = key;
    }
    return !deep_;
  }
  bool deep() const { return deep_; }
  const std::optional<std::string>& duplicate() const { return duplicate_; }

 private:
  std::vector<std::set<std::string>> keys_;
  std::optional<std::string> duplicate_;
  bool deep_ = false;
};

Json parse_header_json(const Path& path, const std::string& text) {
  if (text.empty() || text.front() != '{')
    refuse_tensor_file(path, "the header does not start with '{'");
  // Two lists a tensor (and some in metadata): counted before the parser makes objects of them.
  const std::string crowd =
      "the header lists more than " + std::to_string(kMostTensors) + " tensors";
  if (std::count(text.begin(), text.end(), '[') > 4 * kMostTensors) refuse_tensor_file(path, crowd);
  HeaderWatch watch;
  Json header;
  try {
    header = Json::parse(text, [&](int depth, Json::parse_event_t event, Json& parsed) {
      return watch(depth, event, parsed);
    });
  } catch (const Json::exception&) {
    refuse_tensor_file(path, "the header is not JSON");
  }
  if (watch.deep()) refuse_tensor_file(path, "the header is nested too deep");
  if (watch.duplicate())
    refuse_tensor_file(path, "the header has the key '" + *watch.duplicate() + "' twice");
  if (!header.is_object()) refuse_tensor_file(path, "the header is not a JSON object");
  const std::size_t tensors = header.size() - (header.contains("__metadata__") ? 1 : 0);
  if (tensors > static_cast<std::size_t>(kMostTensors)) refuse_tensor_file(path, crowd);
  return header;
}

Metadata parse_metadata(const Path& path, const Json& header) {
  Metadata metadata;
  const auto found = header.find("__metadata__");
  if (found == header.end()) return metadata;
  if (!found->is_object()) refuse_tensor_file(path, "__metadata__ is not an object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) refuse_tensor_file(path, "metadata '" + key + "' is not a string");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// One entry {dtype, shape, data_offsets}.
class EntryParser {
 public:
  EntryParser(const Path& path, const std::string& name, const Json& entry)
      : path_(path), name_(name), entry_(entry) {
    if (!entry.is_object() || entry.size() != 3)
      bad("has an entry that is not {dtype, shape, data_offsets}");
    for (const char* key : {"dtype", "shape", "data_offsets"}) {
      if (!entry.contains(key)) bad("lacks '" + std::string(key) + "'");
    }
  }

  Array parse(std::span<const std::byte> data) const {
    Array array{name_, dtype(), shape(), {}};
    const auto [begin, end] = offsets();
    if (begin > end || end > data.size()) bad("lies outside the file");
    const auto bytes = shape_bytes(array.shape, dtype_size(array.dtype));
    if (!bytes || *bytes != end - begin) bad("has offsets that do not fit its shape");
    array.data = data.subspan(begin, end - begin);
    const auto no_bool = [](std::byte b) { return b > std::byte{1}; };
    if (array.dtype == Dtype::kBool && std::any_of(array.data.begin(), array.data.end(), no_bool)) {
      bad("holds truth values that are neither 0 nor 1");
    }
    return array;
  }

 private:
  [[noreturn]] void bad(const std::string& what) const {
    refuse_tensor_file(path_, "tensor '" + name_ + "' " + what);
  }

  Dtype dtype() const {
    const Json& text = entry_["dtype"];
    for (const Dtype candidate : kAllDtypes) {
      if (text == dtype_name(candidate)) return candidate;
    }
    bad("has the unknown dtype " + text.dump());
  }

  std::vector<std::int64_t> shape() const {
    const Json& list = entry_["shape"];
    if (!list.is_array()) bad("has a shape that is not a list");
    if (list.size() > kMostDimensions)
      bad("has more than " + std::to_string(kMostDimensions) + " dimensions");
    std::vector<std::int64_t> lengths;
    for (const Json& length : list) {
      constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      if (!length.is_number_unsigned() || length.get<std::uint64_t>() > kMost) {
        bad("has a shape that is not of whole numbers");
      }
      lengths.push_back(length.get<std::int64_t>());
    }
    return lengths;
  }

  std::pair<std::uint64_t, std::uint64_t> offsets() const {
    const Json& pair = entry_["data_offsets"];
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned() ||
        !pair[1].is_number_unsigned()) {
      bad("has offsets that are not two whole numbers");
    }
    return {pair[0].get<std::uint64_t>(), pair[1].get<std::uint64_t>()};
  }

  const Path& path_;
  const std::string& name_;
  const Json& entry_;
};

/// The data area must be covered without holes or overlap, as the format demands.
void check_cover(const Path& path, const std::vector<Array>& arrays,
                 std::span<const std::byte> data) {
  std::vector<std::span<const std::byte>> parts;
  for (const Array& array : arrays) parts.push_back(array.data);
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return std::pair(a.data(), a.size()) < std::pair(b.data(), b.size());
  });
  const std::byte* at = data.data();
  for (const auto& part : parts) {
    if (part.data() != at) refuse_tensor_file(path, "tensors overlap or leave a hole");
    at += part.size();
  }
  if (at != data.data() + data.size())
    refuse_tensor_file(path, "there is data that belongs to no tensor");
}

}  // namespace

void refuse_tensor_file(const Path& path, const std::string& what) {
  throw Error("not a valid tensor file: " + what, path.string(),
              "use another copy; nothing was loaded");
}

std::optional<std::uint64_t> shape_bytes(const std::vector<std::int64_t>& shape, std::size_t item) {
  std::uint64_t product = item;
  bool empty = false;
  for (const std::int64_t length : shape) {
    empty = empty || length == 0;
    // Strides are products of the other lengths: they must not overflow in an array without
    // elements either.
    const auto factor = static_cast<std::uint64_t>(std::max<std::int64_t>(length, 1));
    if (length < 0 || __builtin_mul_overflow(product, factor, &product)) return std::nullopt;
  }
  if (product > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  return empty ? 0 : product;
}

std::string tensor_header_text(const Metadata& metadata, const std::vector<Array>& arrays,
                               const std::vector<std::size_t>& layout) {
  std::vector<std::uint64_t> begins(arrays.size());
  std::uint64_t offset = 0;
  for (const std::size_t i : layout) {
    begins[i] = offset;
    offset += arrays[i].data.size();
  }
  Json header = Json::object();
  header["__metadata__"] = metadata;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    header[arrays[i].name] = {{"dtype", dtype_name(arrays[i].dtype)},
                              {"shape", arrays[i].shape},
                              {"data_offsets", {begins[i], begins[i] + arrays[i].data.size()}}};
  }
  std::string text = header.dump();
  text.append((kDataAlignment - (8 + text.size()) % kDataAlignment) % kDataAlignment, ' ');
  return text;
}

TensorHeader parse_tensor_header(const Path& path, const std::string& text,
                                 std::span<const std::byte> data) {
  const Json json = parse_header_json(path, text);
  TensorHeader header;
  header.metadata = parse_metadata(path, json);
  for (const auto& [name, entry] : json.items()) {
    if (name != "__metadata__") header.arrays.push_back(EntryParser(path, name, entry).parse(data));
  }
  check_cover(path, header.arrays, data);
  return header;
}

}  // namespace warmstart
