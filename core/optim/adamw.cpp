// Adam with decoupled weight decay (Loshchilov and Hutter 2019); agrees with torch.optim.AdamW.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "core/optim/decay.h"
#include "core/optim/optimizer.h"

namespace warmstart {
namespace {

struct AdamW final : Optimizer {
  struct Config {
    double learning_rate = 1e-3;
    std::vector<double> betas{0.9, 0.999};
    double epsilon = 1e-8;
    double weight_decay = 0.01;
    bool decay_norms_and_biases = true;

    void describe(Fields& fields) {
      fields.field("learning_rate", learning_rate, "step size").above(0);
      fields.field("betas", betas, "decay rates of the first and second moment")
          .length(2)
          .within(0, 0.999999);
      fields.field("epsilon", epsilon, "added to the root of the second moment").above(0);
      fields
          .field("weight_decay", weight_decay,
                 "share of a weight removed each step, times the step size")
          .at_least(0);
      fields.field("decay_norms_and_biases", decay_norms_and_biases, kDecayHelp);
    }
  };

  explicit AdamW(const Config& config) : config_(config) {}

  void attach(std::vector<std::pair<std::string, at::Tensor>> parameters) override {
    parameters_ = std::move(parameters);
    first_.clear();
    second_.clear();
    for (const auto& [name, parameter] : parameters_) {
      first_.push_back(at::zeros_like(parameter, at::MemoryFormat::Preserve));
      second_.push_back(at::zeros_like(parameter, at::MemoryFormat::Preserve));
    }
    counts_ = at::zeros({static_cast<std::int64_t>(parameters_.size())}, at::kLong);
  }

  void step(double scale) override {
    const c10::AutoGradMode no_grad(false);
    Lists lists = gather(config_.learning_rate * scale);
    if (lists.parameters.empty()) return;
    at::_foreach_mul_(lists.parameters, lists.keep);
    at::_foreach_mul_(lists.first, config_.betas[0]);
    at::_foreach_add_(lists.first, lists.gradients, 1.0 - config_.betas[0]);
    at::_foreach_mul_(lists.second, config_.betas[1]);
    at::_foreach_addcmul_(lists.second, lists.gradients, lists.gradients, 1.0 - config_.betas[1]);
    const std::vector<at::Tensor> root = at::_foreach_sqrt(lists.second);
    at::_foreach_div_(root, lists.root_correction);
    at::_foreach_add_(root, config_.epsilon);
    at::_foreach_addcdiv_(lists.parameters, lists.first, root, lists.step_size);
  }

  double learning_rate() const override { return config_.learning_rate; }

  std::vector<std::pair<std::string, at::Tensor>> state() override {
    std::vector<std::pair<std::string, at::Tensor>> state{{"step", counts_}};
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      state.emplace_back("exp_avg." + parameters_[i].first, first_[i]);
      state.emplace_back("exp_avg_sq." + parameters_[i].first, second_[i]);
    }
    return state;
  }

 private:
  /// What one step touches: parameters with a gradient, and their own factors.
  struct Lists {
    std::vector<at::Tensor> parameters, gradients, first, second;
    std::vector<at::Scalar> keep, root_correction, step_size;
  };

  Lists gather(double learning_rate) {
    Lists lists;
    auto* counts = counts_.data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const at::Tensor& parameter = parameters_[i].second;
      if (!parameter.grad().defined()) continue;
      const auto count = static_cast<double>(++counts[i]);
      const double decay =
          decay_of(parameter, config_.weight_decay, config_.decay_norms_and_biases);
      lists.parameters.push_back(parameter);
      lists.gradients.push_back(parameter.grad());
      lists.first.push_back(first_[i]);
      lists.second.push_back(second_[i]);
      lists.keep.emplace_back(1.0 - learning_rate * decay);
      lists.root_correction.emplace_back(std::sqrt(1.0 - std::pow(config_.betas[1], count)));
      lists.step_size.emplace_back(-learning_rate / (1.0 - std::pow(config_.betas[0], count)));
    }
    return lists;
  }

  Config config_;
  std::vector<std::pair<std::string, at::Tensor>> parameters_;
  std::vector<at::Tensor> first_, second_;
  at::Tensor counts_;  ///< steps that each parameter has seen (one without a gradient rests)
};

const Registered<Optimizer, AdamW> adamw{{
    .name = "adamw",
    .summary = "adaptive moments with decoupled weight decay",
    .needs = {},
    .yields = {},
    .papers = {1, 19, 63},
}};

}  // namespace
}  // namespace warmstart
