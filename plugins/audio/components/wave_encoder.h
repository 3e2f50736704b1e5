// wav2vec 2.0's convolutions over the waveform (Baevski et al. 2020, section 2; seed card 39): from
// samples to latent frames. Parameters carry the published names (conv_layers.N.conv,
// conv_layers.N.layer_norm).
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

#include "core/catalog/fields.h"
#include "core/layers/initialised.h"

namespace warmstart::audio {

struct WaveEncoderOptions {
  std::vector<std::int64_t> channels, kernels, strides;  ///< one a layer
  std::string norm = "group";  ///< group: the first layer's channels over time; layer: each frame
  bool bias = false;
  void describe(Fields& fields);
};

/// GELU with the normal distribution's own integral, out of single operations: the derivative of
/// at::gelu is wrong in LibTorch 1.13 (oneDNN, float) where the gradient is not laid out as x is,
/// as behind a transpose.
at::Tensor gelu_by_erf(const at::Tensor& x);

/// wave (B,N) -> latents (B,T,C) with T = frames(N); GELU after each convolution.
class WaveEncoder final : public torch::nn::Module {
 public:
  /// Error when the lists differ in length or are empty.
  explicit WaveEncoder(const WaveEncoderOptions& options);
  at::Tensor forward(const at::Tensor& wave_BN);
  /// How many frames so many samples give; works on numbers and on whole tensors of them.
  std::int64_t frames(std::int64_t samples) const;
  at::Tensor frames(const at::Tensor& samples_B) const;
  std::int64_t width() const { return options_.channels.back(); }

 private:
  class Convolution;
  class Layer;
  WaveEncoderOptions options_;
  std::vector<std::shared_ptr<Layer>> layers_;
};

}  // namespace warmstart::audio
