// Residual network of few blocks whose residual branch ends in attention (seed card 16).
#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include "core/base/error.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "plugins/satellite/components/attention_layers.h"
#include "plugins/satellite/components/feature_classifier.h"

namespace warmstart::satellite {
namespace {

struct AttentionChoice {
  std::string kind;  ///< none, se, coord, cbam, balanced
  std::int64_t coordinate_reduction, squeeze_reduction;
  double fusion_start;
};

/// Whichever attention was chosen, behind one call.
class BlockAttention final : public torch::nn::Module {
 public:
  BlockAttention(const AttentionChoice& choice, std::int64_t channels) {
    if (choice.kind == "se")
      squeeze_ = register_module(
          "squeeze", std::make_shared<SqueezeExcitation>(channels, choice.squeeze_reduction));
    if (choice.kind == "coord")
      coordinate_ = register_module("coordinate", std::make_shared<CoordinateAttention>(
                                                      channels, choice.coordinate_reduction));
    if (choice.kind == "cbam")
      cbam_ =
          register_module("cbam", std::make_shared<Cbam>(channels, choice.squeeze_reduction, 7));
    if (choice.kind == "balanced")
      fusion_ = register_module(
          "fusion", std::make_shared<GatedFusion>(channels, choice.coordinate_reduction,
                                                  choice.squeeze_reduction, choice.fusion_start));
  }
  at::Tensor forward(const at::Tensor& x) {
    if (squeeze_) return squeeze_->forward(x);
    if (coordinate_) return coordinate_->forward(x);
    if (cbam_) return cbam_->forward(x);
    return fusion_ ? fusion_->forward(x) : x;
  }
  const GatedFusion* fusion() const { return fusion_.get(); }

 private:
  std::shared_ptr<SqueezeExcitation> squeeze_;
  std::shared_ptr<CoordinateAttention> coordinate_;
  std::shared_ptr<Cbam> cbam_;
  std::shared_ptr<GatedFusion> fusion_;
};

struct AttentionBlockOptions {
  std::int64_t in, out, stride, drop_size;
  double drop;
  std::string where;
};

/// conv-BN-ReLU-DropBlock-conv-BN-attention + shortcut, ReLU.
class AttentionBlock final : public torch::nn::Module {
 public:
  AttentionBlock(const AttentionBlockOptions& options, const AttentionChoice& choice)
      : options_(options) {
    conv1_ = add("conv1", options.in, 3, options.stride);
    norm1_ = register_module("norm1", std::make_shared<Normalisation>("batch", options.out));
    conv2_ = add("conv2", options.out, 3, 1);
    norm2_ = register_module("norm2", std::make_shared<Normalisation>("batch", options.out));
    attention_ =
        register_module("attention", std::make_shared<BlockAttention>(choice, options.out));
    if (options.stride == 1 && options.in == options.out) return;
    shortcut_ = add("shortcut", options.in, 1, options.stride);
    shortcut_norm_ =
        register_module("shortcut_norm", std::make_shared<Normalisation>("batch", options.out));
  }
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = at::relu(norm1_->forward(conv1_->forward(x)));
    if (is_training() && options_.drop > 0)
      y = drop_block(y, options_.drop, options_.drop_size, options_.where);
    y = attention_->forward(norm2_->forward(conv2_->forward(y)));
    return at::relu(y + (shortcut_ ? shortcut_norm_->forward(shortcut_->forward(x)) : x));
  }
  const GatedFusion* fusion() const { return attention_->fusion(); }

 private:
  std::shared_ptr<Convolution> add(const std::string& name, std::int64_t in, std::int64_t kernel,
                                   std::int64_t stride) {
    return register_module(
        name, std::make_shared<Convolution>(ConvolutionOptions{.dims = 2,
                                                               .in = in,
                                                               .out = options_.out,
                                                               .kernel = kernel,
                                                               .stride = {stride, stride},
                                                               .bias = false}));
  }
  AttentionBlockOptions options_;
  std::shared_ptr<Convolution> conv1_, conv2_, shortcut_;
  std::shared_ptr<Normalisation> norm1_, norm2_, shortcut_norm_;
  std::shared_ptr<BlockAttention> attention_;
};

/// Outputs: logits (B,K); features (B,C), pooled; fusion (B,blocks), the share s of coordinate
/// attention in each block, where attention is balanced.
class AttnResNet final : public FeatureClassifier {
 public:
  struct Config {
    std::int64_t in_channels = 3, classes = 10;
    std::vector<std::int64_t> widths{64, 128, 256, 512}, depths{3, 3, 3, 2};
    std::string attention = "balanced";
    std::int64_t coordinate_reduction = 8, squeeze_reduction = 16, drop_size = 7;
    double fusion_start = 0.6224593312018546, dropout = 0.5;
    std::vector<double> drop{0.05, 0.1, 0.15, 0.2};
    void describe(Fields& fields) {
      fields.field("in_channels", in_channels, "bands of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("widths", widths, "channels of each stage; each after the first halves the map")
          .at_least(1);
      fields.field("depths", depths, "blocks of each stage").at_least(1);
      fields
          .field("attention", attention,
                 "at the end of each block; balanced: coordinate attention and "
                 "squeeze-excitation, weighed by one learned share")
          .one_of({"none", "se", "coord", "cbam", "balanced"});
      fields.field("coordinate_reduction", coordinate_reduction, "of coordinate attention")
          .at_least(1);
      fields.field("squeeze_reduction", squeeze_reduction, "of squeeze-excitation and CBAM")
          .at_least(1);
      fields
          .field("fusion_start", fusion_start,
                 "share of coordinate attention before training (sigmoid of alpha)")
          .within(0.01, 0.99);
      fields.field("drop", drop, "DropBlock of each stage: expected share dropped; empty: none")
          .within(0, 0.9);
      fields.field("drop_size", drop_size, "edge of the squares that DropBlock drops")
          .at_least(1)
          .unit("pixels");
      fields.field("dropout", dropout, "before the last layer").within(0, 0.9);
    }
  };

