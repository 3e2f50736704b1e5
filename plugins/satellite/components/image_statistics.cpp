// Mean, deviation, least and largest value of each band: what any encoder must beat (seed card 55).
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include "core/models/image_check.h"
#include "plugins/satellite/components/feature_classifier.h"

namespace warmstart::satellite {
namespace {

/// Outputs: features (B,4C) = means, standard deviations, minima, maxima; logits (B,K) of a linear
/// layer on them.
class ImageStatistics final : public FeatureClassifier {
 public:
  struct Config {
    std::int64_t in_channels = 3, classes = 10;
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
    }
  };
  explicit ImageStatistics(const Config& config)
      : FeatureClassifier("image_statistics", config.in_channels) {
    head_ = register_module("head", torch::nn::Linear(4 * config.in_channels, config.classes));
  }

 private:
  at::Tensor embed(const at::Tensor& x) override {
    const at::Tensor mean = x.mean({2, 3});
    const at::Tensor deviation = (x - mean.unsqueeze(2).unsqueeze(3)).square().mean({2, 3}).sqrt();
    return at::cat({mean, deviation, x.amin({2, 3}), x.amax({2, 3})}, 1);
  }
  at::Tensor classify(const at::Tensor& features) override { return head_->forward(features); }
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, ImageStatistics> image_statistics{{
    .name = "image_statistics",
    .summary = "mean, deviation, least and largest value of each band as features",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {55},
}};

}  // namespace
}  // namespace warmstart::satellite
