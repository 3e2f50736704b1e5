#include "plugins/audio/components/wave_encoder.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/layers/normalisation.h"
#include "core/layers/token_norm.h"

namespace warmstart::audio {

/// A plain 1-D convolution of weights (out,in,kernel), Kaiming-normal as wav2vec 2.0 starts them.
class WaveEncoder::Convolution final : public torch::nn::Module, public Initialised {
 public:
  struct Options {
    std::int64_t in = 1, out = 1, kernel = 3, stride = 1;
    bool bias = false;
  };
  explicit Convolution(const Options& options) : stride_(options.stride) {
    weight = register_parameter("weight", at::empty({options.out, options.in, options.kernel}));
    if (options.bias) bias = register_parameter("bias", at::empty({options.out}));
    reset_parameters();
  }
  at::Tensor forward(const at::Tensor& x) const { return at::conv1d(x, weight, bias, stride_); }
  void reset_parameters() override {
    const at::NoGradGuard no_gradients;
    const auto fan_in = static_cast<double>(weight.size(1) * weight.size(2));
    weight.normal_(0.0, std::sqrt(2.0 / fan_in));
    if (bias.defined()) bias.zero_();
  }
  at::Tensor weight, bias;

 private:
  std::int64_t stride_;
};

class WaveEncoder::Layer final : public torch::nn::Module {
 public:
  Layer(const Convolution::Options& options, const std::string& norm) {
    conv_ = register_module("conv", std::make_shared<Convolution>(options));
    if (norm == "group")  // as many groups as channels: statistics of a channel over time
      group_ =
          register_module("layer_norm", std::make_shared<Normalisation>("instance", options.out));
    if (norm == "layer")
      layer_ = register_module("layer_norm", std::make_shared<TokenNorm>("layer", options.out));
  }
  at::Tensor forward(at::Tensor x_BCT) {
    x_BCT = conv_->forward(x_BCT);
    if (group_) x_BCT = group_->forward(x_BCT);
    if (layer_) x_BCT = layer_->forward(x_BCT.transpose(1, 2)).transpose(1, 2);
    return gelu_by_erf(x_BCT);
  }

 private:
  std::shared_ptr<Convolution> conv_;
  std::shared_ptr<Normalisation> group_;
  std::shared_ptr<TokenNorm> layer_;
};

void WaveEncoderOptions::describe(Fields& fields) {
  fields.field("channels", channels, "of each convolution over the wave").at_least(1);
  fields.field("kernels", kernels, "length of each convolution").at_least(1);
  fields.field("strides", strides, "step of each convolution").at_least(1);
  fields
      .field("wave_norm", norm,
             "group: the first convolution's channels over time (base); layer: every frame after "
             "each convolution (large)")
      .one_of({"group", "layer"});
  fields.field("wave_bias", bias, "biases in the convolutions over the wave");
}

at::Tensor gelu_by_erf(const at::Tensor& x) { return x * (at::erf(x * std::sqrt(0.5)) + 1) * 0.5; }

WaveEncoder::WaveEncoder(const WaveEncoderOptions& options) : options_(options) {
  const std::size_t count = options.channels.size();
  if (count == 0 || options.kernels.size() != count || options.strides.size() != count) {
    throw Error("channels, kernels and strides name " + std::to_string(count) + ", " +
                    std::to_string(options.kernels.size()) + " and " +
                    std::to_string(options.strides.size()) + " convolutions",
                "model", "give the same number of each, at least one");
  }
  const auto list = register_module("conv_layers", std::make_shared<torch::nn::Module>());
  std::int64_t in = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string norm = options.norm == "layer" || i == 0 ? options.norm : "none";
    layers_.push_back(list->register_module(
        std::to_string(i),
        std::make_shared<Layer>(Convolution::Options{in, options.channels[i], options.kernels[i],
                                                     options.strides[i], options.bias},
                                norm)));
    in = options.channels[i];
  }
}

at::Tensor WaveEncoder::forward(const at::Tensor& wave_BN) {
  if (frames(wave_BN.size(1)) < 1) {
    throw Error("a clip of " + std::to_string(wave_BN.size(1)) + " samples gives no frame",
                "audio.wav2vec2", "use longer clips, or set the data's seconds");
  }
  at::Tensor x_BCT = wave_BN.unsqueeze(1);
  for (const auto& layer : layers_) x_BCT = layer->forward(x_BCT);
  return x_BCT.transpose(1, 2);
}

std::int64_t WaveEncoder::frames(std::int64_t samples) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (samples < options_.kernels[i]) return 0;
    samples = (samples - options_.kernels[i]) / options_.strides[i] + 1;
  }
  return samples;
}

at::Tensor WaveEncoder::frames(const at::Tensor& samples_B) const {
  at::Tensor count = samples_B;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    count = count.sub(options_.kernels[i])
                .div(options_.strides[i], "floor")
                .add(1)
                .clamp_min(0)
                .to(at::kLong);
  }
  return count;
}

}  // namespace warmstart::audio
