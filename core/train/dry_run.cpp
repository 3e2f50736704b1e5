#include "core/train/dry_run.h"

#include <algorithm>
#include <cstdio>

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/export/weights.h"
#include "core/train/machine.h"
#include "core/train/stage_cost.h"

namespace warmstart {
namespace {

/// A folder of its own below the system's temporary one, gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "warmstart-dryrun-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error("cannot make a temporary folder", pattern, "set $TMPDIR to a writable folder",
                  ErrorKind::kMachine);
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const Path& path() const { return path_; }

 private:
  Path path_;
};

struct ArmCost {
  std::string arm;
  std::vector<StageCost> stages;

  std::int64_t steps() const {
    std::int64_t steps = 0;
    for (const StageCost& stage : stages) steps += stage.steps;
    return steps;
  }
  double seconds() const {
    double seconds = 0;
    for (const StageCost& stage : stages) seconds += stage.seconds();
    return seconds;
  }
  /// The most that one run has on the disk: each stage's result and captures, the best, and while
  /// it trains the two newest step checkpoints and the one being written.
  std::uint64_t disk() const {
    std::uint64_t kept = 0, passing = 0;
    for (const StageCost& stage : stages) {
      kept += stage.checkpoint_bytes * (stage.keeps_best ? 2 : 1) + stage.capture_bytes;
      passing = std::max(passing, stage.checkpoint_bytes * (stage.keeps_steps ? 3 : 1));
    }
    return kept + passing;
  }
  std::uint64_t memory() const {
    std::uint64_t most = 0;
    for (const StageCost& stage : stages)
      most = std::max(most, stage.memory_peak + stage.data_cache);
    return most;
  }
  std::uint64_t device_memory() const {
    std::uint64_t most = 0;
    for (const StageCost& stage : stages) most = std::max(most, stage.device_memory.value_or(0));
    return most;
  }
  Json to_json() const {
    Json list = Json::array();
    for (const StageCost& stage : stages) list.push_back(stage.to_json());
    return {{"arm", arm},
            {"steps", steps()},
            {"seconds", seconds()},
            {"disk_bytes", disk()},
            {"stages", list}};
  }
};

std::string gib_text(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
  return text;
}

std::uint64_t free_disk(Path folder) {
  std::error_code none;
  folder = std::filesystem::absolute(folder, none);
  while (!std::filesystem::exists(folder, none) && folder.has_relative_path())
    folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, none);
  return none ? 0 : space.available;
}

class DryRun {
 public:
  DryRun(const Recipe& recipe, const DryRunOptions& options)
      : options_(options), device_(parse_device(options.device)) {
    plan_.recipe = recipe;
    plan_.seed = static_cast<std::uint64_t>(recipe.seeds.empty() ? 0 : recipe.seeds.front());
    free_memory_ = available_memory() + resident_memory();
    free_device_ = free_device_memory(device_);
    free_disk_ = free_disk(options.workspace);
  }

  Json run() {
    for (const std::string& arm : chosen_arms(plan_.recipe, options_.arms))
      arms_.push_back(measure_arm(arm));
    return report();
  }

