// Residual network for classifying images and volumes (He et al. 2016).
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include "core/base/error.h"
#include "core/layers/convolution.h"
#include "core/layers/normalisation.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "core/models/model.h"

namespace warmstart {
namespace {

constexpr std::int64_t kBottleneckExpansion = 4;

struct ResidualOptions {
  std::int64_t dims, in, width, stride;
  std::string norm;
  bool bottleneck;
};

/// Two 3-wide convolutions (basic), or 1-3-1 with four times the channels (bottleneck), plus the
/// shortcut.
class ResidualBlock final : public torch::nn::Module {
 public:
  explicit ResidualBlock(const ResidualOptions& options) {
    const std::int64_t out = options.width * (options.bottleneck ? kBottleneckExpansion : 1);
    if (options.bottleneck) {
      add(options, options.in, options.width, 1, 1);
      add(options, options.width, options.width, 3, options.stride);
      add(options, options.width, out, 1, 1);
    } else {
      add(options, options.in, options.width, 3, options.stride);
      add(options, options.width, out, 3, 1);
    }
    if (options.stride != 1 || options.in != out) {
      shortcut_ =
          register_module("shortcut", convolution(options, options.in, out, 1, options.stride));
      shortcut_norm_ =
          register_module("shortcut_norm", std::make_shared<Normalisation>(options.norm, out));
    }
  }

  /// `here`, `next`: masks of the input's and the output's grid, or undefined. See
  /// Backbone::features.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& here, const at::Tensor& next) {
    at::Tensor y = x;
    for (std::size_t i = 0; i < convs_.size(); ++i) {
      const at::Tensor& active = i < strided_ ? here : next;
      y = norms_[i]->forward(convs_[i]->forward(y, active), active);
      if (i + 1 < convs_.size()) y = at::relu(y);
    }
    const at::Tensor skip =
        shortcut_ ? shortcut_norm_->forward(shortcut_->forward(x, next), next) : x;
    return at::relu(y + skip);
  }

 private:
  static std::shared_ptr<Convolution> convolution(const ResidualOptions& options, std::int64_t in,
                                                  std::int64_t out, std::int64_t kernel,
                                                  std::int64_t stride) {
    ConvolutionOptions conv{.dims = options.dims, .in = in, .out = out, .kernel = kernel};
    conv.stride.assign(static_cast<std::size_t>(options.dims), stride);
    conv.bias = options.norm == "none";
    return std::make_shared<Convolution>(conv);
  }

  void add(const ResidualOptions& options, std::int64_t in, std::int64_t out, std::int64_t kernel,
           std::int64_t stride) {
    const std::string number = std::to_string(convs_.size() + 1);
    if (kernel == 3 && strided_ == kUnset) strided_ = convs_.size();
    convs_.push_back(
        register_module("conv" + number, convolution(options, in, out, kernel, stride)));
    norms_.push_back(
        register_module("norm" + number, std::make_shared<Normalisation>(options.norm, out)));
  }

  static constexpr std::size_t kUnset = static_cast<std::size_t>(-1);
  std::size_t strided_ = kUnset;  ///< index of the convolution that moves to the output's grid
  std::vector<std::shared_ptr<Convolution>> convs_;
  std::vector<std::shared_ptr<Normalisation>> norms_;
  std::shared_ptr<Convolution> shortcut_;
  std::shared_ptr<Normalisation> shortcut_norm_;
};

struct ResNet final : Backbone {
  struct Config {
    std::int64_t dims = 2;
    std::int64_t in_channels = 3;
    std::int64_t classes = 10;
    std::string block = "basic";
    std::vector<std::int64_t> depths{2, 2, 2, 2};
    std::int64_t width = 64;
    std::string norm = "batch";
    bool small_images = true;

    void describe(Fields& fields) {
      fields.field("dims", dims, "2 for images, 3 for volumes").within(2, 3);
      fields.field("in_channels", in_channels, "channels of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("block", block, "basic (ResNet-18, 34) or bottleneck (50 and deeper)")
          .one_of({"basic", "bottleneck"});
      fields.field("depths", depths, "blocks of each level").at_least(1);
      fields.field("width", width, "channels of the first level; each further level doubles them")
          .at_least(1);
      fields.field("norm", norm, "normalisation").one_of({"batch", "instance", "none"});
      fields.field("small_images", small_images,
                   "3-wide stem without striding, for 32-pixel images; else 7-wide with stride 2 "
                   "and pooling");
    }
  };

  explicit ResNet(const Config& config) : config_(config) {
    if (config.depths.empty())
      throw Error("depths is empty", "model.depths", "give a list such as [2, 2, 2, 2]");
    make_encoder();
    head_ = register_module("head", torch::nn::Linear(channels().back(), config.classes));
  }

