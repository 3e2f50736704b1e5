#include "core/train/session.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/export/weights.h"
#include "core/run/run_history.h"
#include "core/train/machine.h"
#include "core/train/stage_builder.h"

namespace warmstart {
namespace {

/// Weights of a finished stage as they go to the next one: the averaged ones where averaging is on.
StateDict handed_on(const Checkpoint& checkpoint) {
  StateDict weights;
  for (const auto& [name, tensor] : checkpoint.part("model")) weights[name] = tensor;
  for (const auto& [name, tensor] : checkpoint.part("average")) weights[name] = tensor;
  return weights;
}

class Session {
 public:
  Session(const RunFolder& folder, const SessionOptions& options)
      : folder_(folder),
        plan_(load_run_plan(folder)),
        device_(parse_device(options.device)),
        recorder_(folder, options.listener),
        sources_(plan_.recipe) {}

  Recorder& recorder() { return recorder_; }

  SessionOutcome run(std::int64_t threads) {
    plan_stages();
    std::optional<FoundCheckpoint> resume = newest_valid_checkpoint(folder_);
    if (!resume) resume = extended_stage();
    choose_threads(threads, resume);
    numeric_self_test(device_);
    announce(resume);
    std::size_t first =
        resume ? static_cast<std::size_t>(resume->checkpoint.stage_index) : finished_stages();
    for (std::size_t i = first; i < stages_.size(); ++i) {
      const bool restored = resume && i == first;
      if (run_stage(i, restored ? &resume->checkpoint : nullptr) == StageOutcome::kInterrupted) {
        recorder_.event("stopped", {{"stage", stages_[i]->name}}, true);
        return SessionOutcome::kInterrupted;
      }
    }
    recorder_.event("done", Json::object(), true);
    return SessionOutcome::kDone;
  }

 private:
  /// The same number of threads as before, or the bits of the loss curve change.
  void choose_threads(std::int64_t threads, const std::optional<FoundCheckpoint>& resume) {
    const std::int64_t wanted = resume ? resume->checkpoint.threads : threads;
    set_threads(wanted);
    if (resume && resume->checkpoint.blas != blas_name()) {
      recorder_.warn("resume is not bit-exact here: the checkpoint was written with BLAS '" +
                     resume->checkpoint.blas + "', this process has '" + blas_name() + "'");
    }
  }

  void plan_stages() {
    std::int64_t global = 0;
    for (const std::string& name : plan_.recipe.arm(plan_.arm)) {
      const StageSpec& stage = plan_.recipe.stage(name);
      const bool last = stages_.size() + 1 == plan_.recipe.arm(plan_.arm).size();
      std::int64_t steps =
          stage_steps(stage, *sources_.get(stage.data)) + (last ? plan_.extra_steps : 0);
      positions_.push_back({static_cast<std::int64_t>(stages_.size()), steps, global});
      stages_.push_back(&stage);
      global += steps;
    }
    total_steps_ = global;
  }

  void announce(const std::optional<FoundCheckpoint>& resume) {
    Json fields{{"arm", plan_.arm},
                {"seed", plan_.seed},
                {"total_steps", total_steps_},
                {"global_step", begin_of(finished_stages())},
                {"device", device_.str()},
                {"threads", at::get_num_threads()},
                {"blas", blas_name()}};
    if (!resume) {
      recorder_.event("start", fields, true);
      return;
    }
    for (const std::string& reason : resume->skipped)
      recorder_.warn("damaged checkpoint skipped: " + reason);
    fields["stage"] = resume->checkpoint.stage;
    fields["step"] = resume->checkpoint.step;
    fields["global_step"] = resume->checkpoint.global_step;
    recorder_.event("resume", fields, true);
  }

  /// Steps before stage `i`; of one behind the last, all.
  std::int64_t begin_of(std::size_t i) const {
    return i < positions_.size() ? positions_[i].first_global_step : total_steps_;
  }

  Path stage_file(std::size_t i) const {
    return folder_.checkpoints() / ("stage-" + stages_[i]->name + ".ckpt");
  }

  /// Without a step checkpoint, stages whose result is on disk need not run again.
  std::size_t finished_stages() const {
    std::size_t done = 0;
    while (done < stages_.size() && std::filesystem::exists(stage_file(done))) ++done;
    return done;
  }

