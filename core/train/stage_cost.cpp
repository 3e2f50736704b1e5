#include "core/train/stage_cost.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/train/machine.h"

namespace warmstart {
namespace {

constexpr std::size_t kTimedSteps = 3;  // after the first one, which warms up
constexpr std::size_t kMostTimedSteps = 20;
constexpr double kTimedSeconds = 2;  // fast steps are timed until this is over

double cost_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds that `action` takes.
template <class Action>
double timed(const Action& action) {
  const double start = cost_clock();
  action();
  return cost_clock() - start;
}

/// Watches the trainer's steps and ends it once enough of them are timed.
class StepWatch {
 public:
  explicit StepWatch(const RunFolder& folder) : folder_(folder) {}
  void see(const Json& event) {
    if (event.value("event", "") != "step") return;
    ends_.push_back(cost_clock());
    waits_.push_back(event.at("scalars").value("loader_wait_share", 0.0));
    const std::size_t timed_steps = ends_.size() - 1;
    const bool enough =
        timed_steps >= kMostTimedSteps ||
        (timed_steps >= kTimedSteps && ends_.back() - ends_.front() >= kTimedSeconds);
    if (!enough || asked_) return;
    asked_ = true;
    send_control(folder_, {{"command", "stop"}});
  }
  bool asked() const { return asked_; }
  /// The middle one: a step that was disturbed does not count.
  double seconds_per_step() const { return middle(differences()); }
  double wait_share() const { return middle({waits_.begin() + 1, waits_.end()}); }
  bool any() const { return ends_.size() > 1; }

 private:
  std::vector<double> differences() const {
    std::vector<double> seconds;
    for (std::size_t i = 1; i < ends_.size(); ++i) seconds.push_back(ends_[i] - ends_[i - 1]);
    return seconds;
  }
  static double middle(std::vector<double> values) {
    if (values.empty()) return 0;
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  }
  RunFolder folder_;
  std::vector<double> ends_, waits_;
  bool asked_ = false;
};

/// The stage with everything off that the steps' time should not contain.
StageSpec only_steps(StageSpec stage) {
  stage.trainer.log_every = 1;
  stage.trainer.statistics_every = 0;
  stage.trainer.checkpoint_every = 0;
  stage.trainer.validate_every = 0;
  stage.trainer.early_stop = 0;
  return stage;
}

/// How often something happens that is done every so many steps, and once at the end.
std::int64_t occasions(std::int64_t steps, std::int64_t every) {
  if (every <= 0) return 1;
  return steps / every + (steps % every != 0 ? 1 : 0);
}

/// About what a source keeps of its samples in time, by the size of its first one.
std::uint64_t cache_of(const Source& source) {
  if (source.size() == 0) return 0;
  constexpr std::uint64_t kCacheLimit = std::uint64_t{2} << 30;  // of a Source
  std::uint64_t bytes = 0;
  const Sample first = source.dataset().get(0);
  for (const auto& [name, tensor] : first.fields.fields()) bytes += tensor.nbytes();
  return std::min(kCacheLimit, bytes * static_cast<std::uint64_t>(source.size()));
}

class StageMeasurement {
 public:
  StageMeasurement(const StageCostRequest& request, Sources& sources, at::Device device,
                   const RunFolder& folder)
      : request_(request),
        quick_(only_steps(request.stage)),
        sources_(sources),
        device_(device),
        watch_(folder),
        recorder_(folder, [this](const Json& event) { watch_.see(event); }) {}

  MeasuredStage run() {
    release_free_memory();
    const std::uint64_t before = resident_memory();
    const std::optional<std::uint64_t> device_before = free_device_memory(device_);
    reset_peak_memory();
    StageParts parts = build();
    describe(parts);
    profile(parts);
    std::vector<Watch> watches = std::move(parts.watches);
    const std::shared_ptr<Objective> objective = parts.objective;
    MeasuredStage measured{{}, parts.model};
    time_steps(std::move(parts));
    cost_.memory_peak = peak_memory();
    cost_.memory_growth = cost_.memory_peak - std::min(before, cost_.memory_peak);
    if (const auto now = free_device_memory(device_); now && device_before)
      cost_.device_memory = *device_before - std::min(*now, *device_before);
    time_captures(watches, *objective, *measured.model);
    time_measures(*measured.model);
    measured.cost = std::move(cost_);
    return measured;
  }

 private:
  StageParts build() {
    StageParts parts = build_stage(request_.plan, quick_, request_.position, request_.weights,
                                   sources_, device_, recorder_);
    parts.validation.reset();  // timed on its own
    return parts;
  }

  void describe(const StageParts& parts) {
    const StageSpec& stage = request_.stage;
    cost_.stage = stage.name;
    cost_.steps = request_.position.steps;
    cost_.batch_size = stage.trainer.batch_size;
    cost_.accumulate = stage.trainer.accumulate;
    const auto count = [&](torch::nn::Module& module, std::int64_t& all) {
      for (const at::Tensor& parameter : module.parameters()) {
        all += parameter.numel();
        if (parameter.requires_grad()) cost_.trainable += parameter.numel();
      }
    };
    count(*parts.model, cost_.model_parameters);
    count(*parts.objective, cost_.objective_parameters);
    cost_.keeps_steps =
        stage.trainer.checkpoint_every > 0 && stage.trainer.checkpoint_every < cost_.steps;
    cost_.keeps_best = !stage.validation.empty();
    cost_.data_cache = cache_of(*parts.source);
  }

