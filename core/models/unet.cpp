// U-Net for images and volumes (Ronneberger et al. 2015; residual 3-D form as in STU-Net, seed card
// 01).
#include <ATen/ATen.h>

#include <numeric>

#include "core/base/error.h"
#include "core/layers/conv_block.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "core/models/model.h"

namespace warmstart {
namespace {

constexpr std::size_t kSupervisedLevels = 3;  // full, 1/2 and 1/4 resolution

/// The blocks of one encoder level; the first one strides.
class UNetLevel final : public torch::nn::Module {
 public:
  UNetLevel(ConvBlockOptions options, std::int64_t blocks) {
    for (std::int64_t i = 0; i < blocks; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i), std::make_shared<ConvBlock>(options)));
      options.in = options.out;
      options.stride = {};
    }
  }
  at::Tensor forward(at::Tensor x, const at::Tensor& active) {
    for (const auto& block : blocks_) x = block->forward(x, active);
    return x;
  }

 private:
  std::vector<std::shared_ptr<ConvBlock>> blocks_;
};

/// Up-samples the coarser map, joins the skip connection.
class UNetUp final : public torch::nn::Module {
 public:
  UNetUp(const ConvBlockOptions& options, std::int64_t coarse_channels,
         std::vector<std::int64_t> factor)
      : factor_(std::move(factor)) {
    const ConvolutionOptions narrow{
        .dims = options.dims, .in = coarse_channels, .out = options.out, .kernel = 1};
    up_ = register_module("up", std::make_shared<Convolution>(narrow));
    ConvBlockOptions joined = options;
    joined.in = 2 * options.out;
    block_ = register_module("block", std::make_shared<ConvBlock>(joined));
  }
  at::Tensor forward(const at::Tensor& coarse, const at::Tensor& skip) {
    // A 1-wide convolution commutes with nearest up-sampling: doing it first is equal and 2^dims
    // times cheaper.
    return block_->forward(at::cat({skip, upsample_nearest(up_->forward(coarse), factor_)}, 1));
  }

 private:
  std::shared_ptr<Convolution> up_;
  std::shared_ptr<ConvBlock> block_;
  std::vector<std::int64_t> factor_;
};

struct UNet final : Backbone {
  struct Config {
    std::int64_t dims = 3;
    std::int64_t in_channels = 1;
    std::int64_t classes = 2;
    std::vector<std::int64_t> widths{16, 32, 64};
    std::int64_t blocks = 1;
    bool residual = true;
    std::string norm = "instance";
    bool deep_supervision = false;
    std::vector<std::int64_t> depth_strides;
    double dropout = 0;

    void describe(Fields& fields) {
      fields.field("dims", dims, "2 for images, 3 for volumes").within(2, 3);
      fields.field("in_channels", in_channels, "channels of the image").at_least(1);
      fields.field("classes", classes, "output channels, background included").at_least(1);
      fields
          .field("widths", widths,
                 "channels of each level, finest first; each further level halves the grid")
          .at_least(1);
      fields.field("blocks", blocks, "blocks of two convolutions in each encoder level")
          .at_least(1);
      fields.field("residual", residual, "add each block's input to its output");
      fields.field("norm", norm, "normalisation").one_of({"instance", "batch", "none"});
      fields.field("deep_supervision", deep_supervision,
                   "while training also predict at 1/2 and 1/4 resolution (logits.1, logits.2)");
      fields
          .field("depth_strides", depth_strides,
                 "stride of the depth axis at each level after the first, for thick slices; empty "
                 "= 2 everywhere")
          .within(1, 2);
      fields.field("dropout", dropout, "share of channels dropped after each encoder block")
          .within(0, 0.9);
    }
  };

  explicit UNet(const Config& config) : config_(config) {
    check();
    make_encoder();
    make_decoder();
    make_head();
  }