  /// A finished run that was given more steps goes on in its last stage.
  std::optional<FoundCheckpoint> extended_stage() const {
    if (finished_stages() < stages_.size()) return std::nullopt;
    const Path path = stage_file(stages_.size() - 1);
    Checkpoint checkpoint = load_checkpoint(path);
    if (checkpoint.step >= positions_.back().steps) return std::nullopt;
    return FoundCheckpoint{std::move(checkpoint), path, {}};
  }

  /// An arm's first stage has none before it.
  bool starts_alone(std::size_t i) const {
    return i == 0 && (stages_[i]->from == "previous" || stages_[i]->from == "first");
  }

  std::optional<StateDict> incoming_weights(std::size_t i) const {
    const std::string& from = stages_[i]->from;
    if (from == "scratch" || starts_alone(i)) return std::nullopt;
    if (from == "previous") return handed_on(load_checkpoint(stage_file(i - 1)));
    if (from == "first") return handed_on(load_checkpoint(stage_file(0)));
    return read_weights(from).tensors;
  }

  StageOutcome run_stage(std::size_t i, const Checkpoint* checkpoint) {
    const StageSpec& stage = *stages_[i];
    const std::optional<StateDict> weights = incoming_weights(i);
    StageParts parts = build_stage(plan_, stage, positions_[i], weights ? &*weights : nullptr,
                                   sources_, device_, recorder_);
    std::int64_t parameters = 0;
    for (const at::Tensor& parameter : parts.model->parameters()) parameters += parameter.numel();
    const std::shared_ptr<Model> model = parts.model;
    recorder_.event("stage", {{"stage", stage.name},
                              {"index", i},
                              {"steps", positions_[i].steps},
                              {"global_step", positions_[i].first_global_step},
                              {"parameters", parameters},
                              {"from", starts_alone(i) ? "scratch" : stage.from}});
    Trainer trainer(std::move(parts), recorder_);
    if (checkpoint != nullptr) trainer.restore(*checkpoint);
    if (trainer.train() == StageOutcome::kInterrupted) return StageOutcome::kInterrupted;
    measure_after(i, *model, trainer.average());
    save_checkpoint(folder_, "stage-" + stage.name, trainer.checkpoint());
    prune_checkpoints(folder_, 0);
    recorder_.event("checkpoint",
                    {{"stage", stage.name},
                     {"global_step", positions_[i].first_global_step + positions_[i].steps},
                     {"file", "checkpoints/stage-" + stage.name + ".ckpt"}},
                    true);
    return StageOutcome::kFinished;
  }

  void measure_after(std::size_t i, Model& model, WeightAverage& average) {
    recorder_.flush();  // as before validation: measuring is long and silent
    const AveragedWeights averaged(average);
    const bool last = i + 1 == stages_.size();
    const RunHistory history = read_history(folder_);
    for (const MeasureSpec& measure : plan_.recipe.measure) {
      if (measure.after.empty() ? !last : measure.after != stages_[i]->name) continue;
      Json fields =
          evaluate(model, *sources_.get(measure.on), measure, device_, &history).to_json();
      fields["stage"] = stages_[i]->name;
      fields["arm"] = plan_.arm;
      fields["on"] = measure.on;
      fields["global_step"] = positions_[i].first_global_step + positions_[i].steps;
      recorder_.event("measure", std::move(fields), true);
    }
  }

