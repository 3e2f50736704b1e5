// One pass of a batch through a model with experts, seen through its taps: what the routing trace
// makes its numbers of.
#pragma once
#include <ATen/core/Tensor.h>

#include "core/data/batch.h"
#include "core/models/model.h"

namespace warmstart {

/// n samples, L layers with experts, E experts, D width. On the CPU.
struct RoutingTaps {
  at::Tensor mean;     ///< (n,L,E) routing weights (full softmax), mean over the tokens seen
  at::Tensor token;    ///< (n,L,E) of one token
  at::Tensor rows;     ///< (L,E,D) router rows
  at::Tensor load;     ///< (L,E) share of the tokens that an expert receives
  at::Tensor loss;     ///< (n) cross-entropy of the class, or mean over the next tokens, nats
  at::Tensor correct;  ///< (n) 0 or 1; undefined where there are no classes
  at::Tensor kernel;   ///< (m,m) H of the first m samples: sum_k g_k g'_k <h,h'> of `token`, mean
                       ///< over layers
  double effective_dimension(double lambda) const;
};

struct RoutingPass {
  std::int64_t batch = 256;    ///< samples in one forward pass
  std::int64_t position = -1;  ///< the token of `token`; -1 = the last
  std::int64_t kernel_samples = 256;
};

/// Errors: a model without routers ("pathway probes need at least one moe_ffn layer; 'gpt_decoder'
/// has none"); a position outside the sequence; outputs that give no loss for each sample.
RoutingTaps read_routing(Model& model, const Batch& batch, const RoutingPass& pass);

}  // namespace warmstart
