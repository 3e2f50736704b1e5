#include "core/train/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <cmath>

#include "core/base/error.h"
#include "core/surgery/surgery.h"
#include "core/train/autocast.h"
#include "core/train/machine.h"

namespace warmstart {
namespace {

constexpr double kSystemSeconds = 5;  ///< between two looks at what the process takes

double trainer_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Parameters that learn: the model's, then the objective's own.
std::vector<std::pair<std::string, at::Tensor>> trained_parameters(const StageParts& parts) {
  std::vector<std::pair<std::string, at::Tensor>> trained;
  const auto add = [&](const std::string& prefix, torch::nn::Module& module) {
    for (const auto& item : module.named_parameters()) {
      if (item.value().requires_grad())
        trained.emplace_back(prefix + "." + item.key(), item.value());
    }
  };
  add("model", *parts.model);
  add("objective", *parts.objective);
  if (trained.empty()) {
    throw Error("every parameter is frozen", "stages." + parts.spec.name,
                "freeze less, or give the stage an objective with parameters of its own");
  }
  return trained;
}

void copy_tensors(const NamedTensors& from, const NamedTensors& to, const std::string& what) {
  const c10::AutoGradMode no_grad(false);
  for (const auto& [name, target] : to) {
    const auto found = std::find_if(from.begin(), from.end(),
                                    [&](const auto& item) { return item.first == name; });
    if (found == from.end() || found->second.sizes() != target.sizes()) {
      throw Error("the checkpoint has no fitting " + what + " tensor '" + name + "'", "checkpoint",
                  "retry the run from the start");
    }
    at::Tensor(target).copy_(found->second);
  }
}

NamedTensors state_of(const torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : state_dict(module)) tensors.emplace_back(name, tensor);
  return tensors;
}

std::string not_finite_text(double value) {
  if (std::isnan(value)) return "nan";  // without the sign that printf shows for some
  return value > 0 ? "inf" : "-inf";
}

}  // namespace

Trainer::Trainer(StageParts parts, Recorder& recorder)
    : parts_(std::move(parts)),
      recorder_(recorder),
      trained_(trained_parameters(parts_)),
      average_(*parts_.model, parts_.spec.trainer.ema),
      statistics_(trained_),
      use_(parts_.device.is_cuda() ? std::max<int>(0, parts_.device.index()) : -1) {
  parts_.optimizer->attach(trained_);
}

void Trainer::restore(const Checkpoint& saved) {
  copy_tensors(saved.part("model"), state_of(*parts_.model), "model");
  copy_tensors(saved.part("objective"), state_of(*parts_.objective), "objective");
  copy_tensors(saved.part("optimizer"), parts_.optimizer->state(), "optimizer");
  if (average_.on()) average_.restore(saved.part("average"));
  step_ = saved.step;
  best_ = saved.best;
  has_best_ = saved.has_best;
  stale_validations_ = saved.stale_validations;
}

StageOutcome Trainer::train() {
  const TrainerSettings& settings = parts_.spec.trainer;
  parts_.model->train();
  parts_.objective->train();
  LoaderConfig order{settings.batch_size, settings.workers, step_ * settings.accumulate,
                     parts_.steps * settings.accumulate,
                     mix_seed(parts_.seed, "data", static_cast<std::uint64_t>(parts_.index))};
  loader_ = std::make_unique<Loader>(parts_.source, order);
  window_start_ = trainer_clock();
  while (step_ < parts_.steps) {
    // Every draw inside the step derives from this seed, so that a resumed run repeats it.
    at::manual_seed(context(true).seed);
    Loss loss;
    const double gradient_norm = forward_backward(loss);
    if (!loss_is_usable(loss, batch_)) {
      ++step_;
      continue;
    }
    const bool statistics =
        settings.statistics_every > 0 && (step_ + 1) % settings.statistics_every == 0;
    if (statistics) statistics_.before_step();
    update();
    ++step_;
    if (statistics) {
      Json fields = statistics_.after_step();
      fields["stage"] = parts_.spec.name;
      fields["global_step"] = global_step();
      recorder_.event("statistics", std::move(fields));
    }
    if (every(settings.log_every) || step_ == parts_.steps) record(loss, gradient_norm);
    after_step();
    const Recorder::Requests requests = recorder_.poll();
    if (requests.checkpoint || requests.stop) save("step-" + std::to_string(global_step()));
    if (requests.capture) capture(true);
    if (requests.stop && step_ < parts_.steps) return StageOutcome::kInterrupted;
    if (settings.early_stop > 0 && stale_validations_ >= settings.early_stop) break;
  }
  loader_.reset();
  return StageOutcome::kFinished;
}

