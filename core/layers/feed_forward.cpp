#include "core/layers/feed_forward.h"

#include <ATen/ATen.h>

namespace warmstart {

at::Tensor feed_forward_activation(const at::Tensor& x, const std::string& kind) {
  if (kind == "relu") return at::relu(x);
  if (kind == "swiglu") return at::silu(x);
  return kind.ends_with("_tanh") ? at::gelu(x, "tanh") : at::gelu(x);
}

bool feed_forward_is_gated(const std::string& kind) {
  return kind == "swiglu" || kind == "geglu_tanh";
}

FeedForward::FeedForward(std::int64_t width, std::int64_t hidden, const std::string& kind,
                         bool bias)
    : kind_(kind) {
  const auto linear = [bias](std::int64_t in, std::int64_t out) {
    return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(bias));
  };
  fc1_ = register_module("fc1", linear(width, hidden));
  if (feed_forward_is_gated(kind)) gate_ = register_module("gate", linear(width, hidden));
  fc2_ = register_module("fc2", linear(hidden, width));
}

at::Tensor FeedForward::forward(const at::Tensor& x) {
  const at::Tensor up = fc1_->forward(x);
  return fc2_->forward(gate_ ? feed_forward_activation(gate_->forward(x), kind_) * up
                             : feed_forward_activation(up, kind_));
}

}  // namespace warmstart
