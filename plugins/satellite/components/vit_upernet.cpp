// Vision transformer with a UPerNet decoder, for maps of classes or densities (PhilEO; seed card
// 15).
#include <ATen/ATen.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/layers/attention.h"
#include "core/layers/patch_embedding.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "plugins/satellite/components/geo_encoder.h"
#include "plugins/satellite/components/upernet_decoder.h"

namespace warmstart::satellite {
namespace {

constexpr std::array<std::int64_t, 4> kStrides{4, 8, 16, 32};
constexpr double kPositionDeviation = 0.02;

/// Tokens after four of the blocks, as maps resized to strides 4, 8, 16 and 32, go through UPerNet.
/// Outputs: logits (B,classes,H,W); features (B,width), the mean token after the last block.
class VitUpernet final : public GeoEncoder {
 public:
  struct Config {
    std::int64_t in_channels = 6, classes = 1, image_size = 32, patch = 4, width = 48, depth = 4,
                 heads = 4, decoder_width = 32;
    double mlp_ratio = 4;
    std::vector<std::int64_t> levels{0, 1, 2, 3};
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "output channels: classes, or 1 for a density").at_least(1);
      fields.field("image_size", image_size, "edge of the image; a multiple of 32")
          .at_least(32)
          .unit("pixels");
      fields.field("patch", patch, "edge of a patch").at_least(1).unit("pixels");
      fields.field("width", width, "channels of a token").at_least(1);
      fields.field("depth", depth, "transformer blocks").at_least(4);
      fields.field("heads", heads, "attention heads; must divide width").at_least(1);
      fields.field("mlp_ratio", mlp_ratio, "hidden units of the MLP over width").above(0);
      fields
          .field("levels", levels,
                 "after which blocks, from 0, the decoder looks: four, for strides 4, 8, 16 and 32")
          .length(4)
          .at_least(0);
      fields.field("decoder_width", decoder_width, "channels of the decoder").at_least(1);
    }
  };

  explicit VitUpernet(const Config& config)
      : config_(config), grid_(config.image_size / config.patch) {
    check_sizes();
    make_encoder();
    UPerNetOptions options{config.width, config.decoder_width, {}};
    for (const std::int64_t stride : kStrides) options.edges.push_back(config.image_size / stride);
    decoder_ = register_module("decoder", std::make_shared<UPerNetDecoder>(options));
    head_ = register_module(
        "head", std::make_shared<Convolution>(ConvolutionOptions{
                    .dims = 2, .in = config.decoder_width, .out = config.classes, .kernel = 1}));
  }

  Code encode(const at::Tensor& x) override {
    Code code;
    if (tapping()) tap("patch.grid", at::tensor({grid_, grid_}, at::kLong));
    at::Tensor y = embedding_->forward(x) + positions_;
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      y = blocks_[block]->forward(y);
      const std::size_t level = code.skips.size();
      if (level < kStrides.size() && config_.levels[level] == static_cast<std::int64_t>(block))
        code.skips.push_back(resized(y, config_.image_size / kStrides[level]));
    }
    code.latent_BF = norm_->forward(y).mean(1);
    return code;
  }

  at::Tensor decode(const Code& code) override {
    const at::Tensor fused = decoder_->forward(code.skips);
    tap("feature.map", fused);
    return at::upsample_bilinear2d(fused, {config_.image_size, config_.image_size},
                                   /*align_corners=*/false);
  }

  at::Tensor forward(const at::Tensor& x) override { return head_->forward(decode(encode(x))); }

  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check_image(image, 2, config_.in_channels, "vit_upernet");
    if (image.size(2) != config_.image_size || image.size(3) != config_.image_size)
      throw Error("the image is " + sizes_text(image.sizes().slice(2)) + ", the model takes " +
                      std::to_string(config_.image_size),
                  "model vit_upernet", "crop or resize the images, or set image_size");
    if (is_training() && image.size(0) < 2)
      throw Error("a batch of one has no spread to normalise by", "model vit_upernet",
                  "set trainer.batch_size to 2 or more");
    const Code code = encode(image);
    Batch outputs;
    outputs.set("logits", head_->forward(decode(code)));
    outputs.set("features", code.latent_BF);
    return outputs;
  }

  std::int64_t latent() const override { return config_.width; }
  std::int64_t decoded() const override { return config_.decoder_width; }
  std::int64_t in_channels() const override { return config_.in_channels; }
  std::int64_t input_edge() const override { return config_.image_size; }

 private:
  void check_sizes() const {
    if (config_.image_size % kStrides.back() != 0)
      throw Error("image_size " + std::to_string(config_.image_size) + " is no multiple of 32",
                  "model vit_upernet.image_size", "crop or resize the images");
    if (config_.image_size % config_.patch != 0)
      throw Error("image_size " + std::to_string(config_.image_size) +
                      " is not divisible by patch " + std::to_string(config_.patch),
                  "model vit_upernet.patch", "choose a patch that divides the image");
    const bool rising = std::adjacent_find(config_.levels.begin(), config_.levels.end(),
                                           std::greater_equal<>()) == config_.levels.end();
    if (!rising || config_.levels.back() >= config_.depth)
      throw Error("levels does not name four blocks in order, the blocks are 0 to " +
                      std::to_string(config_.depth - 1),
                  "model vit_upernet.levels", "for example [5, 15, 23, 31] for depth 32");
  }

  void make_encoder() {
    const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>());
    embedding_ = encoder->register_module(
        "embedding",
        std::make_shared<PatchEmbedding>(2, config_.in_channels, config_.patch, config_.width));
    positions_ =
        encoder->register_parameter("positions", at::empty({1, grid_ * grid_, config_.width}));
    torch::nn::init::normal_(positions_, 0.0, kPositionDeviation);
    const TransformerBlockOptions options{config_.width, config_.heads, config_.mlp_ratio, 0};
    for (std::int64_t i = 0; i < config_.depth; ++i)
      blocks_.push_back(encoder->register_module("block" + std::to_string(i),
                                                 std::make_shared<TransformerBlock>(options)));
    norm_ = encoder->register_module(
        "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({config_.width})));
  }

  at::Tensor resized(const at::Tensor& tokens_BTD, std::int64_t edge) const {
    const at::Tensor map = tokens_BTD.transpose(1, 2).reshape({-1, config_.width, grid_, grid_});
    return edge == grid_ ? map : at::upsample_bilinear2d(map, {edge, edge}, false);
  }

  Config config_;
  std::int64_t grid_;  // patches along an edge
  std::shared_ptr<PatchEmbedding> embedding_;
  at::Tensor positions_;
  std::vector<std::shared_ptr<TransformerBlock>> blocks_;
  torch::nn::LayerNorm norm_{nullptr};
  std::shared_ptr<UPerNetDecoder> decoder_;
  std::shared_ptr<Convolution> head_;
};

const Registered<Model, VitUpernet> vit_upernet{{
    .name = "vit_upernet",
    .summary = "vision transformer with a UPerNet decoder, for maps of classes or densities",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {15},
}};

}  // namespace
}  // namespace warmstart::satellite