Context Trainer::context(bool training) const {
  const std::string stream = "step." + std::to_string(parts_.index);
  return {*parts_.model, mix_seed(parts_.seed, stream, static_cast<std::uint64_t>(step_)), step_,
          parts_.steps, training};
}

/// Accumulates gradients over the step's batches; `loss` becomes their mean. Returns the gradient
/// norm.
double Trainer::forward_backward(Loss& loss) {
  const std::int64_t parts = parts_.spec.trainer.accumulate;
  for (const auto& [name, parameter] : trained_) parameter.mutable_grad().reset();
  for (std::int64_t part = 0; part < parts; ++part) {
    batch_ = loader_->next().to(parts_.device);
    Context now = context(true);
    now.seed = mix_seed(now.seed, "accumulate", static_cast<std::uint64_t>(part));
    Loss piece;
    {
      const Autocast autocast(parts_.spec.trainer.precision == "bfloat16", parts_.device);
      piece = parts_.objective->evaluate(batch_, now);
    }
    (piece.total / static_cast<double>(parts)).backward();
    piece.total = piece.total.detach() / static_cast<double>(parts);
    if (part == 0) {
      loss = std::move(piece);
    } else {
      loss.total = loss.total + piece.total;
    }
  }
  return clip_gradients();
}

double Trainer::clip_gradients() {
  const c10::AutoGradMode no_grad(false);
  std::vector<at::Tensor> gradients;
  for (const auto& [name, parameter] : trained_) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  if (gradients.empty()) return 0.0;
  const double norm = at::stack(at::_foreach_norm(gradients)).norm().item<double>();
  const double limit = parts_.spec.trainer.clip;
  if (limit > 0 && norm > limit && std::isfinite(norm))
    at::_foreach_mul_(gradients, limit / (norm + 1e-6));
  return norm;
}

bool Trainer::loss_is_usable(const Loss& loss, const Batch& batch) {
  const double value = loss.total.item<double>();
  if (std::isfinite(value)) return true;
  const Path kept = recorder_.folder().root / "nan-batch.safetensors";
  save_tensors(kept, {{"stage", parts_.spec.name}, {"step", std::to_string(step_ + 1)}},
               batch.fields());
  const std::string at = "stage '" + parts_.spec.name + "', step " + std::to_string(step_ + 1);
  if (parts_.spec.trainer.on_nan == "skip") {
    recorder_.event("warning",
                    {{"text", "loss is " + not_finite_text(value) + " at " + at +
                                  "; step skipped, batch saved to " + kept.string()},
                     {"global_step", global_step() + 1}},
                    true);
    return false;
  }
  throw Error("loss is " + not_finite_text(value) + " at " + at, "batch saved to " + kept.string(),
              "lower the learning rate, set trainer.clip, or look at the batch; the last "
              "checkpoint is kept",
              ErrorKind::kInput);
}

void Trainer::update() {
  const c10::AutoGradMode no_grad(false);
  parts_.optimizer->step(parts_.schedule->factor(step_, parts_.steps));
  if (average_.on()) average_.update();
  Context now = context(true);
  parts_.objective->after_step(now);
}

