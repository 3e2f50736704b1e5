// Plain convolutional network: conv-BN-ReLU-maxpool for each width (the baseline of seed card 16,
// the encoder of 55).
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include "core/base/error.h"
#include "core/layers/convolution.h"
#include "core/layers/normalisation.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "plugins/satellite/components/feature_classifier.h"

namespace warmstart::satellite {
namespace {

/// Outputs: logits (B,K); features (B,C), the last map's mean, or (B,hidden) with a hidden layer.
class ConvNet final : public FeatureClassifier {
 public:
  struct Config {
    std::int64_t in_channels = 3, classes = 10;
    std::vector<std::int64_t> widths{32, 64, 128};
    std::int64_t hidden = 0, image_size = 0;
    double dropout = 0;
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("widths", widths, "channels of each layer; each halves the map").at_least(1);
      fields
          .field("hidden", hidden,
                 "units of a hidden layer that sees the whole last map; 0 = the map's mean goes "
                 "to the last layer, and images may have any size")
          .at_least(0);
      fields.field("image_size", image_size, "edge of the image, for a hidden layer")
          .at_least(0)
          .unit("pixels");
      fields.field("dropout", dropout, "before the last layer").within(0, 0.9);
    }
  };

  explicit ConvNet(const Config& config)
      : FeatureClassifier("convnet", config.in_channels), config_(config) {
    std::int64_t in = config.in_channels;
    for (std::size_t i = 0; i < config.widths.size(); ++i) {
      const std::string number = std::to_string(i);
      const ConvolutionOptions conv{.dims = 2, .in = in, .out = config.widths[i], .bias = false};
      convs_.push_back(register_module("conv" + number, std::make_shared<Convolution>(conv)));
      norms_.push_back(register_module("norm" + number,
                                       std::make_shared<Normalisation>("batch", config.widths[i])));
      in = config.widths[i];
    }
    if (config.hidden > 0) in = make_hidden();
    head_ = register_module("head", torch::nn::Linear(in, config.classes));
  }

 private:
  std::int64_t make_hidden() {
    const std::int64_t edge = config_.image_size >> config_.widths.size();
    if (edge < 1)
      throw Error("a hidden layer needs image_size of at least " +
                      std::to_string(std::int64_t{1} << config_.widths.size()),
                  "model convnet", "set image_size, or hidden: 0");
    hidden_ = register_module(
        "hidden", torch::nn::Linear(config_.widths.back() * edge * edge, config_.hidden));
    return config_.hidden;
  }

  at::Tensor embed(const at::Tensor& x) override {
    at::Tensor y = x;
    for (std::size_t i = 0; i < convs_.size(); ++i) {
      y = at::relu(norms_[i]->forward(convs_[i]->forward(y)));
      if (i + 1 == convs_.size()) tap("feature.map", y);
      if (std::min(y.size(2), y.size(3)) > 1) y = at::max_pool2d(y, {2, 2});
    }
    if (config_.hidden == 0) return y.mean({2, 3});
    if (y.size(1) * y.size(2) * y.size(3) != hidden_->weight.size(1))
      throw Error("the image is " + sizes_text(x.sizes().slice(2)) + ", image_size says " +
                      std::to_string(config_.image_size),
                  "model convnet", "resize the images, or correct image_size");
    return at::relu(hidden_->forward(y.flatten(1)));
  }

  at::Tensor classify(const at::Tensor& features) override {
    return head_->forward(at::dropout(features, config_.dropout, is_training()));
  }

  Config config_;
  std::vector<std::shared_ptr<Convolution>> convs_;
  std::vector<std::shared_ptr<Normalisation>> norms_;
  torch::nn::Linear hidden_{nullptr}, head_{nullptr};
};

const Registered<Model, ConvNet> convnet{{
    .name = "convnet",
    .summary = "plain convolutional network for classifying images",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {16, 55},
}};

}  // namespace
}  // namespace warmstart::satellite