  RunFolder folder_;
  RunPlan plan_;
  at::Device device_;
  Recorder recorder_;
  Sources sources_;
  std::vector<const StageSpec*> stages_;
  std::vector<StagePosition> positions_;
  std::int64_t total_steps_ = 0;
};

}  // namespace

SessionOutcome run_session(const RunFolder& folder, const SessionOptions& options) {
  Session session(folder, options);
  try {
    return session.run(options.threads);
  } catch (const Error& error) {
    session.recorder().event(
        "failed", {{"error", error.what()}, {"exit", static_cast<int>(error.kind())}}, true);
    throw;
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    session.recorder().event("failed", {{"error", text}, {"exit", 4}}, true);
    throw Error("LibTorch: " + text.substr(0, text.find('\n')), folder.id(),
                "if memory ran out use a smaller batch or patch", ErrorKind::kMachine);
  }
}

RunPlan load_run_plan(const RunFolder& folder) {
  const Json state = Json::parse(read_file(folder.state()), nullptr, false);
  if (state.is_discarded()) {
    throw Error("run.json is not readable", folder.state().string(), "submit the recipe again",
                ErrorKind::kMachine);
  }
  RunPlan plan;
  RecipeOptions options;
  options.profile = "";  // recipe.yaml is resolved already
  plan.recipe = parse_recipe(read_file(folder.recipe()), folder.recipe().string(), options);
  plan.recipe.id = state.value("recipe", plan.recipe.id);
  plan.arm = state.value("arm", plan.recipe.arms.front().first);
  plan.seed = state.value("seed", std::uint64_t{0});
  plan.extra_steps = state.value("extra_steps", std::int64_t{0});
  return plan;
}

namespace {

/// What the run's folder has, as load_trained_model() takes it: "last, best, pretrain, 40, 60".
std::string kept_checkpoints(const RunFolder& folder, const std::string& last_stage) {
  std::vector<std::string> names;
  std::vector<std::int64_t> steps;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints(), ignored)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() != ".ckpt") continue;
    if (stem == "best") names.push_back(stem);
    if (stem.starts_with("stage-"))
      names.push_back(stem.substr(6) == last_stage ? "last" : stem.substr(6));
    if (stem.starts_with("step-")) steps.push_back(std::atoll(stem.c_str() + 5));
  }
  std::sort(names.begin(), names.end());
  std::sort(steps.begin(), steps.end());
  for (const std::int64_t step : steps) names.push_back(std::to_string(step));
  return join_names(names);
}

Path checkpoint_file(const RunFolder& folder, const std::string& last_stage,
                     const std::string& checkpoint) {
  const auto named = [&](const std::string& name) {
    return folder.checkpoints() / (name + ".ckpt");
  };
  const bool last = checkpoint == "last";
  std::vector<Path> places{named("step-" + checkpoint), named("stage-" + checkpoint)};
  if (last) places = {named("stage-" + last_stage)};
  if (checkpoint == "best") places = {named("best")};
  for (const Path& place : places) {
    if (std::filesystem::exists(place)) return place;
  }
  const std::string kept = kept_checkpoints(folder, last_stage);
  throw Error(last ? "the run has no finished model yet"
                   : "the run has no checkpoint \"" + checkpoint + "\"",
              folder.checkpoints().string(),
              last ? "wait until it is done, or resume it; it has " + kept : "it has " + kept);
}

}  // namespace

TrainedModel load_trained_model(const RunFolder& folder, at::Device device,
                                const std::string& checkpoint) {
  TrainedModel trained;
  trained.plan = load_run_plan(folder);
  const Recipe& recipe = trained.plan.recipe;
  const std::string& last_stage = recipe.arm(trained.plan.arm).back();
  const Path file = checkpoint_file(folder, last_stage, checkpoint);
  const Checkpoint saved = load_checkpoint(file);
  trained.stage = &recipe.stage(saved.stage);
  trained.checkpoint = file.filename().string();
  trained.global_step = saved.global_step;
  trained.last = file.stem() == "stage-" + last_stage;
  Sources sources(recipe);
  for (const MeasureSpec& measure : recipe.measure) {
    const bool fits = measure.after.empty() || measure.after == saved.stage;
    if (trained.measure == nullptr && fits) trained.measure = &measure;
  }
  trained.facts = sources.get(trained.stage->data)->dataset().facts();
  trained.source =
      sources.get(trained.measure != nullptr ? trained.measure->on : trained.stage->data);
  trained.model = build_model(recipe, *trained.stage, trained.facts, trained.plan.seed, 0);
  SurgeryReport report;
  create<Surgery>({"transfer", Value::map(), {}})
      ->operate(handed_on(saved), *trained.model, report);
  if (!report.missing.empty() || !report.reshaped.empty()) {
    throw Error("the checkpoint does not fit the recipe's model", file.string(),
                "run the recipe again");
  }
  trained.model->to(device);
  trained.model->eval();
  return trained;
}

}  // namespace warmstart
