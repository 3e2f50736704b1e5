// What one forward pass costs, layer by layer: multiply-accumulates and result sizes, taken from
// the operations that really run (LibTorch's own recording), so that nothing about a model has to
// be known. Called by the dry run.
#pragma once
#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace warmstart {

/// One module that computes: with parameters of its own, or with matrix products of its own
/// (attention). A module that runs several times is one entry.
struct LayerCost {
  std::string path;                            ///< "model.encoder.0.conv1"
  std::string type;                            ///< "Conv3d"
  std::vector<std::int64_t> output_shape;      ///< of its last result, with the batch
  std::int64_t parameters = 0, trainable = 0;  ///< its own, without its children's
  std::int64_t macs = 0;              ///< multiply-accumulates of convolutions and matrix products
  std::int64_t activation_bytes = 0;  ///< of its results
};

struct ForwardCost {
  std::vector<LayerCost> layers;  ///< in the order of their first use
  std::int64_t macs = 0;          ///< of all layers
  /// Of every result of an operation: about what backward needs kept.
  std::int64_t activation_bytes = 0;
};

/// `modules`: (prefix, module) of everything that `forward` runs. Matrix products without
/// parameters count for the module around the layer that ran last. Fourier transforms are not
/// counted.
ForwardCost measure_forward(
    const std::vector<std::pair<std::string, const torch::nn::Module*>>& modules,
    const std::function<void()>& forward);

}  // namespace warmstart
