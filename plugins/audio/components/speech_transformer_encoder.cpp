// TERA's encoder (Liu et al. 2021; seed card 73): acoustic frames through a transformer that looks
// both ways, and a linear layer on the mean over time, or on every frame, that probes what it
// knows.
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include "core/base/error.h"
#include "core/layers/sequence_stack.h"
#include "plugins/audio/components/frame_encoder.h"

namespace warmstart::audio {
namespace {

struct SpeechTransformerEncoder final : FrameEncoder {
  struct Config {
    std::int64_t bands = 80, classes = 10;
    std::string output = "utterance", probe = "encoder";
    SequenceOptions body;
    void describe(Fields& fields) {
      body.norm_position = "post";
      body.positions = "sinusoidal";
      body.width = 768, body.depth = 3, body.heads = 12, body.max_length = 1500;
      body.dropout = 0.1;
      fields.field("bands", bands, "features of a frame").at_least(1);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("output", output, "one answer for the utterance (mean over time) or each frame")
          .one_of({"utterance", "frame"});
      fields
          .field("probe", probe,
                 "what the linear output reads: the encoder, or the frames as they came (surface)")
          .one_of({"encoder", "surface"});
      body.describe(fields);
    }
  };

  explicit SpeechTransformerEncoder(const Config& config) : config_(config) {
    const std::int64_t width = config.body.width;
    encoder_ = register_module("encoder", std::make_shared<torch::nn::Module>());
    embedding_ = encoder_->register_module("embedding", torch::nn::Linear(config.bands, width));
    norm_ = encoder_->register_module("norm", std::make_shared<TokenNorm>(config.body.norm, width));
    // A block that normalises after the sum needs no normalisation after it.
    stack_ = encoder_->register_module(
        "stack", std::make_shared<SequenceStack>(config.body, config.body.norm_position != "post"));
    initialise_language_model(*encoder_, config.body.initial_deviation);
    head_ = register_module(
        "head",
        torch::nn::Linear(config.probe == "surface" ? config.bands : width, config.classes));
  }

  at::Tensor encode(const at::Tensor& frames_BTF) override {
    at::Tensor x_BTD = norm_->forward(stack_->with_positions(embedding_->forward(frames_BTF)));
    if (config_.body.dropout > 0) x_BTD = at::dropout(x_BTD, config_.body.dropout, is_training());
    return stack_->forward(x_BTD, {}, nullptr);
  }
  std::int64_t bands() const override { return config_.bands; }
  std::int64_t width() const override { return config_.body.width; }

  /// image (B,1,F,T) -> logits (B,K), or (B,T,K) for output frame.
  at::Tensor forward(const at::Tensor& image) override { return head_->forward(read(image)); }

  Batch run(const Batch& batch) override {
    const at::Tensor features = read(batch.get("image"));
    Batch outputs;
    outputs.set("logits", head_->forward(features));
    outputs.set("features", features);
    return outputs;
  }

 private:
  at::Tensor read(const at::Tensor& image) {
    const at::Tensor frames_BTF =
        frames_of(image, config_.bands, "audio.speech_transformer_encoder");
    const at::Tensor x = config_.probe == "surface" ? frames_BTF : encode(frames_BTF);
    return config_.output == "utterance" ? x.mean(1) : x;
  }

  Config config_;
  std::shared_ptr<torch::nn::Module> encoder_;
  torch::nn::Linear embedding_{nullptr}, head_{nullptr};
  std::shared_ptr<TokenNorm> norm_;
  std::shared_ptr<SequenceStack> stack_;
};

const Registered<Model, SpeechTransformerEncoder> speech_transformer_encoder{Card{
    .name = "speech_transformer_encoder",
    .summary = "TERA's transformer over acoustic frames, with a linear output",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {73},
}};

}  // namespace
}  // namespace warmstart::audio
