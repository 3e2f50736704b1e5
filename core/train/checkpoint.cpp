#include "core/train/checkpoint.h"

#include <algorithm>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr const char* kCheckpointFormat = "warmstart checkpoint 1";

std::vector<Path> step_checkpoints(const RunFolder& folder) {
  std::vector<std::pair<std::int64_t, Path>> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("step-", 0) == 0 && entry.path().extension() == ".ckpt") {
      found.emplace_back(std::atoll(name.c_str() + 5), entry.path());
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Path> newest_first;
  for (auto& [step, path] : found) newest_first.push_back(std::move(path));
  return newest_first;
}

Json position_json(const Checkpoint& c) {
  return {{"stage", c.stage},
          {"stage_index", c.stage_index},
          {"step", c.step},
          {"global_step", c.global_step},
          {"seed", c.seed},
          {"threads", c.threads},
          {"blas", c.blas},
          {"torch", c.torch_version},
          {"best", c.best},
          {"has_best", c.has_best},
          {"stale_validations", c.stale_validations}};
}

}  // namespace

NamedTensors Checkpoint::part(const std::string& prefix) const {
  NamedTensors out;
  for (const auto& [name, tensor] : tensors) {
    if (name.rfind(prefix + ".", 0) == 0) out.emplace_back(name.substr(prefix.size() + 1), tensor);
  }
  return out;
}

Path save_checkpoint(const RunFolder& folder, const std::string& name,
                     const Checkpoint& checkpoint) {
  const Path path = folder.checkpoints() / (name + ".ckpt");
  save_tensors(path,
               {{"format", kCheckpointFormat}, {"position", position_json(checkpoint).dump()}},
               checkpoint.tensors);
  return path;
}

Checkpoint load_checkpoint(const Path& path) {
  const TensorFile file = TensorFile::open(path, true);
  const auto format = file.metadata().find("format");
  const auto position = file.metadata().find("position");
  if (format == file.metadata().end() || format->second != kCheckpointFormat ||
      position == file.metadata().end()) {
    throw Error("not a checkpoint of this program", path.string(),
                "weights of other programs come in with `warmstart import`");
  }
  const Json j = Json::parse(position->second);
  Checkpoint c;
  c.stage = j.at("stage");
  c.stage_index = j.at("stage_index");
  c.step = j.at("step");
  c.global_step = j.at("global_step");
  c.seed = j.at("seed");
  c.threads = j.at("threads");
  c.blas = j.at("blas");
  c.torch_version = j.at("torch");
  c.best = j.at("best").is_null() ? 0.0 : j.at("best").get<double>();
  c.has_best = j.at("has_best");
  c.stale_validations = j.at("stale_validations");
  for (const Array& array : file.arrays()) c.tensors.emplace_back(array.name, to_tensor(array));
  return c;
}

std::optional<FoundCheckpoint> newest_valid_checkpoint(const RunFolder& folder) {
  FoundCheckpoint found;
  for (const Path& path : step_checkpoints(folder)) {
    try {
      found.checkpoint = load_checkpoint(path);
      found.path = path;
      return found;
    } catch (const Error& error) {
      found.skipped.push_back(error.what());
    }
  }
  if (!found.skipped.empty()) {
    throw Error("no checkpoint of this run can be read: " + found.skipped.front(),
                folder.root.string(), "retry the run from the start", ErrorKind::kMachine);
  }
  return std::nullopt;
}

void prune_checkpoints(const RunFolder& folder, std::size_t keep) {
  const std::vector<Path> newest_first = step_checkpoints(folder);
  for (std::size_t i = keep; i < newest_first.size(); ++i) {
    file_system().unlink(newest_first[i].c_str());
  }
}

}  // namespace warmstart
