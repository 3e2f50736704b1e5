// What a stage optimises. An objective is a module: what only it needs (a decoder, a projector, a
// momentum teacher) lives in it and is trained with the model, but is not part of the model that is
// handed on or exported.
#pragma once
#include <ATen/core/Generator.h>
#include <torch/nn/module.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/models/model.h"

namespace warmstart {

struct Loss {
  at::Tensor total;                                       ///< scalar, differentiable
  std::vector<std::pair<std::string, at::Tensor>> terms;  ///< detached scalars for the log
  Batch outputs;  ///< what inspectors may show (mask, reconstruction, logits)
};

struct Context {
  Model& model;
  std::uint64_t
      seed;  ///< of this step: derive every random draw from it, so that a resume repeats it
  std::int64_t step = 0, total_steps = 0;
  bool training = true;
};

class Objective : public torch::nn::Module {
 public:
  static constexpr const char* kKind = "objective";
  /// Called once before training: check that the model fits and make own modules. `facts`: the
  /// dataset's.
  virtual void attach(Model& model, const Json& facts);
  virtual Loss evaluate(const Batch& batch, Context& context) = 0;
  /// After each optimizer step (momentum teachers, queues).
  virtual void after_step(Context& context);
};

}  // namespace warmstart