 private:
  ArmCost measure_arm(const std::string& arm) {
    plan_.arm = arm;
    ArmCost cost{arm, {}};
    Sources sources(plan_.recipe);
    const std::vector<std::string>& names = plan_.recipe.arm(arm);
    std::optional<StateDict> handed_on, first;
    std::int64_t global = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      options_.say("arm " + arm + ", stage " + names[i]);
      const StageSpec& stage = plan_.recipe.stage(names[i]);
      const std::int64_t steps = stage_steps(stage, *sources.get(stage.data));
      const std::optional<StateDict> weights =
          incoming(stage, stage.from == "first" ? first : handed_on);
      const TemporaryFolder folder;
      const MeasuredStage measured =
          measure_stage({plan_,
                         stage,
                         {static_cast<std::int64_t>(i), steps, global},
                         weights ? &*weights : nullptr,
                         i + 1 == names.size()},
                        sources, device_, RunFolder::create(folder.path(), "run"));
      cost.stages.push_back(measured.cost);
      handed_on.emplace();
      for (const auto& [name, tensor] : state_dict(*measured.model))
        (*handed_on)[name] = tensor.detach().cpu().clone();
      if (!first) first = handed_on;
      global += steps;
    }
    return cost;
  }

  static std::optional<StateDict> incoming(const StageSpec& stage,
                                           const std::optional<StateDict>& handed_on) {
    if (stage.from == "scratch") return std::nullopt;
    if (stage.from == "previous" || stage.from == "first") return handed_on;
    return read_weights(stage.from).tensors;
  }

  Json report() const {
    Json arms = Json::array();
    std::int64_t steps = 0;
    double seconds = 0;
    std::uint64_t disk = 0, memory = 0, device = 0;
    for (const ArmCost& arm : arms_) {
      arms.push_back(arm.to_json());
      steps += arm.steps() * options_.seeds;
      seconds += arm.seconds() * static_cast<double>(options_.seeds);
      disk += arm.disk() * static_cast<std::uint64_t>(options_.seeds);
      memory = std::max(memory, arm.memory());
      device = std::max(device, arm.device_memory());
    }
    const Json on_device = device_.is_cuda() ? Json(device) : Json(nullptr);
    return {{"recipe", plan_.recipe.id},
            {"title", plan_.recipe.title},
            {"profile", plan_.recipe.profile},
            {"device", device_.str()},
            {"threads", options_.threads},
            {"seeds", options_.seeds},
            {"arms", arms},
            {"total",
             {{"runs", options_.seeds * static_cast<std::int64_t>(arms_.size())},
              {"steps", steps},
              {"seconds", seconds},
              {"disk_bytes", disk},
              {"memory_bytes", memory},
              {"device_bytes", on_device}}},
            {"free",
             {{"disk_bytes", free_disk_},
              {"memory_bytes", free_memory_},
              {"device_bytes", free_device_ ? Json(*free_device_) : Json(nullptr)}}},
            {"warnings", warnings(disk, memory, device)}};
  }

  Json warnings(std::uint64_t disk, std::uint64_t memory, std::uint64_t device) const {
    Json list = Json::array();
    const auto check = [&](const char* what, std::uint64_t needed, std::uint64_t free,
                           const char* advice) {
      if (free == 0 || needed <= free) return;
      list.push_back(std::string("needs about ") + gib_text(needed) + " of " + what + ", " +
                     gib_text(free) + " are free; " + advice);
    };
    check("memory", memory, free_memory_, "use a smaller batch, patch or model");
    check("device memory", device, free_device_.value_or(0),
          "use a smaller batch, patch or model, or bfloat16");
    check("disk", disk, free_disk_, "free some space, capture less often, or run fewer seeds");
    for (const ArmCost& arm : arms_) {
      for (const StageCost& stage : arm.stages) {
        if (stage.loader_wait_share < 0.5) continue;
        list.push_back("arm " + arm.arm + ", stage " + stage.stage + ": " +
                       std::to_string(static_cast<int>(stage.loader_wait_share * 100)) +
                       " % of a step is waiting for data; raise trainer.workers");
      }
    }
    if (!device_.is_cuda() && blas_is_slow())
      list.push_back(
          "LibTorch runs on the reference BLAS, about 40 times slower; install "
          "libopenblas0-openmp");
    return list;
  }

  const DryRunOptions& options_;
  at::Device device_;
  RunPlan plan_;
  std::vector<ArmCost> arms_;
  std::uint64_t free_memory_ = 0, free_disk_ = 0;
  std::optional<std::uint64_t> free_device_;
};

}  // namespace

Json dry_run(const Recipe& recipe, const DryRunOptions& options) {
  set_threads(options.threads);
  numeric_self_test(parse_device(options.device));
  return DryRun(recipe, options).run();
}

}  // namespace warmstart
