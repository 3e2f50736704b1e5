// Rotary positions (Su et al. 2021): pairs of channels of a query or key are turned by an angle
// that grows with the token's position, so that their product knows only the distance. The
// sequence stack makes the angles, the attention layer turns.
#pragma once
#include <ATen/core/Tensor.h>

namespace warmstart {

/// Cosines and sines of every position up to a longest one: (longest, d/2) in double precision.
/// Channel i of d turns by t * base^(-2i/d) at position t. Error when d is odd.
struct RotationTable {
  RotationTable(std::int64_t longest, std::int64_t channels, double base);
  at::Tensor cosine, sine;
};

/// The rows of some positions, (T,d/2) each; undefined = not turned.
struct Rotation {
  at::Tensor cosine, sine;
};

/// `positions_T` below the table's longest; `options`: type and device of what will be turned.
Rotation rotation_at(const RotationTable& table, const at::Tensor& positions_T,
                     const at::TensorOptions& options);

/// x (B,H,T,d) -> same shape. Channel i is paired with i + d/2, as in LLaMA's weights under their
/// Hugging Face names.
at::Tensor rotate(const at::Tensor& x_BHTd, const Rotation& rotation);

}  // namespace warmstart
