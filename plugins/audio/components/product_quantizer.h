// wav2vec 2.0's targets: a latent frame becomes one entry of each of G codebooks, joined (Baevski
// et al. 2020, section 2 and equation 1; seed card 39).
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <optional>

#include "core/layers/initialised.h"

namespace warmstart::audio {

/// Noise of a draw, and how soft it is.
struct GumbelDraw {
  double temperature = 2;
  std::uint64_t seed = 0;
};

struct Quantized {
  at::Tensor values;  ///< (N,D)
  at::Tensor codes;   ///< (N,G) int64, the chosen entries
  /// Number of entries in use, G..G V: sum over codebooks of exp(entropy of the mean softmax).
  at::Tensor perplexity;
};

/// latents (N,C) -> one of G*V entries of width D/G for each codebook.
class ProductQuantizer final : public torch::nn::Module, public Initialised {
 public:
  struct Options {
    std::int64_t in = 512, codebooks = 2, codes = 320, width = 256;
  };
  /// Error when the codebooks do not divide the width.
  explicit ProductQuantizer(const Options& options);
  /// With a draw: Gumbel softmax, hard forward and soft backward (straight through). Without: the
  /// entry of the highest score.
  Quantized forward(const at::Tensor& latents_NC, const std::optional<GumbelDraw>& draw);
  void reset_parameters() override;
  std::int64_t entries() const { return options_.codebooks * options_.codes; }
  std::int64_t width() const { return options_.width; }
  at::Tensor codevectors;  ///< (1,G*V,D/G)

 private:
  Options options_;
  torch::nn::Linear weight_proj_{nullptr};
};

}  // namespace warmstart::audio