  explicit AttnResNet(const Config& config)
      : FeatureClassifier("attn_resnet", config.in_channels), config_(config) {
    check();
    stem_ = register_module(
        "stem", std::make_shared<Convolution>(ConvolutionOptions{
                    .dims = 2, .in = config.in_channels, .out = config.widths[0], .bias = false}));
    stem_norm_ =
        register_module("stem_norm", std::make_shared<Normalisation>("batch", config.widths[0]));
    make_stages();
    head_ = register_module("head", torch::nn::Linear(config.widths.back(), config.classes));
    for (const auto& module : modules(/*include_self=*/false))
      if (auto* conv = dynamic_cast<Convolution*>(module.get()))
        torch::nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut, torch::kReLU);
    torch::nn::init::normal_(head_->weight, 0, 0.01);
    torch::nn::init::zeros_(head_->bias);
  }

  Batch run(const Batch& batch) override {
    Batch outputs = FeatureClassifier::run(batch);
    std::vector<at::Tensor> shares;
    for (const auto& block : blocks_)
      if (block->fusion() != nullptr) shares.push_back(block->fusion()->share().detach());
    if (!shares.empty())
      outputs.set("fusion", at::stack(shares).unsqueeze(0).expand({outputs.size(), -1}));
    return outputs;
  }

 private:
  void check() const {
    if (config_.widths.empty() || config_.widths.size() != config_.depths.size())
      throw Error("widths has " + std::to_string(config_.widths.size()) + " stages, depths " +
                      std::to_string(config_.depths.size()),
                  "model attn_resnet", "give one number of each for every stage");
    if (config_.drop_size % 2 == 0)
      throw Error("drop_size " + std::to_string(config_.drop_size) + " has no middle pixel",
                  "model attn_resnet", "use an odd number");
    if (config_.drop.empty() || config_.drop.size() >= config_.widths.size()) return;
    throw Error("drop has " + std::to_string(config_.drop.size()) + " numbers for " +
                    std::to_string(config_.widths.size()) + " stages",
                "model attn_resnet", "give one for each stage, or none");
  }

  void make_stages() {
    const AttentionChoice choice{config_.attention, config_.coordinate_reduction,
                                 config_.squeeze_reduction, config_.fusion_start};
    std::int64_t in = config_.widths[0];
    for (std::size_t stage = 0; stage < config_.widths.size(); ++stage) {
      for (std::int64_t i = 0; i < config_.depths[stage]; ++i) {
        const std::string name = "stage" + std::to_string(stage) + "_block" + std::to_string(i);
        const AttentionBlockOptions options{in,
                                            config_.widths[stage],
                                            stage > 0 && i == 0 ? 2 : 1,
                                            config_.drop_size,
                                            config_.drop.empty() ? 0 : config_.drop[stage],
                                            "model attn_resnet, " + name};
        blocks_.push_back(register_module(name, std::make_shared<AttentionBlock>(options, choice)));
        in = options.out;
      }
    }
  }

  at::Tensor embed(const at::Tensor& x) override {
    at::Tensor y = at::relu(stem_norm_->forward(stem_->forward(x)));
    for (const auto& block : blocks_) y = block->forward(y);
    tap("feature.map", y);
    return y.mean({2, 3});
  }

  at::Tensor classify(const at::Tensor& features) override {
    return head_->forward(at::dropout(features, config_.dropout, is_training()));
  }

  Config config_;
  std::shared_ptr<Convolution> stem_;
  std::shared_ptr<Normalisation> stem_norm_;
  std::vector<std::shared_ptr<AttentionBlock>> blocks_;
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, AttnResNet> attn_resnet{{
    .name = "attn_resnet",
    .summary = "residual network with coordinate attention, squeeze-excitation, both, or CBAM",
    .needs = {"image"},
    .yields = {"logits", "features", "fusion"},
    .papers = {16},
}};

}  // namespace
}  // namespace warmstart::satellite
