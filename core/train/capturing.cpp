#include "core/train/capturing.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "core/data/tensor_arrays.h"
#include "core/inspect/token_texts.h"
#include "core/models/evaluation_scope.h"
#include "core/run/run_history.h"

namespace warmstart {
namespace {

/// Whether it says where on the ground its samples lie.
bool placed(const Capture& capture) {
  return capture.header.contains("origins") &&
         std::any_of(capture.tensors.begin(), capture.tensors.end(),
                     [](const auto& tensor) { return tensor.first == "geotransform"; });
}

}  // namespace

Watch::Watch(const CaptureSpec& spec, const Source& source, at::Device device)
    : name_(spec.name),
      type_(spec.inspector.type),
      on_(spec.on),
      every_(spec.every),
      inspector_(create<Inspector>(spec.inspector)) {
  inspector_->attach(source.dataset());
  const Json facts = source.dataset().facts();
  for (const char* key : {"class_names", "class_values"}) {
    if (facts.contains(key)) about_[key] = facts[key];
  }
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < std::min(spec.samples, source.size()); ++i) {
    samples.push_back(source.draw(i, 0));
    ids_.push_back(samples.back().id);
    if (Json origin = source.dataset().origin(i); !origin.is_null())
      about_["origins"].push_back(std::move(origin));
  }
  if (inspector_->one_by_one()) {
    for (const Sample& sample : samples) batches_.push_back(collate({sample}).to(device));
    return;
  }
  const Batch batch = collate(samples);
  if (batch.has("tokens")) {
    if (Json texts = token_texts(batch.get("tokens"), source.dataset()); !texts.is_null())
      about_["tokens"] = std::move(texts);
  }
  batches_ = {batch.to(device)};
}

Capture Watch::captured(Objective& objective, Context& context) {
  const EvaluationScope evaluation(context.model);
  if (!inspector_->one_by_one())
    return inspector_->capture(batches_.front(), ids_, objective, context);
  Capture all;
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    Capture one = inspector_->capture(batches_[i], {ids_[i]}, objective, context);
    for (auto& [name, tensor] : one.tensors)
      all.tensors.emplace_back(name + "." + std::to_string(i), std::move(tensor));
    if (i == 0) all.header = std::move(one.header);
    all.warnings.insert(all.warnings.end(), one.warnings.begin(), one.warnings.end());
  }
  return all;
}

void Watch::capture(Objective& objective, Context& context, const std::string& stage,
                    std::int64_t global_step, Recorder& recorder) {
  const c10::AutoGradMode no_grad(false);
  recall(global_step, recorder);
  Capture captured = this->captured(objective, context);
  captured.header["inspector"] = type_;
  captured.header["stage"] = stage;
  captured.header["step"] = global_step;
  captured.header["samples"] = ids_;
  if (!about_.is_null()) captured.header.update(about_);
  const Path folder = recorder.folder().captures() / std::to_string(global_step);
  create_folders(folder);
  const Path file = folder / (name_ + ".safetensors");
  save_tensors(file, {{"capture", captured.header.dump()}}, captured.tensors);
  Json event{{"stage", stage},
             {"global_step", global_step},
             {"name", name_},
             {"inspector", type_},
             {"kind", captured.header.value("kind", "")},
             {"file", std::filesystem::relative(file, recorder.folder().root).string()}};
  if (placed(captured)) event["placed"] = true;
  recorder.event("capture", std::move(event));
  record_scalars(captured, stage, global_step, recorder);
}

void Watch::recall(std::int64_t global_step, Recorder& recorder) {
  if (std::exchange(recalled_, true)) return;
  recorder.flush();
  const std::string prefix = name_ + ".";
  std::map<std::int64_t, Json> earlier;  // of a step that was recorded twice the later one
  for (const Json& event : read_history(recorder.folder()).validations) {
    const std::int64_t step = event.value("global_step", std::int64_t{0});
    if (event.value("on", "") != on_ || step >= global_step) continue;
    Json own = Json::object();
    for (const auto& [name, value] : event.at("metrics").items()) {
      if (name.starts_with(prefix)) own[name.substr(prefix.size())] = value;
    }
    if (!own.empty()) earlier[step] = std::move(own);
  }
  for (const auto& [step, scalars] : earlier) inspector_->recall(scalars);
}

void Watch::record_scalars(const Capture& captured, const std::string& stage,
                           std::int64_t global_step, Recorder& recorder) const {
  for (const std::string& warning : captured.warnings) recorder.warn(warning);
  if (captured.scalars.empty()) return;
  Json metrics = Json::object();
  for (const auto& [name, value] : captured.scalars)
    metrics[name_ + "." + name] = std::isfinite(value) ? Json(value) : Json(nullptr);
  recorder.event("validation", {{"stage", stage},
                                {"global_step", global_step},
                                {"on", on_},
                                {"metrics", std::move(metrics)}});
}

}  // namespace warmstart
