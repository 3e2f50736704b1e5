#include "core/export/pytorch_file.h"

#include <ATen/ATen.h>

#include <cstring>
#include <fstream>
#include <map>

#include "core/base/error.h"
#include "core/export/pickle_reader.h"
#include "core/export/zip_archive.h"

namespace warmstart {
namespace {

[[noreturn]] void refuse_pytorch(const std::string& reason, const std::string& where) {
  throw Error("not a PyTorch state dict: " + reason, where,
              "save model.state_dict() with torch.save");
}

at::ScalarType storage_scalar_type(const std::string& name, const std::string& where) {
  static const std::map<std::string, at::ScalarType> types{
      {"FloatStorage", at::kFloat}, {"DoubleStorage", at::kDouble},
      {"HalfStorage", at::kHalf},   {"BFloat16Storage", at::kBFloat16},
      {"LongStorage", at::kLong},   {"IntStorage", at::kInt},
      {"ShortStorage", at::kShort}, {"CharStorage", at::kChar},
      {"ByteStorage", at::kByte},   {"BoolStorage", at::kBool}};
  const auto found = types.find(name);
  if (found == types.end()) refuse_pytorch("a storage of type " + name, where);
  return found->second;
}

/// The folder inside the archive that holds data.pkl and data/.
std::string archive_root(const ZipArchive& archive, const std::string& where) {
  for (const std::string& name : archive.names()) {
    const std::string suffix = "/data.pkl";
    if (name.size() > suffix.size() && name.ends_with(suffix) &&
        name.find('/') == name.size() - suffix.size()) {
      return name.substr(0, name.size() - suffix.size() + 1);
    }
  }
  refuse_pytorch(
      "the archive has no data.pkl (a TorchScript file has code/: export its state dict)", where);
}

/// Elements that shape and strides reach, at most `available`; refuses overflow and what lies
/// outside.
void check_reach(const PickleValue& tensor, std::uint64_t available, const std::string& name) {
  std::int64_t last = tensor.integer, count = 1;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    std::int64_t step = 0;
    if (tensor.shape[i] == 0) return;
    if (__builtin_mul_overflow(count, tensor.shape[i], &count) ||
        __builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &step) ||
        __builtin_add_overflow(last, step, &last)) {
      refuse_pytorch("tensor '" + name + "' has a shape that cannot be", name);
    }
  }
  // A stride of 0 repeats elements: the whole may not be larger than what is stored.
  if (static_cast<std::uint64_t>(last) >= available ||
      static_cast<std::uint64_t>(count) > available) {
    refuse_pytorch("tensor '" + name + "' reaches beyond its storage", name);
  }
}

/// Makes tensors of an archive; each storage is read once, and what views of it add up to is
/// limited.
class TensorMaker {
 public:
  TensorMaker(const ZipArchive& archive, std::string root, std::uint64_t most_bytes)
      : archive_(archive), root_(std::move(root)), bytes_left_(most_bytes) {}

  at::Tensor make(const PickleValue& value, const std::string& name) {
    const at::Tensor& storage = storage_of(value, name);
    check_reach(value, static_cast<std::uint64_t>(storage.numel()), name);
    const at::Tensor view = storage.as_strided(value.shape, value.strides, value.integer);
    if (view.nbytes() > bytes_left_)
      refuse_pytorch("its tensors are far larger than the file", name);
    bytes_left_ -= view.nbytes();
    return view.clone(at::MemoryFormat::Contiguous);
  }

 private:
  const at::Tensor& storage_of(const PickleValue& value, const std::string& name) {
    at::Tensor& storage = storages_[value.dtype + " " + value.text];
    if (storage.defined()) return storage;
    const at::ScalarType type = storage_scalar_type(value.dtype, name);
    const std::string_view data = archive_.read(root_ + "data/" + value.text);
    storage = at::empty({static_cast<std::int64_t>(data.size() / c10::elementSize(type))},
                        at::TensorOptions().dtype(type));
    if (storage.nbytes() > 0) std::memcpy(storage.data_ptr(), data.data(), storage.nbytes());
    return storage;
  }

  const ZipArchive& archive_;
  std::string root_;
  std::uint64_t bytes_left_;
  std::map<std::string, at::Tensor> storages_;
};

/// The map whose values are tensors: the object itself or one of its usual members.
const PickleValue& find_state(const PickleValue& object, const std::string& where) {
  if (object.kind != PickleValue::Kind::kMap) refuse_pytorch("it holds no dict", where);
  for (const auto& [key, value] : object.members) {
    if (value->kind == PickleValue::Kind::kTensor) return object;
  }
  for (const char* wanted : {"state_dict", "model_state_dict", "model", "network_weights"}) {
    for (const auto& [key, value] : object.members) {
      if (key->text == wanted && value->kind == PickleValue::Kind::kMap) return *value;
    }
  }
  refuse_pytorch("no member of it is a tensor or a state_dict", where);
}

}  // namespace

bool is_pytorch_file(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[4] = {};
  return file.read(magic, sizeof magic) && std::memcmp(magic, "PK\x03\x04", sizeof magic) == 0;
}

StateDict read_pytorch_file(const Path& path) {
  const std::string where = path.string();
  const std::string bytes = read_file(path);
  const ZipArchive archive(bytes, where);
  const std::string root = archive_root(archive, where);
  if (archive.has(root + "byteorder") && archive.read(root + "byteorder") != "little") {
    refuse_pytorch("its numbers are big-endian", where);
  }
  TensorMaker maker(archive, root, 8 * static_cast<std::uint64_t>(bytes.size()));
  const PickleDocument object = read_pickle(archive.read(root + "data.pkl"), where);
  StateDict state;
  for (const auto& [key, value] : find_state(*object.root, where).members) {
    if (value->kind != PickleValue::Kind::kTensor) continue;
    const std::string name =
        key->kind == PickleValue::Kind::kText ? key->text : std::to_string(key->integer);
    state[name] = maker.make(*value, name);
  }
  if (state.empty()) refuse_pytorch("it holds no tensors", where);
  return state;
}

}  // namespace warmstart