  std::vector<at::Tensor> features(const at::Tensor& x, const at::Tensor& active) override {
    at::Tensor y = stem(x, active);
    std::vector<at::Tensor> maps;
    at::Tensor here = mask_at(active, strides().front());
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      const at::Tensor next = mask_at(active, strides()[level]);
      for (const auto& block : levels_[level]) {
        y = block->forward(y, here, next);
        here = next;
      }
      maps.push_back(y);
    }
    tap("feature.map", y);
    return maps;
  }

  at::Tensor forward(const at::Tensor& x) override {
    return head_->forward(features(x, {}).back().flatten(2).mean(2));
  }

  Batch run(const Batch& batch) override {
    check_image(batch.get("image"), config_.dims, config_.in_channels, "resnet");
    const at::Tensor last = features(batch.get("image"), {}).back();
    Batch outputs;
    outputs.set("logits", head_->forward(last.flatten(2).mean(2)));
    outputs.set("features", last);
    return outputs;
  }

  std::vector<std::int64_t> channels() const override {
    std::vector<std::int64_t> channels;
    const std::int64_t expansion = config_.block == "bottleneck" ? kBottleneckExpansion : 1;
    for (std::size_t level = 0; level < config_.depths.size(); ++level) {
      channels.push_back((config_.width << level) * expansion);
    }
    return channels;
  }
  std::vector<std::int64_t> strides() const override {
    std::vector<std::int64_t> strides;
    for (std::size_t level = 0; level < config_.depths.size(); ++level) {
      strides.push_back((config_.small_images ? 1 : 4) * (std::int64_t{1} << level));
    }
    return strides;
  }
  std::int64_t dims() const override { return config_.dims; }
  std::int64_t in_channels() const override { return config_.in_channels; }

 private:
  void make_encoder() {
    const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>());
    const auto stem = encoder->register_module("stem", std::make_shared<torch::nn::Module>());
    ConvolutionOptions conv{.dims = config_.dims, .in = config_.in_channels, .out = config_.width};
    conv.kernel = config_.small_images ? 3 : 7;
    conv.stride.assign(static_cast<std::size_t>(config_.dims), config_.small_images ? 1 : 2);
    conv.bias = config_.norm == "none";
    stem_conv_ = stem->register_module("conv", std::make_shared<Convolution>(conv));
    stem_norm_ =
        stem->register_module("norm", std::make_shared<Normalisation>(config_.norm, config_.width));
    std::int64_t in = config_.width;
    for (std::size_t level = 0; level < config_.depths.size(); ++level) {
      const auto stage = encoder->register_module("level" + std::to_string(level),
                                                  std::make_shared<torch::nn::Module>());
      levels_.emplace_back();
      for (std::int64_t i = 0; i < config_.depths[level]; ++i) {
        const ResidualOptions options{config_.dims,           in,
                                      config_.width << level, i == 0 && level > 0 ? 2 : 1,
                                      config_.norm,           config_.block == "bottleneck"};
        levels_[level].push_back(stage->register_module("block" + std::to_string(i),
                                                        std::make_shared<ResidualBlock>(options)));
        in = channels()[level];
      }
    }
  }

  at::Tensor stem(const at::Tensor& x, const at::Tensor& active) {
    const std::int64_t stride = config_.small_images ? 1 : 2;
    const at::Tensor visible = active.defined() ? x * mask_at(active, 1) : x;
    const at::Tensor mask = mask_at(active, stride);
    const at::Tensor y = at::relu(stem_norm_->forward(stem_conv_->forward(visible, mask), mask));
    if (config_.small_images) return y;
    // After the ReLU hidden zeros never win against a visible site, so plain pooling is the sparse
    // one.
    const at::Tensor pooled = config_.dims == 3 ? at::max_pool3d(y, {3, 3, 3}, {2, 2, 2}, {1, 1, 1})
                                                : at::max_pool2d(y, {3, 3}, {2, 2}, {1, 1});
    return active.defined() ? pooled * mask_at(active, 4) : pooled;
  }

  /// The coarsest grid's mask on the grid of that stride; undefined stays so.
  at::Tensor mask_at(const at::Tensor& active, std::int64_t stride) const {
    if (!active.defined()) return active;
    return upsample_nearest(active,
                            std::vector<std::int64_t>(static_cast<std::size_t>(config_.dims),
                                                      strides().back() / stride));
  }

  Config config_;
  std::shared_ptr<Convolution> stem_conv_;
  std::shared_ptr<Normalisation> stem_norm_;
  std::vector<std::vector<std::shared_ptr<ResidualBlock>>> levels_;
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, ResNet> resnet{{
    .name = "resnet",
    .summary = "residual network for classifying images and volumes",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {23, 29, 33},
}};

}  // namespace
}  // namespace warmstart
