// Masked autoencoding: hide patches and predict their values. A single-level backbone (a
// transformer) encodes visible patches alone and a small transformer decodes (He et al. 2022); a
// pyramid sees hidden cubes as zeros and a light convolutional decoder fills them in.
#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include "core/base/error.h"
#include "core/layers/attention.h"
#include "core/layers/patch_embedding.h"
#include "core/models/image_check.h"
#include "core/objectives/cubes.h"
#include "core/objectives/light_decoder.h"

namespace warmstart {
namespace {

/// Tokens of a grid with hidden ones replaced by a learned token -> voxels of every patch.
class TokenDecoder final : public torch::nn::Module {
 public:
  TokenDecoder(const Backbone& backbone, const TransformerBlockOptions& options, std::int64_t depth)
      : width_(options.width), edge_(backbone.axis_strides(0)) {
    std::int64_t voxels = backbone.in_channels();
    for (const std::int64_t stride : edge_) voxels *= stride;
    embed_ =
        register_module("embed", torch::nn::Linear(backbone.channels().front(), options.width));
    mask_token_ = register_parameter("mask_token", at::empty({1, 1, options.width}));
    torch::nn::init::normal_(mask_token_, 0.0, 0.02);
    for (std::int64_t i = 0; i < depth; ++i) {
      blocks_.push_back(register_module("block" + std::to_string(i),
                                        std::make_shared<TransformerBlock>(options)));
    }
    norm_ =
        register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({options.width})));
    head_ = register_module("head", torch::nn::Linear(options.width, voxels));
  }

  /// feature (B,C,grid), hidden (B,1,grid) -> (B,in_channels,[D,]H,W).
  at::Tensor forward(const at::Tensor& feature, const at::Tensor& hidden) {
    const std::vector<std::int64_t> grid(hidden.sizes().begin() + 2, hidden.sizes().end());
    const at::Tensor gone = hidden.flatten(2).transpose(1, 2);  // (B,T,1)
    at::Tensor x = embed_->forward(feature.flatten(2).transpose(1, 2));
    x = x * (1.0 - gone) + mask_token_ * gone + sincos_positions(grid, width_).to(x.options());
    for (const auto& block : blocks_) x = block->forward(x);
    return from_cubes(head_->forward(norm_->forward(x)), grid, edge_);
  }

 private:
  std::int64_t width_;
  std::vector<std::int64_t> edge_;
  torch::nn::Linear embed_{nullptr}, head_{nullptr};
  at::Tensor mask_token_;
  std::vector<std::shared_ptr<TransformerBlock>> blocks_;
  torch::nn::LayerNorm norm_{nullptr};
};

struct MaskedRegression final : Objective {
  struct Config {
    double ratio = 0.75;
    std::int64_t cube = 0;
    bool normalise = true;
    std::string error = "mse";
    std::string on = "hidden";
    std::int64_t decoder_width = 64;
    std::int64_t decoder_depth = 2;
    std::int64_t decoder_heads = 4;

    void describe(Fields& fields) {
      fields.field("ratio", ratio, "share of patches hidden, above 0 and below 1");
      fields.field("cube", cube, "edge of a hidden patch; 0 = the encoder's total stride")
          .at_least(0)
          .unit("voxels");
      fields.field("normalise", normalise,
                   "compare with each patch's values at mean 0 and deviation 1");
      fields.field("error", error, "squared (mse) or absolute (l1) difference")
          .one_of({"mse", "l1"});
      fields.field("on", on, "which patches count").one_of({"hidden", "all"});
      fields.field("decoder_width", decoder_width, "channels of the throw-away decoder")
          .at_least(1);
      fields
          .field("decoder_depth", decoder_depth,
                 "its transformer blocks, for a transformer encoder")
          .at_least(1);
      fields.field("decoder_heads", decoder_heads, "its attention heads, for a transformer encoder")
          .at_least(1);
    }
  };

  explicit MaskedRegression(const Config& config) : config_(config) {
    check_ratio(config.ratio, "masked_regression");
  }

  void attach(Model& model, const Json&) override {
    const Backbone& backbone = require_backbone(model, "masked_regression");
    edge_ = backbone.axis_strides(backbone.channels().size() - 1);
    const bool tokens = backbone.channels().size() == 1;
    if (config_.cube > 0) {
      if (tokens && config_.cube != edge_.back()) {
        throw Error("cube " + std::to_string(config_.cube) + " differs from the encoder's patch " +
                        std::to_string(edge_.back()),
                    "objective masked_regression",
                    "set cube: " + std::to_string(edge_.back()) + ", or 0");
      }
      edge_.assign(edge_.size(), config_.cube);
    }
    if (tokens) {
      const TransformerBlockOptions options{.width = config_.decoder_width,
                                            .heads = config_.decoder_heads};
      token_decoder_ = register_module(
          "decoder", std::make_shared<TokenDecoder>(backbone, options, config_.decoder_depth));
    } else {
      light_decoder_ = register_module(
          "decoder", std::make_shared<LightDecoder>(backbone, config_.decoder_width, false));
    }
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    Backbone& backbone = require_backbone(context.model, "masked_regression");
    const at::Tensor& image = batch.get("image");
    check_image(image, backbone.dims(), backbone.in_channels(), "input of masked_regression");
    check_divisible(image, backbone.axis_strides(backbone.channels().size() - 1),
                    "input of masked_regression");
    const auto grid = cube_grid(image, edge_, "masked_regression");
    const at::Tensor hidden =
        hide_cubes(image.size(0), grid, config_.ratio, mix_seed(context.seed, "masked_regression"),
                   image.options());
    return reconstruction_loss(predict(backbone, image, hidden), image, hidden,
                               {.edge = edge_,
                                .normalise = config_.normalise,
                                .absolute = config_.error == "l1",
                                .hidden_only = config_.on == "hidden"});
  }

 private:
  at::Tensor predict(Backbone& backbone, const at::Tensor& image, const at::Tensor& hidden) {
    if (token_decoder_)
      return token_decoder_->forward(backbone.features(image, 1.0 - hidden).front(), hidden);
    return light_decoder_->forward(
        backbone.features(image * (1.0 - upsample_nearest(hidden, edge_)), {}));
  }

  Config config_;
  std::vector<std::int64_t> edge_;
  std::shared_ptr<TokenDecoder> token_decoder_;
  std::shared_ptr<LightDecoder> light_decoder_;
};

const Registered<Objective, MaskedRegression> masked_regression{{
    .name = "masked_regression",
    .summary = "reconstruct hidden patches of images or volumes",
    .needs = {"image"},
    .yields = {"mask", "reconstruction"},
    .papers = {17, 19, 34, 63},
}};

}  // namespace
}  // namespace warmstart
