// Stochastic gradient descent with momentum; agrees with torch.optim.SGD.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/optim/decay.h"
#include "core/optim/optimizer.h"

namespace warmstart {
namespace {

struct Sgd final : Optimizer {
  struct Config {
    double learning_rate = 0.01;
    double momentum = 0.9;
    bool nesterov = false;
    double weight_decay = 0;
    bool decay_norms_and_biases = true;

    void describe(Fields& fields) {
      fields.field("learning_rate", learning_rate, "step size").above(0);
      fields.field("momentum", momentum, "share of the last step that is kept").within(0, 1);
      fields.field("nesterov", nesterov, "look ahead along the momentum");
      fields.field("weight_decay", weight_decay, "added to the gradient times the weight")
          .at_least(0);
      fields.field("decay_norms_and_biases", decay_norms_and_biases, kDecayHelp);
    }
  };

  explicit Sgd(const Config& config) : config_(config) {
    if (config.nesterov && config.momentum <= 0) {
      throw Error("nesterov needs momentum above 0", "optimizer",
                  "set momentum: 0.9 or nesterov: false");
    }
  }

  void attach(std::vector<std::pair<std::string, at::Tensor>> parameters) override {
    parameters_ = std::move(parameters);
    momenta_.clear();
    for (const auto& [name, parameter] : parameters_) {
      if (config_.momentum > 0)
        momenta_.push_back(at::zeros_like(parameter, at::MemoryFormat::Preserve));
    }
  }

  void step(double scale) override {
    const c10::AutoGradMode no_grad(false);
    std::vector<at::Tensor> parameters, momenta, gradients;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const at::Tensor& parameter = parameters_[i].second;
      if (!parameter.grad().defined()) continue;
      const double decay =
          decay_of(parameter, config_.weight_decay, config_.decay_norms_and_biases);
      gradients.push_back(decay > 0 ? parameter.grad().add(parameter, decay) : parameter.grad());
      parameters.push_back(parameter);
      if (config_.momentum > 0) momenta.push_back(momenta_[i]);
    }
    if (parameters.empty()) return;
    at::_foreach_add_(parameters, direction(momenta, gradients), -config_.learning_rate * scale);
  }

  double learning_rate() const override { return config_.learning_rate; }

  std::vector<std::pair<std::string, at::Tensor>> state() override {
    std::vector<std::pair<std::string, at::Tensor>> state;
    for (std::size_t i = 0; i < momenta_.size(); ++i) {
      state.emplace_back("momentum." + parameters_[i].first, momenta_[i]);
    }
    return state;
  }

 private:
  std::vector<at::Tensor> direction(const std::vector<at::Tensor>& momenta,
                                    const std::vector<at::Tensor>& gradients) const {
    if (config_.momentum <= 0) return gradients;
    at::_foreach_mul_(momenta, config_.momentum);
    at::_foreach_add_(momenta, gradients, 1.0);
    if (!config_.nesterov) return momenta;
    return at::_foreach_add(gradients, momenta, config_.momentum);
  }

  Config config_;
  std::vector<std::pair<std::string, at::Tensor>> parameters_;
  std::vector<at::Tensor> momenta_;
};

const Registered<Optimizer, Sgd> sgd{{
    .name = "sgd",
    .summary = "gradient descent with (Nesterov) momentum",
    .needs = {},
    .yields = {},
    .papers = {1},
}};

}  // namespace
}  // namespace warmstart
