#include "core/layers/moe_feed_forward.h"

#include <ATen/ATen.h>
#include <ATen/TracerMode.h>
#include <torch/nn/init.h>

#include <cmath>

#include "core/base/error.h"
#include "core/layers/feed_forward.h"
#include "core/layers/tap.h"

namespace warmstart {

void RouterLoss::add(const RouterLoss& other) {
  if (!other.balance.defined()) return;
  balance = balance.defined() ? balance + other.balance : other.balance;
  z = z.defined() ? z + other.z : other.z;
}

MoeFeedForward::MoeFeedForward(const MoeOptions& options) : options_(options) {
  if (options.top_k < 1 || options.top_k > options.experts) {
    throw Error("top_k " + std::to_string(options.top_k) + " of " +
                    std::to_string(options.experts) + " experts",
                "model.top_k", "choose between 1 and the number of experts");
  }
  const std::int64_t experts = options.experts, width = options.width, hidden = options.hidden;
  router_ = register_module(
      "router", torch::nn::Linear(torch::nn::LinearOptions(width, experts).bias(false)));
  up_ = register_parameter("up", at::empty({experts, width, hidden}));
  if (feed_forward_is_gated(options.kind))
    gate_ = register_parameter("gate", at::empty({experts, width, hidden}));
  down_ = register_parameter("down", at::empty({experts, hidden, width}));
  reset_parameters();
}

void MoeFeedForward::reset_parameters() {
  for (const at::Tensor& weight : {up_, gate_, down_}) {
    if (!weight.defined()) continue;
    const double bound = 1.0 / std::sqrt(static_cast<double>(weight.size(1)));
    torch::nn::init::uniform_(weight, -bound, bound);
  }
}

at::Tensor MoeFeedForward::hidden(const at::Tensor& x, const at::Tensor& up,
                                  const at::Tensor& gate) const {
  const at::Tensor risen = at::matmul(x, up);
  return gate.defined() ? feed_forward_activation(at::matmul(x, gate), options_.kind) * risen
                        : feed_forward_activation(risen, options_.kind);
}

at::Tensor MoeFeedForward::every_expert(const at::Tensor& x_ND, const at::Tensor& weight_NE) const {
  const at::Tensor out_END = at::matmul(hidden(x_ND.unsqueeze(0), up_, gate_), down_);
  return (out_END * weight_NE.t().unsqueeze(-1)).sum(0);
}

at::Tensor MoeFeedForward::picked_experts(const at::Tensor& x_ND, const at::Tensor& weight_NE,
                                          const at::Tensor& is_picked_NE) const {
  at::Tensor sum_ND = at::zeros_like(x_ND);
  for (std::int64_t e = 0; e < options_.experts; ++e) {
    const at::Tensor tokens = is_picked_NE.select(1, e).nonzero().squeeze(1);
    const at::Tensor gate = gate_.defined() ? gate_[e] : at::Tensor();
    const at::Tensor out = at::matmul(hidden(x_ND.index_select(0, tokens), up_[e], gate), down_[e]);
    const at::Tensor weight = weight_NE.select(1, e).index_select(0, tokens).unsqueeze(1);
    sum_ND = sum_ND.index_add(0, tokens, (out * weight).to(sum_ND.scalar_type()));
  }
  return sum_ND;
}

// B batch, T tokens, N = B * T, D width, E experts, k picked.
at::Tensor MoeFeedForward::forward(const at::Tensor& x_BTD, RouterLoss* loss) {
  const at::Tensor x_ND = x_BTD.reshape({-1, options_.width});
  const at::Tensor logits_NE = router_->forward(x_ND);
  const at::Tensor probability_NE = at::softmax(logits_NE, -1);
  const at::Tensor picked_Nk = std::get<1>(probability_NE.topk(options_.top_k, -1));
  at::Tensor number_E;
  {
    const at::tracer::impl::NoTracerDispatchMode untraced;
    number_E = at::arange(options_.experts, picked_Nk.options());
  }
  const at::Tensor is_picked_NE =
      picked_Nk.unsqueeze(-1).eq(number_E).to(x_ND.scalar_type()).sum(1);
  at::Tensor weight_NE = probability_NE * is_picked_NE;
  if (options_.normalise) weight_NE = weight_NE / weight_NE.sum(-1, /*keepdim=*/true);
  if (tapping()) {
    const std::int64_t tokens = x_BTD.size(1);
    tap("router.input", x_BTD);
    tap("router.rows", router_->weight);
    tap("router.probabilities", probability_NE.reshape({-1, tokens, options_.experts}));
    tap("router.experts", picked_Nk.reshape({-1, tokens, options_.top_k}));
  }
  if (loss != nullptr) {
    const at::Tensor share_E = is_picked_NE.mean(0) / static_cast<double>(options_.top_k);
    loss->add({(share_E * probability_NE.mean(0)).sum() * static_cast<double>(options_.experts),
               at::logsumexp(logits_NE, -1).square().mean()});
  }
  const at::Tensor mixed_ND = at::tracer::impl::is_dispatch_enabled()
                                  ? every_expert(x_ND, weight_NE)
                                  : picked_experts(x_ND, weight_NE, is_picked_NE);
  return mixed_ND.view_as(x_BTD);
}

}  // namespace warmstart
