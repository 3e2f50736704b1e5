// Cutting images into equal cubes, hiding some at random, and scoring what was reconstructed of
// them: what the masked pretraining objectives share. A "cube" is a patch in two dimensions.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/objectives/objective.h"

namespace warmstart {

/// Cubes along each axis of `image` (B,C,[D,]H,W); Error unless it is divisible by `edge`.
std::vector<std::int64_t> cube_grid(const at::Tensor& image, const std::vector<std::int64_t>& edge,
                                    const std::string& objective);

/// (B,C,[D,]H,W) -> (B,N,C*P): N cubes in row-major order, P voxels each.
at::Tensor to_cubes(const at::Tensor& image, const std::vector<std::int64_t>& edge);
/// The inverse of to_cubes for `grid` cubes along each axis.
at::Tensor from_cubes(const at::Tensor& cubes, const std::vector<std::int64_t>& grid,
                      const std::vector<std::int64_t>& edge);

/// (B,1,grid) with 1 = hidden: round(ratio * N) cubes of each sample, at least one hidden and one
/// visible. Depends on `seed` alone, not on the device.
at::Tensor hide_cubes(std::int64_t batch, const std::vector<std::int64_t>& grid, double ratio,
                      std::uint64_t seed, at::TensorOptions options);

/// Error unless 0 < ratio < 1.
void check_ratio(double ratio, const std::string& objective);

struct ReconstructionOptions {
  std::vector<std::int64_t> edge;
  bool normalise = true;    ///< compare with (x - mean) / (std + 1e-6) of each cube (population
                            ///< standard deviation)
  bool absolute = false;    ///< |error| instead of its square
  bool hidden_only = true;  ///< mean over hidden cubes instead of all
};

/// Scores `prediction` (as image) against `image`; hidden (B,1,grid). Outputs: "mask" (B,1,[D,]H,W;
/// 1 = hidden) and "reconstruction" (as image): visible voxels as they are, hidden ones predicted,
/// on the image's own scale.
Loss reconstruction_loss(const at::Tensor& prediction, const at::Tensor& image,
                         const at::Tensor& hidden, const ReconstructionOptions& options);

/// The model as a backbone; Error naming the objective otherwise.
Backbone& require_backbone(Model& model, const std::string& objective);

}  // namespace warmstart
