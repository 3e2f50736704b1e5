#include "core/layers/feed_forward.h"

#include <ATen/ATen.h>

namespace warmstart {

FeedForward::FeedForward(std::int64_t width, std::int64_t hidden, const std::string& kind,
                         bool bias) {
  const auto linear = [bias](std::int64_t in, std::int64_t out) {
    return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(bias));
  };
  fc1_ = register_module("fc1", linear(width, hidden));
  if (kind == "swiglu") gate_ = register_module("gate", linear(width, hidden));
  fc2_ = register_module("fc2", linear(hidden, width));
}

at::Tensor FeedForward::forward(const at::Tensor& x) {
  const at::Tensor up = fc1_->forward(x);
  return fc2_->forward(gate_ ? at::silu(gate_->forward(x)) * up : at::gelu(up));
}

}  // namespace warmstart
