#include "core/models/evaluation_scope.h"

namespace warmstart {

EvaluationScope::EvaluationScope(torch::nn::Module& model)
    : model_(model), own_mode_(model.is_training()) {
  for (const auto& part : model.modules(/*include_self=*/false))
    modes_.push_back(part->is_training());
  model.eval();
}

EvaluationScope::~EvaluationScope() {
  // Parents come before their children, and train() reaches down: the last word is each module's
  // own.
  model_.train(own_mode_);
  std::size_t i = 0;
  for (const auto& part : model_.modules(/*include_self=*/false)) part->train(modes_[i++]);
}

}  // namespace warmstart
