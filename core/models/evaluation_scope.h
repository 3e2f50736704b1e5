// Evaluation mode for a while: validation, captures and exports look at a model without changing
// how it trains.
#pragma once
#include <torch/nn/module.h>

#include <vector>

namespace warmstart {

/// Puts a model into evaluation mode while alive, and back as it was (module by module).
class EvaluationScope {
 public:
  explicit EvaluationScope(torch::nn::Module& model);
  ~EvaluationScope();
  EvaluationScope(const EvaluationScope&) = delete;
  EvaluationScope& operator=(const EvaluationScope&) = delete;

 private:
  torch::nn::Module& model_;
  bool own_mode_;
  std::vector<bool> modes_;
};

}  // namespace warmstart
