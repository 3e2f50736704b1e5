// Turns a stage's text into live parts: sources, model, weights that come in, objective, optimizer.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "core/surgery/surgery.h"
#include "core/train/session.h"
#include "core/train/trainer.h"

namespace warmstart {

/// Sources by data name, made once a process.
class Sources {
 public:
  explicit Sources(const Recipe& recipe) : recipe_(recipe) {}
  std::shared_ptr<Source> get(const std::string& name);

 private:
  const Recipe& recipe_;
  std::map<std::string, std::shared_ptr<Source>> made_;
};

/// The stage's model (recipe's model with the stage's overrides), sized by the data's facts,
/// freshly initialised from the seed.
std::shared_ptr<Model> build_model(const Recipe& recipe, const StageSpec& stage, const Json& facts,
                                   std::uint64_t seed, std::int64_t stage_index);

/// Steps of a stage: its budget, epochs turned into steps by the data's size.
std::int64_t stage_steps(const StageSpec& stage, const Source& source);

/// A stage that takes weights applies its surgeries in order (default: transfer all that fits); one
/// without (nullptr) may still freeze some of those it starts with. Returns the report.
SurgeryReport take_weights(const StageSpec& stage, const StateDict* weights, Model& model);

struct StagePosition {
  std::int64_t index = 0, steps = 0, first_global_step = 0;
};
/// Everything the trainer needs; `weights` come from the stage before, or are null.
StageParts build_stage(const RunPlan& plan, const StageSpec& stage, const StagePosition& position,
                       const StateDict* weights, Sources& sources, at::Device device,
                       Recorder& recorder);

}  // namespace warmstart
