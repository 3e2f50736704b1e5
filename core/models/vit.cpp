// Vision transformer for images and volumes (Dosovitskiy et al. 2021).
#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <numeric>

#include "core/base/error.h"
#include "core/layers/attention.h"
#include "core/layers/patch_embedding.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"
#include "core/models/model.h"

namespace warmstart {
namespace {

constexpr double kTokenDeviation = 0.02;  // of learned tokens and positions, as in the paper

struct Vit final : Backbone {
  struct Config {
    std::int64_t dims = 2;
    std::int64_t in_channels = 3;
    std::int64_t classes = 2;
    std::vector<std::int64_t> image_size{32};
    std::int64_t patch = 4;
    std::int64_t width = 192;
    std::int64_t depth = 6;
    std::int64_t heads = 3;
    double mlp_ratio = 4;
    std::string pool = "cls";
    std::string positions = "learned";
    double dropout = 0;

    void describe(Fields& fields) {
      fields.field("dims", dims, "2 for images, 3 for volumes").within(2, 3);
      fields.field("in_channels", in_channels, "channels of the image").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("image_size", image_size, "size along each axis; one number = all axes")
          .at_least(1)
          .unit("pixels");
      fields.field("patch", patch, "edge of a patch").at_least(1).unit("pixels");
      fields.field("width", width, "channels of a token").at_least(1);
      fields.field("depth", depth, "transformer blocks").at_least(1);
      fields.field("heads", heads, "attention heads; must divide width").at_least(1);
      fields.field("mlp_ratio", mlp_ratio, "hidden units of the MLP over width").above(0);
      fields.field("pool", pool, "what the classifier sees: the class token or the mean patch")
          .one_of({"cls", "mean"});
      fields.field("positions", positions, "position embedding").one_of({"learned", "sincos"});
      fields.field("dropout", dropout, "share of activations dropped").within(0, 0.9);
    }
  };

  explicit Vit(const Config& config) : config_(config), grid_(grid_of(config)) {
    make_encoder();
    head_ = register_module("head", torch::nn::Linear(config.width, config.classes));
  }

  at::Tensor forward(const at::Tensor& x) override { return classify(encode(tokens(x))); }

  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check(image);
    const at::Tensor encoded = encode(tokens(image));
    Batch outputs;
    outputs.set("logits", classify(encoded));
    outputs.set("features", to_grid(patches_of(encoded)));
    return outputs;
  }

  std::vector<at::Tensor> features(const at::Tensor& x, const at::Tensor& active) override {
    if (!active.defined()) return {to_grid(patches_of(encode(tokens(x))))};
    // Hidden tokens are left out altogether (masked autoencoders, He et al. 2022).
    const at::Tensor all_BTD = tokens(x);
    const at::Tensor index = visible_index(active).unsqueeze(-1).expand({-1, -1, config_.width});
    const at::Tensor seen = patches_of(encode(all_BTD.gather(1, index)));
    return {to_grid(at::zeros_like(all_BTD).scatter(1, index, seen))};
  }

  std::vector<std::int64_t> channels() const override { return {config_.width}; }
  std::vector<std::int64_t> strides() const override { return {config_.patch}; }
  std::int64_t dims() const override { return config_.dims; }
  std::int64_t in_channels() const override { return config_.in_channels; }

 private:
  static std::vector<std::int64_t> grid_of(const Config& config) {
    std::vector<std::int64_t> size = config.image_size;
    if (size.size() == 1) size.assign(static_cast<std::size_t>(config.dims), size.front());
    if (size.size() != static_cast<std::size_t>(config.dims)) {
      throw Error("image_size has " + std::to_string(size.size()) +
                      " entries for dims: " + std::to_string(config.dims),
                  "model.image_size", "give one number, or one for each axis");
    }
    for (std::int64_t& edge : size) {
      if (edge % config.patch != 0) {
        throw Error("image_size " + std::to_string(edge) + " is not divisible by patch " +
                        std::to_string(config.patch),
                    "model.patch", "choose a patch that divides the image");
      }
      edge /= config.patch;
    }
    return size;
  }