void Trainer::record(const Loss& loss, double gradient_norm) {
  const double now = trainer_clock();
  const TrainerSettings& settings = parts_.spec.trainer;
  const double seconds = std::max(1e-9, now - window_start_);
  const auto samples =
      static_cast<double>(settings.log_every * settings.batch_size * settings.accumulate);
  Json scalars{{"loss", loss.total.item<double>()}};
  for (const auto& [name, term] : loss.terms) scalars["loss." + name] = term.item<double>();
  scalars["learning_rate"] =
      parts_.optimizer->learning_rate() * parts_.schedule->factor(step_ - 1, parts_.steps);
  scalars["gradient_norm"] = gradient_norm;
  scalars["samples_per_second"] = samples / seconds;
  scalars["step_seconds"] = seconds / static_cast<double>(settings.log_every);
  scalars["loader_wait_share"] = (loader_->waited_seconds() - window_waited_) / seconds;
  window_start_ = now;
  window_waited_ = loader_->waited_seconds();
  recorder_.event("step", {{"stage", parts_.spec.name},
                           {"step", step_},
                           {"global_step", global_step()},
                           {"scalars", std::move(scalars)}});
  if (now - system_looked_ < kSystemSeconds) return;
  system_looked_ = now;
  Json use = use_.look();
  use["stage"] = parts_.spec.name;
  use["global_step"] = global_step();
  recorder_.event("system", std::move(use));
}

void Trainer::after_step() {
  const bool last = step_ == parts_.steps;
  if (parts_.validation && (every(parts_.spec.trainer.validate_every) || last)) validate();
  capture(last);
  if (every(parts_.spec.trainer.checkpoint_every) && !last)
    save("step-" + std::to_string(global_step()));
}

void Trainer::capture(bool all) {
  for (Watch& watch : parts_.watches) {
    if (!watch.due(step_) && !all) continue;
    Context now = context(false);
    watch.capture(*parts_.objective, now, parts_.spec.name, global_step(), recorder_);
  }
}

void Trainer::validate() {
  recorder_.flush();  // a watcher shall not wait for the last steps while this takes its time
  const AveragedWeights averaged(average_);
  const Measured measured =
      evaluate(*parts_.model, *parts_.validation, *parts_.validation_measure, parts_.device);
  Json fields = measured.to_json();
  fields["stage"] = parts_.spec.name;
  fields["global_step"] = global_step();
  fields["on"] = parts_.validation_measure->on;
  recorder_.event("validation", std::move(fields), true);
  const std::string& first = parts_.validation_measure->metrics.front().type;
  const bool higher =
      create<Metric>(parts_.validation_measure->metrics.front())->higher_is_better();
  const auto found = measured.values.find(first);
  if (found == measured.values.end() || std::isnan(found->second)) return;
  const bool better = !has_best_ || (higher ? found->second > best_ : found->second < best_);
  stale_validations_ = better ? 0 : stale_validations_ + 1;
  if (!better) return;
  best_ = found->second;
  has_best_ = true;
  save("best");
}

Checkpoint Trainer::checkpoint() const {
  Checkpoint out;
  out.stage = parts_.spec.name;
  out.stage_index = parts_.index;
  out.step = step_;
  out.global_step = global_step();
  out.seed = parts_.seed;
  out.threads = at::get_num_threads();
  out.blas = blas_name();
  out.torch_version = torch_version();
  out.best = best_;
  out.has_best = has_best_;
  out.stale_validations = stale_validations_;
  const auto add = [&](const std::string& prefix, const NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors)
      out.tensors.emplace_back(prefix + "." + name, tensor);
  };
  add("model", state_of(*parts_.model));
  add("objective", state_of(*parts_.objective));
  add("optimizer", parts_.optimizer->state());
  add("average", average_.state());
  return out;
}

void Trainer::save(const std::string& name) {
  recorder_.flush();
  const Path path = save_checkpoint(recorder_.folder(), name, checkpoint());
  prune_checkpoints(recorder_.folder(), 2);
  recorder_.event("checkpoint",
                  {{"stage", parts_.spec.name},
                   {"global_step", global_step()},
                   {"file", std::filesystem::relative(path, recorder_.folder().root).string()}},
                  true);
}

}  // namespace warmstart
