// PANNs' convolutional taggers CNN6, CNN10 and CNN14 on log-mel spectrograms (Kong et al. 2020;
// seed card 11). Parameters carry the names of the published checkpoints (bn0, conv_block1.conv1,
// fc1, fc_audioset), and convolutions run over (frames, mels) as there, so that weights fit by
// name.
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/models/model.h"
#include "plugins/audio/components/panns_block.h"

namespace warmstart::audio {
namespace {

struct CnnAudio final : Model {
  struct Config {
    std::string variant = "cnn6";
    std::int64_t mels = 64, classes = 10;
    double width_mult = 1, dropout = 0.2, head_dropout = 0.5;
    void describe(Fields& fields) {
      fields
          .field("variant", variant,
                 "four blocks of one (cnn6) or two convolutions (cnn10), or six (cnn14)")
          .one_of({"cnn6", "cnn10", "cnn14"});
      fields.field("mels", mels, "frequency bands of the input").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields
          .field("width_mult", width_mult,
                 "share of the published channels (64, 128, 256, 512, ...)")
          .above(0);
      fields.field("dropout", dropout, "after each block").within(0, 0.9);
      fields.field("head_dropout", head_dropout, "around the embedding").within(0, 0.9);
    }
  };

  explicit CnnAudio(const Config& config) : config_(config) {
    const std::int64_t blocks = config.variant == "cnn14" ? 6 : 4;
    bn0_ = register_module("bn0", std::make_shared<Normalisation>("batch", config.mels));
    std::int64_t in = 1, out = 1;
    for (std::int64_t i = 0; i < blocks; ++i) {
      out = panns_channels(i, config.width_mult);
      blocks_.push_back(
          register_module("conv_block" + std::to_string(i + 1),
                          std::make_shared<PannsBlock>(in, out, config.variant == "cnn6")));
      in = out;
    }
    fc1_ = register_module("fc1", torch::nn::Linear(out, out));
    head_ = register_module("fc_audioset", torch::nn::Linear(out, config.classes));
  }

  /// x (B,1,M,T) -> logits (B,K).
  at::Tensor forward(const at::Tensor& x) override { return head_->forward(embedding(x)); }

  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check_image(image, 2, 1, "audio.cnn_audio");
    if (image.size(2) != config_.mels) {
      throw Error("the model expects " + std::to_string(config_.mels) +
                      " mel bands, the data gives " + std::to_string(image.size(2)),
                  "audio.cnn_audio", "set model.mels to the transform's");
    }
    const at::Tensor embedded = embedding(image);
    Batch outputs;
    outputs.set("logits", head_->forward(embedded));
    outputs.set("features", embedded);
    return outputs;
  }
  std::string head() const override { return "fc_audioset"; }

 private:
  at::Tensor embedding(const at::Tensor& x_B1MT) {
    // The input is normalised band by band; then (B,1,T,M) as the published weights have it.
    at::Tensor x = bn0_->forward(x_B1MT.transpose(1, 2)).transpose(1, 2).transpose(2, 3);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const std::int64_t pool = config_.variant == "cnn14" && i == 5 ? 1 : 2;
      x = drop(blocks_[i]->forward(x, pool, pool), config_.dropout);
    }
    x = x.mean(3);                          // over frequency: (B,C,T)
    x = std::get<0>(x.max(2)) + x.mean(2);  // over time
    x = drop(x, config_.head_dropout);
    return drop(at::relu(fc1_->forward(x)), config_.head_dropout);
  }
  at::Tensor drop(const at::Tensor& x, double share) const {
    return share > 0 ? at::dropout(x, share, is_training()) : x;
  }

  Config config_;
  std::shared_ptr<Normalisation> bn0_;
  std::vector<std::shared_ptr<PannsBlock>> blocks_;
  torch::nn::Linear fc1_{nullptr}, head_{nullptr};
};

const Registered<Model, CnnAudio> cnn_audio{Card{
    .name = "cnn_audio",
    .summary = "PANNs' CNN6, CNN10 or CNN14 on log-mel spectrograms, at any width",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {11},
}};

}  // namespace
}  // namespace warmstart::audio
