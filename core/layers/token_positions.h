// The places of a sequence's tokens as a tensor. Position tables, rotations and causal masks are
// built from it, so that a trace of a language model keeps the length free.
#pragma once
#include <ATen/core/Tensor.h>

namespace warmstart {

/// first, first + 1, ... for the tokens of x (B,T,D): (T) whole numbers on x's device. In a trace
/// they are counted from x, elsewhere they are a plain range.
at::Tensor token_positions(const at::Tensor& x_BTD, std::int64_t first = 0);

}  // namespace warmstart
