// Attention in one operation of LibTorch, which never holds the weights as a whole: half the time
// and a fraction of the memory on long sequences. The one place that knows which LibTorch has it.
#pragma once
#include <ATen/ATen.h>
#include <torch/version.h>

#include "core/layers/attention.h"

namespace warmstart {

/// (B,H,T,d) as attend() computes it, or undefined where this LibTorch has no such operation with a
/// scale of one's choice (before 2.1), or the heads differ in their type.
inline at::Tensor fused_attention(const AttentionHeads& heads, const at::Tensor& bias,
                                  double dropout, double scale) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
  const at::ScalarType type = heads.queries.scalar_type();
  if (heads.keys.scalar_type() != type || heads.values.scalar_type() != type) return {};
  if (!bias.defined())
    return at::scaled_dot_product_attention(heads.queries, heads.keys, heads.values, {}, dropout,
                                            /*is_causal=*/false, scale);
  return at::scaled_dot_product_attention(heads.queries, heads.keys, heads.values, bias.to(type),
                                          dropout, /*is_causal=*/false, scale);
#else
  static_cast<void>(heads), static_cast<void>(bias);
  static_cast<void>(dropout), static_cast<void>(scale);
  return {};
#endif
}

}  // namespace warmstart
