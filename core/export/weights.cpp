#include "core/export/weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/data/tensor_arrays.h"
#include "core/export/pytorch_file.h"

namespace warmstart {
namespace {

constexpr const char* kWeightsMetadata = "warmstart";

[[noreturn]] void refuse_weights(const std::string& reason, const Path& path) {
  throw Error(reason, path.string(), "export the weights again", ErrorKind::kVerification);
}

bool same_tensor(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() &&
         std::memcmp(a.data_ptr(), b.data_ptr(), a.nbytes()) == 0;
}

ImportedWeights read_safetensors(const Path& path) {
  const TensorFile file = TensorFile::open(path, /*require_checksums=*/false);
  ImportedWeights result;
  result.format = "safetensors";
  for (const Array& array : file.arrays()) result.tensors[array.name] = to_tensor(array);
  const auto metadata = file.metadata().find(kWeightsMetadata);
  if (metadata != file.metadata().end()) result.metadata = Json::parse(metadata->second);
  return result;
}

/// How many of the names the model has, once `prefix` is taken off.
std::size_t matching_names(const StateDict& weights, const StateDict& own,
                           const std::string& prefix) {
  return static_cast<std::size_t>(
      std::count_if(weights.begin(), weights.end(), [&](const auto& entry) {
        return entry.first.rfind(prefix, 0) == 0 &&
               own.count(entry.first.substr(prefix.size())) != 0;
      }));
}

StateDict without_prefix(const StateDict& weights, const StateDict& own) {
  std::string best;
  for (const char* prefix : {"module.", "model.", "module.model.", "net."}) {
    if (matching_names(weights, own, prefix) > matching_names(weights, own, best)) best = prefix;
  }
  StateDict renamed;
  for (const auto& [name, tensor] : weights) {
    renamed[name.rfind(best, 0) == 0 ? name.substr(best.size()) : name] = tensor;
  }
  return renamed;
}

}  // namespace

void save_weights(const Model& model, const Json& metadata, const Path& path) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : state_dict(model)) tensors.emplace_back(name, tensor);
  save_tensors(path, {{kWeightsMetadata, metadata.dump()}}, tensors);
}

Verification verify_weights(const Model& model, const Path& path) {
  const TensorFile file = TensorFile::open(path, /*require_checksums=*/true);
  const StateDict own = state_dict(model);
  if (file.arrays().size() != own.size())
    refuse_weights("the file holds another number of tensors", path);
  for (const auto& [name, tensor] : own) {
    const Array* array = file.find(name);
    if (array == nullptr || !same_tensor(tensor.detach().cpu().contiguous(), to_tensor(*array))) {
      refuse_weights("tensor '" + name + "' differs from the model's", path);
    }
  }
  Verification verification;
  verification.tolerance = 0;
  verification.batches.push_back({});
  return verification;
}

ImportedWeights read_weights(const Path& path) {
  if (is_pytorch_file(path)) {
    ImportedWeights result;
    result.tensors = read_pytorch_file(path);
    result.format = "pytorch";
    return result;
  }
  return read_safetensors(path);
}

SurgeryReport import_weights(Model& model, const StateDict& weights) {
  const at::NoGradGuard no_gradients;
  const StateDict own = state_dict(model);
  const StateDict given = without_prefix(weights, own);
  SurgeryReport report;
  for (const auto& [name, tensor] : given) {
    const auto target = own.find(name);
    if (target == own.end()) {
      report.unexpected.push_back(name);
    } else if (target->second.sizes() != tensor.sizes()) {
      report.reshaped.push_back({name, tensor.sizes().vec(), target->second.sizes().vec()});
    } else {
      report.matched.push_back(name);
    }
  }
  for (const auto& entry : own) {
    if (given.count(entry.first) == 0) report.missing.push_back(entry.first);
  }
  if (report.matched.empty()) {
    throw Error("none of the " + std::to_string(given.size()) + " tensors fits the model", "",
                "import weights of the same architecture; see the names with `warmstart import "
                "FILE --json`");
  }
  for (const std::string& name : report.matched) {
    at::Tensor target = own.at(name);  // shares the model's memory
    target.copy_(given.at(name));
  }
  return report;
}

}  // namespace warmstart
