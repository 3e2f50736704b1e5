// U-Net that passes through one latent vector, with skips that are dimmed at random so that the
// vector has to say what matters (PhilEO; seed card 15).
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include "core/base/error.h"
#include "core/layers/conv_block.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "plugins/satellite/components/geo_encoder.h"

namespace warmstart::satellite {
namespace {

/// skip -> scale * g * skip, scale learned for each channel; in training g ~ N(1/2, 1/4) for each
/// channel of each sample, kept in [0.1, 0.9], else 1/2.
class SkipGate final : public torch::nn::Module {
 public:
  explicit SkipGate(std::int64_t channels) {
    scale_ = register_parameter("scale", at::full({1, channels, 1, 1}, 2.0));
  }
  at::Tensor forward(const at::Tensor& skip, bool noisy) {
    if (!noisy) return 0.5 * scale_ * skip;
    const at::Tensor signal =
        (0.5 + 0.25 * at::randn({skip.size(0), skip.size(1), 1, 1}, skip.options()))
            .clamp(0.1, 0.9);
    return signal * scale_ * skip;
  }

 private:
  at::Tensor scale_;
};

/// Outputs: logits (B,classes,H,W); features (B,latent).
class GeoUnet final : public GeoEncoder {
 public:
  struct Config {
    std::int64_t in_channels = 6, classes = 1, image_size = 32, latent = 64, blocks = 1;
    std::vector<std::int64_t> widths{8, 16, 32};
    bool skip_noise = true;
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "output channels: classes, or 1 for a density").at_least(1);
      fields.field("image_size", image_size, "edge of the image").at_least(4).unit("pixels");
      fields.field("latent", latent, "length of the latent vector").at_least(1);
      fields.field("widths", widths, "channels of each level; each after the first halves the map")
          .at_least(1);
      fields.field("blocks", blocks, "blocks of two convolutions in each encoder level")
          .at_least(1);
      fields.field("skip_noise", skip_noise, "dim the skips at random while training");
    }
  };

  explicit GeoUnet(const Config& config)
      : config_(config), coarse_(config.image_size >> (config.widths.size() - 1)) {
    if (config.widths.size() < 2 || coarse_ << (config.widths.size() - 1) != config.image_size)
      throw Error("image_size " + std::to_string(config.image_size) + " cannot be halved for " +
                      std::to_string(config.widths.size()) + " levels",
                  "model geo_unet", "give two levels or more, and a size that they divide");
    make_encoder();
    make_decoder();
    head_ = register_module(
        "head", std::make_shared<Convolution>(ConvolutionOptions{
                    .dims = 2, .in = config.widths[0], .out = config.classes, .kernel = 1}));
  }

  Code encode(const at::Tensor& x) override {
    Code code;
    at::Tensor y = x;
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      if (level > 0) y = at::max_pool2d(narrow_[level - 1]->forward(y), {2, 2});
      for (const auto& block : levels_[level]) y = block->forward(y);
      code.skips.push_back(y);
    }
    tap("feature.map", y);
    code.latent_BF = norm_->forward(squeeze_->forward(y.flatten(1)));
    return code;
  }

  at::Tensor decode(const Code& code) override {
    at::Tensor y = at::relu(expand_->forward(code.latent_BF))
                       .reshape({-1, config_.widths.back(), coarse_, coarse_});
    const bool noisy = is_training() && config_.skip_noise;
    for (std::size_t level = ups_.size(); level-- > 0;) {
      const std::vector<double> twice{2, 2};
      const at::Tensor up =
          at::upsample_bilinear2d(lift_[level]->forward(y), c10::nullopt, false, twice);
      y = ups_[level]->forward(at::cat({up, gates_[level]->forward(code.skips[level], noisy)}, 1));
    }
    return y;
  }

  at::Tensor forward(const at::Tensor& x) override { return head_->forward(decode(encode(x))); }

  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check_image(image, 2, config_.in_channels, "geo_unet");
    if (image.size(2) != config_.image_size || image.size(3) != config_.image_size)
      throw Error("the image is " + sizes_text(image.sizes().slice(2)) + ", the model takes " +
                      std::to_string(config_.image_size),
                  "model geo_unet", "crop or resize the images, or set image_size");
    const Code code = encode(image);
    Batch outputs;
    outputs.set("logits", head_->forward(decode(code)));
    outputs.set("features", code.latent_BF);
    return outputs;
  }

  std::int64_t latent() const override { return config_.latent; }
  std::int64_t decoded() const override { return config_.widths[0]; }
  std::int64_t in_channels() const override { return config_.in_channels; }
  std::int64_t input_edge() const override { return config_.image_size; }

 private:
  static std::shared_ptr<ConvBlock> block(std::int64_t in, std::int64_t out) {
    return std::make_shared<ConvBlock>(
        ConvBlockOptions{.dims = 2, .in = in, .out = out, .norm = "batch", .residual = true});
  }
  static std::shared_ptr<Convolution> one_wide(std::int64_t in, std::int64_t out) {
    return std::make_shared<Convolution>(
        ConvolutionOptions{.dims = 2, .in = in, .out = out, .kernel = 1});
  }

  void make_encoder() {
    const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>());
    std::int64_t in = config_.in_channels;
    for (std::size_t level = 0; level < config_.widths.size(); ++level) {
      const std::int64_t width = config_.widths[level];
      const std::string number = std::to_string(level);
      if (level > 0) {
        narrow_.push_back(encoder->register_module("down" + number, one_wide(in, width)));
        in = width;
      }
      levels_.emplace_back();
      for (std::int64_t i = 0; i < config_.blocks; ++i) {
        levels_.back().push_back(encoder->register_module(
            "level" + number + "_block" + std::to_string(i), block(in, width)));
        in = width;
      }
    }
    squeeze_ = encoder->register_module("squeeze",
                                        torch::nn::Linear(in * coarse_ * coarse_, config_.latent));
    norm_ = encoder->register_module(
        "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({config_.latent})));
  }

  void make_decoder() {
    const auto decoder = register_module("decoder", std::make_shared<torch::nn::Module>());
    expand_ = decoder->register_module(
        "expand", torch::nn::Linear(config_.latent, config_.widths.back() * coarse_ * coarse_));
    for (std::size_t level = 0; level + 1 < config_.widths.size(); ++level) {
      const std::int64_t width = config_.widths[level];
      const std::string number = std::to_string(level);
      lift_.push_back(
          decoder->register_module("lift" + number, one_wide(config_.widths[level + 1], width)));
      gates_.push_back(
          decoder->register_module("gate" + number, std::make_shared<SkipGate>(width)));
      ups_.push_back(decoder->register_module("level" + number, block(2 * width, width)));
    }
  }

  Config config_;
  std::int64_t coarse_;  // edge of the coarsest map
  std::vector<std::vector<std::shared_ptr<ConvBlock>>> levels_;
  std::vector<std::shared_ptr<Convolution>> narrow_, lift_;
  std::vector<std::shared_ptr<SkipGate>> gates_;
  std::vector<std::shared_ptr<ConvBlock>> ups_;
  std::shared_ptr<Convolution> head_;
  torch::nn::Linear squeeze_{nullptr}, expand_{nullptr};
  torch::nn::LayerNorm norm_{nullptr};
};

const Registered<Model, GeoUnet> geo_unet{{
    .name = "geo_unet",
    .summary = "U-Net through one latent vector, with skips dimmed at random",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {15},
}};

}  // namespace
}  // namespace warmstart::satellite
