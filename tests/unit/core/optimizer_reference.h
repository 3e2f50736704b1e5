// Runs an optimizer for some steps on given gradients and compares with torch.optim.
#pragma once
#include "core/optim/optimizer.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {

inline constexpr int kOptimizerSteps = 20;

/// Parameter "b" has no gradient at even steps, as an expert that was not chosen.
inline void expect_as_torch_optimizer(const std::string& type, const std::string& settings,
                                      const Json& reference) {
  at::manual_seed(21);
  std::vector<std::pair<std::string, at::Tensor>> parameters{{"a", at::randn({3, 4})},
                                                             {"b", at::randn({5})}};
  NamedTensors given;
  for (const auto& [name, parameter] : parameters)
    given.emplace_back("start." + name, parameter.clone());
  const auto optimizer = make<Optimizer>(type, settings);
  optimizer->attach(parameters);
  for (int step = 0; step < kOptimizerSteps; ++step) {
    for (auto& [name, parameter] : parameters) {
      parameter.mutable_grad().reset();
      if (name == "b" && step % 2 == 0) continue;
      parameter.mutable_grad() = at::randn_like(parameter);
      given.emplace_back("gradient." + name + "." + std::to_string(step), parameter.grad().clone());
    }
    optimizer->step(1.0 - 0.02 * step);
  }
  const auto theirs = torch_reference("torch_optimizers.py", given, reference);
  for (const auto& [name, parameter] : parameters) {
    EXPECT_LT(relative_difference(parameter, theirs.at(name)), 1e-6) << name;
  }
}

/// Two optimizers, the second restored from the first's state half-way, must end with the same
/// bits.
inline void expect_exact_resume(const std::string& type, const std::string& settings) {
  const auto run = [&](int from, int to, const NamedTensors& start, const NamedTensors& state,
                       NamedTensors* end_state) {
    std::vector<std::pair<std::string, at::Tensor>> parameters;
    for (const auto& [name, tensor] : start) parameters.emplace_back(name, tensor.clone());
    const auto optimizer = make<Optimizer>(type, settings);
    optimizer->attach(parameters);
    for (std::size_t i = 0; i < state.size(); ++i)
      at::Tensor(optimizer->state()[i].second).copy_(state[i].second);
    for (int step = from; step < to; ++step) {
      at::manual_seed(static_cast<std::uint64_t>(step));
      for (auto& [name, parameter] : parameters)
        parameter.mutable_grad() = at::randn_like(parameter);
      optimizer->step(1.0);
    }
    if (end_state != nullptr) *end_state = optimizer->state();
    return parameters;
  };
  const NamedTensors start{{"w", at::ones({2, 3})}, {"v", at::ones({4})}};
  NamedTensors state;
  const auto whole = run(0, 6, start, {}, nullptr);
  const auto half = run(0, 3, start, {}, &state);
  const auto rest = run(3, 6, half, state, nullptr);
  for (std::size_t i = 0; i < whole.size(); ++i)
    EXPECT_TRUE(at::equal(whole[i].second, rest[i].second));
}

}  // namespace warmstart::testing