  /// One batch through the objective, as in training but for the update.
  void profile(const StageParts& parts) {
    Loader loader(parts.source, {quick_.trainer.batch_size, 1, 0, 1, 0});
    const Batch batch = loader.next().to(device_);
    parts.model->train();
    parts.objective->train();
    Context context{*parts.model, mix_seed(0, "dry run"), 0, cost_.steps, true};
    cost_.forward =
        measure_forward({{"model", parts.model.get()}, {"objective", parts.objective.get()}},
                        [&] { parts.objective->evaluate(batch, context); });
    const std::int64_t samples = std::max<std::int64_t>(1, quick_.trainer.batch_size);
    cost_.forward.macs /= samples;
    cost_.forward.activation_bytes /= samples;
    for (LayerCost& layer : cost_.forward.layers) {
      layer.macs /= samples;
      layer.activation_bytes /= samples;
    }
  }

  void time_steps(StageParts parts) {
    Trainer trainer(std::move(parts), recorder_);
    const double all = timed([&] {
      if (trainer.train() == StageOutcome::kInterrupted && !watch_.asked())
        throw Error("the dry run was stopped", request_.stage.name, "start it again",
                    ErrorKind::kInterrupted);
    });
    // A stage of one step has no second one to time.
    cost_.seconds_per_step = watch_.any() ? watch_.seconds_per_step() : all;
    cost_.loader_wait_share = watch_.any() ? watch_.wait_share() : 0;
    cost_.seconds_training = cost_.seconds_per_step * static_cast<double>(cost_.steps);
    const Path file = save_checkpoint(recorder_.folder(), "dry-run", trainer.checkpoint());
    cost_.checkpoint_bytes = std::filesystem::file_size(file);
  }

  void time_captures(std::vector<Watch>& watches, Objective& objective, Model& model) {
    for (Watch& watch : watches) {
      Context context{model, mix_seed(0, "dry run"), 0, cost_.steps, false};
      const double seconds =
          timed([&] { watch.capture(objective, context, request_.stage.name, 0, recorder_); });
      const Path file = recorder_.folder().captures() / "0" / (watch.name() + ".safetensors");
      const std::int64_t times = occasions(cost_.steps, watch.interval());
      cost_.seconds_capturing += seconds * static_cast<double>(times);
      cost_.capture_bytes += std::filesystem::file_size(file) * static_cast<std::uint64_t>(times);
    }
  }

  void time_measures(Model& model) {
    const StageSpec& stage = request_.stage;
    std::set<std::string> kept;
    for (const MeasureSpec& measure : request_.plan.recipe.measure) {
      std::int64_t times = 0;
      if (measure.on == stage.validation)
        times += occasions(cost_.steps, stage.trainer.validate_every);
      if (measure.after.empty() ? request_.last : measure.after == stage.name) ++times;
      if (times == 0) continue;
      const Source& source = *sources_.get(measure.on);
      if (source.size() == 0) continue;
      if (measure.on != stage.data && kept.insert(measure.on).second)
        cost_.data_cache += cache_of(source);
      const double seconds = timed([&] { Evaluation(model, source, measure, device_).add(0); });
      cost_.seconds_measuring += seconds * static_cast<double>(times * source.size());
    }
  }

  const StageCostRequest& request_;
  StageSpec quick_;
  Sources& sources_;
  at::Device device_;
  StepWatch watch_;
  Recorder recorder_;
  StageCost cost_;
};

Json layer_json(const LayerCost& layer) {
  return {{"path", layer.path},
          {"type", layer.type},
          {"output_shape", layer.output_shape},
          {"parameters", layer.parameters},
          {"trainable", layer.trainable},
          {"macs", layer.macs},
          {"activation_bytes", layer.activation_bytes}};
}

}  // namespace

Json StageCost::to_json() const {
  Json layers = Json::array();
  for (const LayerCost& layer : forward.layers) layers.push_back(layer_json(layer));
  return {{"stage", stage},
          {"steps", steps},
          {"batch_size", batch_size},
          {"accumulate", accumulate},
          {"parameters",
           {{"total", model_parameters + objective_parameters},
            {"model", model_parameters},
            {"objective", objective_parameters},
            {"trainable", trainable}}},
          {"macs", forward.macs},
          {"activation_bytes", forward.activation_bytes},
          {"seconds_per_step", seconds_per_step},
          {"loader_wait_share", loader_wait_share},
          {"seconds",
           {{"training", seconds_training},
            {"measuring", seconds_measuring},
            {"capturing", seconds_capturing},
            {"total", seconds()}}},
          {"memory",
           {{"growth_bytes", memory_growth},
            {"peak_bytes", memory_peak},
            {"data_cache_bytes", data_cache},
            {"device_bytes", device_memory ? Json(*device_memory) : Json(nullptr)}}},
          {"disk", {{"checkpoint_bytes", checkpoint_bytes}, {"capture_bytes", capture_bytes}}},
          {"layers", layers}};
}

MeasuredStage measure_stage(const StageCostRequest& request, Sources& sources, at::Device device,
                            const RunFolder& folder) {
  return StageMeasurement(request, sources, device, folder).run();
}

}  // namespace warmstart