  std::vector<at::Tensor> features(const at::Tensor& x, const at::Tensor& active) override {
    std::vector<at::Tensor> maps;
    at::Tensor y = x;
    if (active.defined()) y = y * mask_at(active, 0);
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      y = levels_[level]->forward(y, active.defined() ? mask_at(active, level) : at::Tensor());
      maps.push_back(y);
    }
    return maps;
  }

  at::Tensor forward(const at::Tensor& x) override {
    return heads_[0]->forward(decode(features(x, {})).front());
  }

  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check_image(image, config_.dims, config_.in_channels, "unet");
    check_divisible(image, axis_strides(levels_.size() - 1), "unet");
    check_deepest(image);
    const auto maps = decode(features(image, {}));
    Batch outputs;
    outputs.set("logits", heads_[0]->forward(maps[0]));
    for (std::size_t level = 1; is_training() && level < heads_.size(); ++level) {
      outputs.set("logits." + std::to_string(level), heads_[level]->forward(maps[level]));
    }
    return outputs;
  }

  std::vector<std::int64_t> channels() const override { return config_.widths; }
  std::vector<std::int64_t> strides() const override {
    std::vector<std::int64_t> strides;
    for (std::size_t level = 0; level < config_.widths.size(); ++level)
      strides.push_back(axis_strides(level).back());
    return strides;
  }
  std::vector<std::int64_t> axis_strides(std::size_t level) const override {
    std::vector<std::int64_t> total(static_cast<std::size_t>(config_.dims), 1);
    for (std::size_t l = 1; l <= level; ++l) {
      const auto step = level_stride(l);
      for (std::size_t axis = 0; axis < total.size(); ++axis) total[axis] *= step[axis];
    }
    return total;
  }
  std::int64_t dims() const override { return config_.dims; }
  std::int64_t in_channels() const override { return config_.in_channels; }

 private:
  void check() const {
    const auto& depth = config_.depth_strides;
    if (config_.widths.size() < 2) {
      throw Error("widths needs at least two levels", "model.widths",
                  "give a list such as [16, 32, 64]");
    }
    if (depth.empty()) return;
    if (config_.dims != 3)
      throw Error("depth_strides needs dims: 3", "model.depth_strides", "remove it");
    if (depth.size() + 1 != config_.widths.size()) {
      throw Error("depth_strides has " + std::to_string(depth.size()) + " entries for " +
                      std::to_string(config_.widths.size()) + " levels",
                  "model.depth_strides", "give one entry for each level after the first");
    }
  }

  /// A single site normalises to zero, so that the deepest level would say nothing.
  void check_deepest(const at::Tensor& image) const {
    std::int64_t sites = image.numel() / (image.size(0) * image.size(1));
    for (const std::int64_t stride : axis_strides(levels_.size() - 1)) sites /= stride;
    if (sites > 1 || config_.norm != "instance") return;
    throw Error("image of " + sizes_text(image.sizes().slice(2)) +
                    " leaves a single site at the deepest level",
                "model unet", "use larger images, fewer widths, or norm: batch");
  }

  /// Stride from level - 1 to level along each axis.
  std::vector<std::int64_t> level_stride(std::size_t level) const {
    std::vector<std::int64_t> stride(static_cast<std::size_t>(config_.dims), level == 0 ? 1 : 2);
    if (level > 0 && !config_.depth_strides.empty()) stride[0] = config_.depth_strides[level - 1];
    return stride;
  }

  ConvBlockOptions block_options(std::int64_t in, std::int64_t out) const {
    return {.dims = config_.dims,
            .in = in,
            .out = out,
            .norm = config_.norm,
            .residual = config_.residual};
  }

  void make_encoder() {
    const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>());
    std::int64_t in = config_.in_channels;
    for (std::size_t level = 0; level < config_.widths.size(); ++level) {
      ConvBlockOptions options = block_options(in, config_.widths[level]);
      options.stride = level_stride(level);
      options.dropout = config_.dropout;
      levels_.push_back(encoder->register_module(
          "level" + std::to_string(level), std::make_shared<UNetLevel>(options, config_.blocks)));
      in = options.out;
    }
  }

  void make_decoder() {
    const auto decoder = register_module("decoder", std::make_shared<torch::nn::Module>());
    for (std::size_t level = 0; level + 1 < config_.widths.size(); ++level) {
      const std::int64_t width = config_.widths[level];
      ups_.push_back(decoder->register_module(
          "level" + std::to_string(level),
          std::make_shared<UNetUp>(block_options(width, width), config_.widths[level + 1],
                                   level_stride(level + 1))));
    }
  }

  void make_head() {
    const auto head = register_module("head", std::make_shared<torch::nn::Module>());
    const std::size_t outputs =
        config_.deep_supervision ? std::min(kSupervisedLevels, ups_.size()) : 1;
    for (std::size_t level = 0; level < outputs; ++level) {
      const ConvolutionOptions options{
          .dims = config_.dims, .in = config_.widths[level], .out = config_.classes, .kernel = 1};
      heads_.push_back(head->register_module("level" + std::to_string(level),
                                             std::make_shared<Convolution>(options)));
    }
  }

  /// The coarsest grid's mask on the grid of `level`.
  at::Tensor mask_at(const at::Tensor& active, std::size_t level) const {
    std::vector<std::int64_t> factor = axis_strides(levels_.size() - 1);
    const auto here = axis_strides(level);
    for (std::size_t axis = 0; axis < factor.size(); ++axis) factor[axis] /= here[axis];
    return upsample_nearest(active, factor);
  }

  /// Decoder maps, finest first, one for each level but the last.
  std::vector<at::Tensor> decode(const std::vector<at::Tensor>& features) {
    std::vector<at::Tensor> maps(ups_.size());
    at::Tensor y = features.back();
    tap("feature.map", y);
    for (std::size_t level = ups_.size(); level-- > 0;) {
      y = ups_[level]->forward(y, features[level]);
      maps[level] = y;
    }
    return maps;
  }

  Config config_;
  std::vector<std::shared_ptr<UNetLevel>> levels_;
  std::vector<std::shared_ptr<UNetUp>> ups_;
  std::vector<std::shared_ptr<Convolution>> heads_;
};

const Registered<Model, UNet> unet{{
    .name = "unet",
    .summary = "encoder-decoder with skip connections for segmenting images and volumes",
    .needs = {"image"},
    .yields = {"logits"},
    .papers = {1, 17, 18},
}};

}  // namespace
}  // namespace warmstart
