// What the geo-aware objective needs of a network: its latent vector, and a decoding of it.
#pragma once
#include <vector>

#include "core/models/fixed_input.h"
#include "core/models/model.h"

namespace warmstart::satellite {

class GeoEncoder : public Model, public FixedInput {
 public:
  struct Code {
    at::Tensor latent_BF;           ///< after LayerNorm
    std::vector<at::Tensor> skips;  ///< maps of the levels, finest first
  };
  virtual Code encode(const at::Tensor& x_BCHW) = 0;
  /// The finest decoder map (B,decoded(),H,W).
  virtual at::Tensor decode(const Code& code) = 0;
  virtual std::int64_t latent() const = 0;
  virtual std::int64_t decoded() const = 0;
  virtual std::int64_t in_channels() const = 0;
};

}  // namespace warmstart::satellite
