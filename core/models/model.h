// The networks. A model maps a batch to named outputs; a convolutional or patch backbone also hands
// out its feature pyramid, which pretraining objectives need.
#pragma once
#include <torch/nn/module.h>

#include <vector>

#include "core/catalog/catalog.h"
#include "core/data/batch.h"

namespace warmstart {

class Model : public torch::nn::Module {
 public:
  static constexpr const char* kKind = "model";
  /// The main input to the main output; this is what is traced for export. x: (B,C,[D,]H,W) for
  /// images.
  virtual at::Tensor forward(const at::Tensor& x) = 0;
  /// The batch field that `forward` takes: what an export is traced and verified with.
  virtual std::string input() const { return "image"; }
  /// Axes of that input that an exported file leaves free; the others keep their size.
  virtual std::vector<std::int64_t> free_axes() const { return {0}; }
  /// Named outputs for training. Default: {"logits": forward(batch[input()])}.
  virtual Batch run(const Batch& batch);
  /// Module-name prefix of the last layer(s), e.g. "head"; surgery `replace_head` re-initialises
  /// what starts with it.
  virtual std::string head() const { return "head"; }
};

/// A model with an encoder whose levels can be seen.
class Backbone : public Model {
 public:
  /// Feature maps, finest first: level l is (B, channels[l], spatial / strides[l]). With `active`
  /// (B,1,spatial / strides.back(), 1 = visible) convolutions are submanifold-sparse: hidden sites
  /// stay zero at every level and normalisation statistics count visible sites only (seed card 01).
  /// Undefined `active` = dense.
  virtual std::vector<at::Tensor> features(const at::Tensor& x, const at::Tensor& active = {}) = 0;
  virtual std::vector<std::int64_t> channels() const = 0;
  virtual std::vector<std::int64_t> strides() const = 0;
  /// Strides of `level` along each spatial axis, for anisotropic encoders. Default:
  /// strides()[level] on all.
  virtual std::vector<std::int64_t> axis_strides(std::size_t level) const;
  virtual std::int64_t dims() const = 0;  ///< 2 or 3
  virtual std::int64_t in_channels() const = 0;
  /// Module-name prefixes of the encoder, for surgery `transfer`.
  virtual std::vector<std::string> encoder() const { return {"encoder"}; }
};

}  // namespace warmstart
