// Random convolutional features: an encoder that needs no training (MOSAIKS, Rolf et al. 2021; seed
// card 55).
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/nn/modules/linear.h>

#include "plugins/satellite/components/feature_classifier.h"
#include "plugins/satellite/components/patch_filters.h"

namespace warmstart::satellite {
namespace {

/// Outputs: features (B,2G) = means over the image of relu(w * x + b) and relu(-(w * x) - b);
/// logits (B,K) of a linear layer on them. Filters have unit norm and never train: Gaussian ones,
/// or patches of the first batch that trains, whitened.
class Rcf final : public FeatureClassifier {
 public:
  struct Config {
    std::int64_t in_channels = 3, classes = 10, filters = 512, kernel = 4;
    double bias = 0, epsilon = 0.001;
    std::string mode = "gaussian";
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("filters", filters, "random filters; each gives two features").at_least(1);
      fields.field("kernel", kernel, "edge of a filter").at_least(1).unit("pixels");
      fields.field("bias", bias, "b: the threshold of the filters");
      fields
          .field(
              "mode", mode,
              "filters drawn from a normal distribution, or whitened patches of the images of the "
              "first training step (before it: normal ones)")
          .one_of({"gaussian", "empirical"});
      fields
          .field("epsilon", epsilon,
                 "empirical: added to the variance along each axis before it is divided out")
          .above(0);
    }
  };
  explicit Rcf(const Config& config)
      : FeatureClassifier("rcf", config.in_channels), config_(config) {
    filters_ =
        register_buffer("filters", of_unit_norm(at::randn({config.filters, config.in_channels,
                                                           config.kernel, config.kernel})));
    if (config.mode == "empirical") drawn_ = register_buffer("drawn", at::zeros({}, at::kBool));
    head_ = register_module("head", torch::nn::Linear(2 * config.filters, config.classes));
  }

 private:
  at::Tensor embed(const at::Tensor& x) override {
    if (drawn_.defined() && is_training() && !drawn_.item<bool>()) draw(x);
    const at::Tensor y = at::conv2d(x, filters_) + config_.bias;
    return at::cat({at::relu(y).mean({2, 3}), at::relu(-y).mean({2, 3})}, 1);
  }
  at::Tensor classify(const at::Tensor& features) override { return head_->forward(features); }

  void draw(const at::Tensor& images) {
    const c10::AutoGradMode none(false);
    const at::Tensor patches = drawn_patches(images.to(at::kCPU), config_.filters, config_.kernel);
    filters_.copy_(
        of_unit_norm(zca_whitened(patches.flatten(1), config_.epsilon).view(patches.sizes())));
    drawn_.fill_(true);
  }

  static at::Tensor of_unit_norm(const at::Tensor& filters) {
    return filters / filters.flatten(1).norm(2, 1).clamp_min(1e-12).view({-1, 1, 1, 1});
  }

  Config config_;
  at::Tensor filters_, drawn_;  // drawn_: whether filters_ are patches; undefined: they never are
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
