// Mixup (Zhang et al. 2018) as PANNs do it (seed card 11): each two neighbours of a batch become
// one sample, and so do their targets; a batch of 2P trains on P samples. Classification objectives
// call this.
#pragma once
#include <ATen/core/Tensor.h>

#include "core/objectives/objective.h"

namespace warmstart {

/// Settings that an objective puts beside its own.
struct MixupOptions {
  double alpha = 0;  ///< 0 = off
  void describe(Fields& fields);
};

/// A batch that the model sees and what it should say of it.
struct MixedBatch {
  Batch batch;          ///< the model's input field alone
  at::Tensor target_P;  ///< or (P,K): targets mixed with the same weights
};

/// Share of the first of each pair, (P) float, Beta(alpha, alpha): a function of the seed alone.
at::Tensor draw_mixup(std::int64_t pairs, double alpha, std::uint64_t seed);
/// x (2P,...) -> share x[0::2] + (1 - share) x[1::2], (P,...).
at::Tensor mix_pairs(const at::Tensor& x, const at::Tensor& share_P);
/// The batch's input and `target` (2P,K) mixed. Error: an odd batch, an input of whole numbers.
MixedBatch mix_batch(const Batch& batch, const at::Tensor& target, const MixupOptions& options,
                     const Context& context);

}  // namespace warmstart