  void make_encoder() {
    encoder_ = register_module("encoder", std::make_shared<torch::nn::Module>());
    embedding_ = encoder_->register_module(
        "embedding", std::make_shared<PatchEmbedding>(config_.dims, config_.in_channels,
                                                      config_.patch, config_.width));
    if (config_.positions == "learned") {
      positions_ =
          encoder_->register_parameter("positions", at::empty({1, token_count(), config_.width}));
      torch::nn::init::normal_(positions_, 0.0, kTokenDeviation);
    } else {
      positions_ = encoder_->register_buffer("positions",
                                             sincos_positions(grid_, config_.width).unsqueeze(0));
    }
    if (config_.pool == "cls") {
      class_token_ = encoder_->register_parameter("class_token", at::empty({1, 1, config_.width}));
      torch::nn::init::normal_(class_token_, 0.0, kTokenDeviation);
    }
    const TransformerBlockOptions options{config_.width, config_.heads, config_.mlp_ratio,
                                          config_.dropout};
    for (std::int64_t i = 0; i < config_.depth; ++i) {
      blocks_.push_back(encoder_->register_module("block" + std::to_string(i),
                                                  std::make_shared<TransformerBlock>(options)));
    }
    norm_ = encoder_->register_module(
        "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({config_.width})));
  }

  void check(const at::Tensor& image) const {
    check_image(image, config_.dims, config_.in_channels, "vit");
    for (std::size_t axis = 0; axis < grid_.size(); ++axis) {
      if (image.size(static_cast<std::int64_t>(axis) + 2) == grid_[axis] * config_.patch) continue;
      std::vector<std::int64_t> want = grid_;
      for (std::int64_t& edge : want) edge *= config_.patch;
      throw Error("image of " + sizes_text(image.sizes().slice(2)) + ", the model takes " +
                      sizes_text(want),
                  "model vit", "set model.image_size or resize the images");
    }
  }

  std::int64_t token_count() const {
    return std::accumulate(grid_.begin(), grid_.end(), std::int64_t{1}, std::multiplies<>());
  }

  /// Embedded patches with positions, (B,T,D).
  at::Tensor tokens(const at::Tensor& x) { return embedding_->forward(x) + positions_; }

  /// (B,T,D) -> (B,[1+]T,D) after the blocks and the last norm; the class token comes first.
  at::Tensor encode(at::Tensor x) {
    // zeros_like keeps the batch size of a trace free, where expand would bake it in.
    if (class_token_.defined())
      x = at::cat({at::zeros_like(x.slice(1, 0, 1)) + class_token_, x}, 1);
    if (tapping()) tap("patch.grid", at::tensor(grid_, at::kLong));
    for (const auto& block : blocks_) x = block->forward(x);
    return norm_->forward(x);
  }

  at::Tensor patches_of(const at::Tensor& encoded) const {
    return class_token_.defined() ? encoded.slice(1, 1) : encoded;
  }

  at::Tensor classify(const at::Tensor& encoded) {
    return head_->forward(class_token_.defined() ? encoded.select(1, 0) : encoded.mean(1));
  }

  at::Tensor to_grid(const at::Tensor& tokens_BTD) const {
    std::vector<std::int64_t> shape{-1, config_.width};
    shape.insert(shape.end(), grid_.begin(), grid_.end());
    return tokens_BTD.transpose(1, 2).reshape(shape);
  }

  /// Positions of visible tokens (B,V); every sample must show as many.
  at::Tensor visible_index(const at::Tensor& active) const {
    const at::Tensor visible = active.flatten(1) > 0.5;
    const at::Tensor count = visible.sum(1);
    if (!count.eq(count[0]).all().item<bool>()) {
      throw Error("samples of a batch show different numbers of patches", "model vit",
                  "hide the same number of patches in each sample");
    }
    return visible.nonzero().select(1, 1).view({visible.size(0), -1});
  }

  Config config_;
  std::vector<std::int64_t> grid_;
  std::shared_ptr<torch::nn::Module> encoder_;
  std::shared_ptr<PatchEmbedding> embedding_;
  at::Tensor positions_, class_token_;
  std::vector<std::shared_ptr<TransformerBlock>> blocks_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, Vit> vit{{
    .name = "vit",
    .summary = "vision transformer over patches of images or volumes",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {16, 19, 34, 63},
}};

}  // namespace
}  // namespace warmstart
