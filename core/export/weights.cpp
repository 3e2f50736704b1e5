#include "core/export/weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/data/tensor_arrays.h"
#include "core/export/external_data.h"
#include "core/export/pytorch_file.h"
#include "core/export/pytorch_writer.h"
#include "core/export/weight_names.h"
#include "core/export/weights_index.h"
#include "core/models/language_model.h"

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

ImportedWeights read_one_file(const Path& path) {
  if (!is_pytorch_file(path)) return read_safetensors(path);
  ImportedWeights result;
  result.tensors = read_pytorch_file(path);
  result.format = "pytorch";
  return result;
}

/// All files that an index names, as one.
ImportedWeights read_shards(const Path& index) {
  const WeightsIndex parts = read_weights_index(index);
  ImportedWeights result;
  for (const auto& [shard, named] : parts.shards) {
    ImportedWeights part = read_one_file(path_of_external(
        index.parent_path().empty() ? Path(".") : index.parent_path(), shard, "file of weights"));
    std::set<std::string> found;
    for (const auto& [name, tensor] : part.tensors) found.insert(name);
    check_shard(shard, named, found, index);
    result.tensors.merge(part.tensors);
    result.format = part.format;
  }
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

/// Names without what training wrappers put before all of them.
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

NamedModel named_model(const Model& model) {
  const auto* language = dynamic_cast<const LanguageModel*>(&model);
  return {state_dict(model), language == nullptr ? 0 : language->heads()};
}

/// A model of shorter texts needs the first positions alone.
void cut_positions(FittedWeights& fitted, const StateDict& own) {
  constexpr const char* kPositions = "encoder.stack.positions";
  const auto given = fitted.tensors.find(kPositions);
  const auto wanted = own.find(kPositions);
  if (given == fitted.tensors.end() || wanted == own.end() || given->second.dim() != 2) return;
  const std::int64_t have = given->second.size(0), want = wanted->second.size(0);
  if (have <= want) return;
  given->second = given->second.narrow(0, 0, want);
  fitted.notes.push_back("of " + std::to_string(have) + " positions the first " +
                         std::to_string(want) + " are used");
}

}  // namespace

void save_weights(const Model& model, const Json& metadata, const ExportFormat& format,
                  const Path& path) {
  const NamedModel named = named_model(model);
  const StateDict weights = format.names.empty() ? named.own : to_published(named, format.names);
  write_weights(weights, {{kWeightsMetadata, metadata.dump()}}, format.type, path);
}

void write_weights(const StateDict& weights, const Metadata& metadata, const std::string& type,
                   const Path& path) {
  const NamedTensors tensors(weights.begin(), weights.end());
  if (type == "pytorch") {
    write_pytorch_file(tensors, path);
  } else {
    save_tensors(path, metadata, tensors);
  }
}

Verification verify_weights(const Model& model, const Path& path) {
  if (!is_pytorch_file(path)) TensorFile::open(path, /*require_checksums=*/true);
  const StateDict own = state_dict(model);
  const StateDict given = fit_names(read_weights(path).tensors, model).tensors;
  if (given.size() != own.size()) refuse_weights("the file holds another number of tensors", path);
  for (const auto& [name, tensor] : own) {
    const auto found = given.find(name);
    if (found == given.end() ||
        !same_tensor(tensor.detach().cpu().contiguous(), found->second.contiguous())) {
      refuse_weights("tensor '" + name + "' differs from the model's", path);
    }
  }
  Verification verification;
  verification.tolerance = 0;
  verification.batches.push_back({});
  return verification;
}

ImportedWeights read_weights(const Path& path) {
  return is_weights_index(path) ? read_shards(path) : read_one_file(path);
}

FittedWeights fit_names(const StateDict& weights, const Model& model) {
  const NamedModel named = named_model(model);
  StateDict plain = without_prefix(weights, named.own);
  FittedWeights fitted;
  fitted.names = weight_family(plain, named);
  fitted.tensors = fitted.names.empty() ? plain : from_published(plain, fitted.names, named);
  if (!fitted.names.empty()) cut_positions(fitted, named.own);
  return fitted;
}

void refuse_other_tables(const SurgeryReport& report) {
  for (const SurgeryReport::Mismatch& table : report.reshaped) {
    const bool words = table.name == "encoder.embedding.weight";
    if ((!words && table.name != "encoder.stack.positions") || table.have.size() != 2) continue;
    if (table.have[1] != table.want[1]) {
      throw Error("the weights are of width " + std::to_string(table.have[1]) +
                      ", the model's is " + std::to_string(table.want[1]),
                  "model.width", "set the checkpoint's width, depth and heads");
    }
    const std::string have = std::to_string(table.have[0]), want = std::to_string(table.want[0]);
    if (words) {
      throw Error("the weights know " + have + " tokens, the model's vocabulary has " + want,
                  "model.vocabulary",
                  "use the checkpoint's own tokenizer, or leave the table out with transfer and "
                  "exclude: [encoder.embedding]");
    }
    throw Error("the weights know " + have + " positions, the model takes " + want + " tokens",
                "model.max_length", "set max_length to " + have + " or less");
  }
}

SurgeryReport import_weights(Model& model, const StateDict& weights) {
  const FittedWeights fitted = fit_names(weights, model);
  SurgeryReport report;
  create<Surgery>({"transfer", Value::map(), {}})->operate(fitted.tensors, model, report);
  refuse_other_tables(report);
  report.names = fitted.names;
  report.notes = fitted.notes;
  return report;
}

}  // namespace warmstart
