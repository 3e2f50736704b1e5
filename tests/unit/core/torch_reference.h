// Hands tensors to an independent implementation (a script of tests/reference, run by the system's
// python3 with its PyTorch) and takes its answers back; and small helpers that the tests of
// networks share.
#pragma once
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <torch/nn/module.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/catalog/catalog.h"
#include "core/data/tensor_arrays.h"
#include "core/models/model.h"
#include "core/surgery/surgery.h"

namespace warmstart::testing {

/// Component from YAML text: `make<Model>("unet", "{dims: 2}")`.
template <class Kind>
std::shared_ptr<Kind> make(const std::string& type, const std::string& settings = "{}") {
  return create<Kind>({type, parse_yaml(settings, "test"), {}});
}

/// Runs tests/reference/`script` on `tensors` and `settings`; returns the tensors it wrote.
inline std::map<std::string, at::Tensor> torch_reference(const std::string& script,
                                                         const NamedTensors& tensors,
                                                         const Json& settings) {
  char pattern[] = "/tmp/warmstart-reference-XXXXXX";
  const std::filesystem::path folder = mkdtemp(pattern);
  NamedTensors plain;
  for (const auto& [name, tensor] : tensors) plain.emplace_back(name, tensor.detach());
  save_tensors(folder / "in", {{"settings", settings.dump()}}, plain);
  const std::string command =
      "OMP_WAIT_POLICY=passive /usr/bin/python3 " WARMSTART_SOURCE_DIR "/tests/reference/" +
      script + " " + (folder / "in").string() + " " + (folder / "out").string();
  const int status = std::system(command.c_str());
  std::map<std::string, at::Tensor> answer;
  if (status == 0) {
    const TensorFile file = TensorFile::open(folder / "out", false);
    for (const Array& array : file.arrays()) answer.emplace(array.name, to_tensor(array));
  } else {
    ADD_FAILURE() << "reference failed: " << command;
  }
  std::filesystem::remove_all(folder);
  return answer;
}

/// Largest |ours - theirs| relative to the largest |theirs|.
inline double relative_difference(const at::Tensor& ours, const at::Tensor& theirs) {
  EXPECT_EQ(ours.sizes(), theirs.sizes());
  if (ours.sizes() != theirs.sizes()) return 1e9;
  const double scale = std::max(1e-6, theirs.abs().max().item<double>());
  return (ours.detach().to(at::kDouble) - theirs.to(at::kDouble)).abs().max().item<double>() /
         scale;
}

/// Every named tensor of a module as "prefix.name".
inline void add_state(NamedTensors& to, const std::string& prefix,
                      const torch::nn::Module& module) {
  for (const auto& [name, tensor] : state_dict(module))
    to.emplace_back(prefix + "." + name, tensor.clone());
}

/// Fills affine parameters that start at 0 or 1 with noise, so that a test sees them.
inline void disturb(torch::nn::Module& module) {
  const c10::AutoGradMode no_grad(false);
  for (auto& item : module.named_parameters()) {
    if (item.value().dim() <= 1) item.value().add_(0.1 * at::randn_like(item.value()));
  }
}

/// Largest difference between analytic and central-difference derivatives of `scalar` over some
/// entries of every parameter, relative to the largest derivative. Everything must be double.
inline double gradient_error(const std::function<at::Tensor()>& scalar,
                             const std::vector<at::Tensor>& parameters, double step = 1e-5) {
  for (const at::Tensor& parameter : parameters) at::Tensor(parameter).mutable_grad().reset();
  scalar().backward();
  double largest = 1e-3, worst = 0;
  for (const at::Tensor& parameter : parameters) {
    const at::Tensor gradient =
        parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter);
    largest = std::max(largest, gradient.abs().max().item<double>());
    const c10::AutoGradMode no_grad(false);
    at::Tensor values = parameter.data().view({-1});
    const std::int64_t stride = std::max<std::int64_t>(1, values.numel() / 5);
    for (std::int64_t i = 0; i < values.numel(); i += stride) {
      const double value = values[i].item<double>();
      values[i] = value + step;
      const double above = scalar().item<double>();
      values[i] = value - step;
      const double below = scalar().item<double>();
      values[i] = value;
      worst = std::max(
          worst, std::abs((above - below) / (2 * step) - gradient.reshape({-1})[i].item<double>()));
    }
  }
  return worst / largest;
}

/// The message of the Error that `action` throws, or "".
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace warmstart::testing
