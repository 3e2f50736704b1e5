// Random convolutional features: an encoder that needs no training (MOSAIKS, Rolf et al. 2021; seed
// card 55).
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include <cmath>

#include "core/models/image_check.h"
#include "plugins/satellite/components/feature_classifier.h"

namespace warmstart::satellite {
namespace {

/// Outputs: features (B,2G) = means over the image of relu(w * x + b) and relu(-(w * x) - b);
/// logits (B,K) of a linear layer on them. Filters are Gaussian, of unit norm, and never train.
class Rcf final : public FeatureClassifier {
 public:
  struct Config {
    std::int64_t in_channels = 3, classes = 10, filters = 512, kernel = 4;
    double bias = 0;
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("filters", filters, "random filters; each gives two features").at_least(1);
      fields.field("kernel", kernel, "edge of a filter").at_least(1).unit("pixels");
      fields.field("bias", bias, "b: the threshold of the filters");
    }
  };
  explicit Rcf(const Config& config)
      : FeatureClassifier("rcf", config.in_channels), config_(config) {
    const at::Tensor drawn =
        at::randn({config.filters, config.in_channels, config.kernel, config.kernel});
    filters_ = register_buffer("filters", drawn / drawn.flatten(1).norm(2, 1).view({-1, 1, 1, 1}));
    head_ = register_module("head", torch::nn::Linear(2 * config.filters, config.classes));
  }

 private:
  at::Tensor embed(const at::Tensor& x) override {
    const at::Tensor y = at::conv2d(x, filters_) + config_.bias;
    return at::cat({at::relu(y).mean({2, 3}), at::relu(-y).mean({2, 3})}, 1);
  }
  at::Tensor classify(const at::Tensor& features) override { return head_->forward(features); }
  Config config_;
  at::Tensor filters_;
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, Rcf> rcf{{
    .name = "rcf",
    .summary = "random convolutional features: no training but of the last layer",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {55},
}};

}  // namespace
}  // namespace warmstart::satellite
