// Weights of an ONNX file as tensors: the declared shape and the bytes that are there must agree.
#include <ATen/ATen.h>

#include <charconv>
#include <cstring>

#include "core/base/error.h"
#include "core/export/external_data.h"
#include "core/export/onnx_step.h"

namespace warmstart {
namespace {

[[noreturn]] void refuse_tensor(const onnx::TensorProto& proto, const std::string& reason) {
  throw Error("ONNX weight '" + proto.name() + "': " + reason, "",
              "the file is damaged; export or fetch it again");
}

/// Elements of the declared shape, without overflow.
std::int64_t checked_count(const onnx::TensorProto& proto) {
  std::int64_t count = 1;
  for (const std::int64_t size : proto.dims()) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count) ||
        count > (std::int64_t{1} << 33)) {
      refuse_tensor(proto, "a shape that cannot be");
    }
  }
  return count;
}

std::uint64_t parse_number(const onnx::TensorProto& proto, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    refuse_tensor(proto, "offset or length is no number");
  return value;
}

std::string external_bytes(const onnx::TensorProto& proto, const std::string& folder,
                           std::uint64_t expected) {
  std::string location;
  std::uint64_t offset = 0, length = expected;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = parse_number(proto, entry.value());
    if (entry.key() == "length") length = parse_number(proto, entry.value());
  }
  if (folder.empty()) refuse_tensor(proto, "external data is not allowed here");
  if (length != expected) refuse_tensor(proto, "external data of another length than its shape");
  return read_external_data(folder, location, offset, length);
}

/// The typed lists that some writers use in place of raw bytes.
template <class T, class List>
void copy_list(const onnx::TensorProto& proto, const List& list, at::Tensor& target) {
  if (list.size() != target.numel())
    refuse_tensor(proto, "another number of values than its shape");
  T* data = target.data_ptr<T>();
  for (int i = 0; i < list.size(); ++i) data[i] = static_cast<T>(list.Get(i));
}

void copy_typed(const onnx::TensorProto& proto, at::Tensor& target) {
  switch (target.scalar_type()) {
    case at::kFloat:
      return copy_list<float>(proto, proto.float_data(), target);
    case at::kDouble:
      return copy_list<double>(proto, proto.double_data(), target);
    case at::kLong:
      return copy_list<std::int64_t>(proto, proto.int64_data(), target);
    case at::kInt:
      return copy_list<std::int32_t>(proto, proto.int32_data(), target);
    case at::kBool:
      return copy_list<bool>(proto, proto.int32_data(), target);
    default:
      refuse_tensor(proto, "values of this type must be raw data");
  }
}

}  // namespace

at::ScalarType type_from_onnx(int type) {
  switch (type) {
    case onnx::TensorProto::FLOAT:
      return at::kFloat;
    case onnx::TensorProto::DOUBLE:
      return at::kDouble;
    case onnx::TensorProto::FLOAT16:
      return at::kHalf;
    case onnx::TensorProto::BFLOAT16:
      return at::kBFloat16;
    case onnx::TensorProto::INT64:
      return at::kLong;
    case onnx::TensorProto::INT32:
      return at::kInt;
    case onnx::TensorProto::INT16:
      return at::kShort;
    case onnx::TensorProto::INT8:
      return at::kChar;
    case onnx::TensorProto::UINT8:
      return at::kByte;
    case onnx::TensorProto::BOOL:
      return at::kBool;
    default:
      throw Error("ONNX data type " + std::to_string(type) + " is not read", "",
                  "use float, int or bool tensors");
  }
}

at::Tensor tensor_from_onnx(const onnx::TensorProto& proto, const std::string& folder) {
  const at::ScalarType type = type_from_onnx(proto.data_type());
  const std::int64_t count = checked_count(proto);
  const std::uint64_t bytes = static_cast<std::uint64_t>(count) * c10::elementSize(type);
  const std::vector<std::int64_t> shape(proto.dims().begin(), proto.dims().end());
  std::string external;
  const std::string* raw = proto.has_raw_data() ? &proto.raw_data() : nullptr;
  if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
    external = external_bytes(proto, folder, bytes);
    raw = &external;
  }
  if (raw != nullptr && raw->size() != bytes)
    refuse_tensor(proto, "another number of bytes than its shape");
  if (raw == nullptr && bytes > (std::uint64_t{1} << 31))
    refuse_tensor(proto, "a shape without data");
  at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(type));
  if (raw == nullptr) {
    copy_typed(proto, tensor);
  } else if (bytes > 0) {
    std::memcpy(tensor.data_ptr(), raw->data(), bytes);
  }
  return tensor;
}

}  // namespace warmstart
