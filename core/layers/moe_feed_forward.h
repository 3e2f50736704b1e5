// A feed-forward part made of experts, of which a router picks a few for each token (seed card 05).
// Inspectors see the routing through the taps "router.input" (B,T,D), "router.rows" (E,D),
// "router.probabilities" (B,T,E) and "router.experts" (B,T,k).
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <string>

#include "core/layers/initialised.h"

namespace warmstart {

/// Auxiliary losses of the routers of a network, summed over its layers; undefined without experts.
struct RouterLoss {
  at::Tensor balance;  ///< E * sum_e f_e P_e: f share of dispatches, P mean probability; 1 is even
  at::Tensor z;        ///< mean of logsumexp(router logits)^2
  void add(const RouterLoss& other);
};

struct MoeOptions {
  std::int64_t width = 64, hidden = 64, experts = 4, top_k = 2;
  std::string kind = "gelu";  ///< see FeedForward
  bool normalise = true;      ///< weights of the picked experts sum to 1
};

/// x (B,T,D) -> (B,T,D): y = sum over the top_k experts of w_e FFN_e(x), w from softmax(router(x)).
/// An expert is computed for the tokens that picked it. While the model is traced every expert is
/// computed for every token and those not picked are weighted with 0: that graph does not depend on
/// the routing, so it exports. Experts have no biases.
class MoeFeedForward final : public torch::nn::Module, public Initialised {
 public:
  explicit MoeFeedForward(const MoeOptions& options);
  at::Tensor forward(const at::Tensor& x_BTD, RouterLoss* loss = nullptr);
  void reset_parameters() override;

 private:
  at::Tensor every_expert(const at::Tensor& x_ND, const at::Tensor& weight_NE) const;
  at::Tensor picked_experts(const at::Tensor& x_ND, const at::Tensor& weight_NE,
                            const at::Tensor& is_picked_NE) const;
  at::Tensor hidden(const at::Tensor& x, const at::Tensor& up, const at::Tensor& gate) const;
  MoeOptions options_;
  torch::nn::Linear router_{nullptr};
  at::Tensor up_, gate_, down_;  // (E,D,F), (E,D,F), (E,F,D)
};

}  // namespace warmstart
