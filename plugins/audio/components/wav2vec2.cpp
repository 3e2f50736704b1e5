#include "plugins/audio/components/wav2vec2.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace warmstart::audio {
namespace {

/// (B,T) float, 1 where a frame is no padding.
at::Tensor visible_frames(const at::Tensor& lengths_B, const at::Tensor& latents_BTC) {
  const at::Tensor lengths_B1 = lengths_B.to(latents_BTC.device()).unsqueeze(1);
  return at::arange(latents_BTC.size(1), lengths_B1.options())
      .unsqueeze(0)
      .lt(lengths_B1)
      .to(latents_BTC.scalar_type());
}

}  // namespace

Wav2vec2Options::Wav2vec2Options() {
  wave.channels = {512, 512, 512, 512, 512, 512, 512};
  wave.kernels = {10, 3, 3, 3, 3, 2, 2};
  wave.strides = {5, 2, 2, 2, 2, 2, 2};
  body.width = 768, body.depth = 12, body.heads = 12, body.max_length = 3000;
  body.norm_position = "post", body.positions = "none", body.dropout = 0.1;
}

void Wav2vec2Options::describe(Fields& fields) {
  fields.field("rate", rate, "samples a second of the sound").at_least(1).unit("Hz");
  fields.field("classes", classes, "outputs of a frame: the alphabet and CTC's blank").at_least(1);
  wave.describe(fields);
  fields.field("position_kernel", position_kernel, "length of the convolution that gives positions")
      .at_least(1)
      .unit("frames");
  fields.field("position_groups", position_groups, "its groups; must divide width").at_least(1);
  fields.field("codebooks", codebooks, "of the quantizer").at_least(1);
  fields.field("codes", codes, "entries of each codebook").at_least(2);
  fields.field("code_width", code_width, "channels of a quantized frame, over all codebooks")
      .at_least(1);
  fields
      .field("match_width", match_width,
             "channels of the space where contexts and quantized frames are compared")
      .at_least(1);
  body.describe(fields);
}

Wav2vec2::Wav2vec2(const Wav2vec2Options& options) : options_(options) {
  const std::int64_t width = options.body.width;
  feature_extractor_ =
      register_module("feature_extractor", std::make_shared<WaveEncoder>(options.wave));
  const std::int64_t channels = feature_extractor_->width();
  const auto feature_projection =
      register_module("feature_projection", std::make_shared<torch::nn::Module>());
  latent_norm_ = feature_projection->register_module(
      "layer_norm", std::make_shared<TokenNorm>("layer", channels));
  projection_ =
      feature_projection->register_module("projection", torch::nn::Linear(channels, width));
  const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>());
  positions_ =
      encoder->register_module("pos_conv_embed", std::make_shared<torch::nn::Module>())
          ->register_module(
              "conv", std::make_shared<ConvolutionalPositions>(ConvolutionalPositions::Options{
                          width, options.position_kernel, options.position_groups}));
  norm_ = encoder->register_module("layer_norm", std::make_shared<TokenNorm>("layer", width));
  stack_ = encoder->register_module("stack", std::make_shared<SequenceStack>(options.body, false));
  initialise_language_model(*stack_, options.body.initial_deviation);
  quantizer_ = register_module(
      "quantizer", std::make_shared<ProductQuantizer>(ProductQuantizer::Options{
                       channels, options.codebooks, options.codes, options.code_width}));
  project_q_ =
      register_module("project_q", torch::nn::Linear(options.code_width, options.match_width));
  project_hid_ = register_module("project_hid", torch::nn::Linear(width, options.match_width));
  lm_head_ = register_module("lm_head", torch::nn::Linear(width, options.classes));
  masked_spec_embed_ = register_parameter("masked_spec_embed", at::rand({width}));
}

Wav2vec2::Frames Wav2vec2::frames(const Batch& batch) {
  if (batch.has("rate") && batch.get("rate").ne(options_.rate).any().item<bool>()) {
    throw Error("the model expects " + std::to_string(options_.rate) + " Hz, the data gives " +
                    std::to_string(batch.get("rate").reshape({-1})[0].item<std::int64_t>()),
                "audio.wav2vec2", "set the data's rate to the model's, with resample: true");
  }
  const at::Tensor& wave_BN = batch.get("wave");
  Frames frames;
  frames.raw = feature_extractor_->forward(wave_BN);
  frames.latents = latent_norm_->forward(frames.raw);
  const std::int64_t all = frames.raw.size(1);
  frames.lengths.assign(static_cast<std::size_t>(wave_BN.size(0)), all);
  if (!batch.has("samples")) return frames;
  const at::Tensor lengths_B =
      feature_extractor_->frames(batch.get("samples").to(at::kCPU)).clamp(1, all).contiguous();
  frames.lengths.assign(lengths_B.data_ptr<std::int64_t>(),
                        lengths_B.data_ptr<std::int64_t>() + lengths_B.numel());
  if (lengths_B.lt(all).any().item<bool>())
    frames.visible = visible_frames(lengths_B, frames.latents);
  return frames;
}

at::Tensor Wav2vec2::contexts(const Frames& frames, const Hidden& hidden) {
  return encode(frames.latents, hidden, frames.visible);
}

at::Tensor Wav2vec2::encode(const at::Tensor& latents_BTC, const Hidden& hidden,
                            const at::Tensor& visible_BT) {
  const double drop = options_.body.dropout;
  at::Tensor x_BTD = projection_->forward(latents_BTC);
  if (drop > 0) x_BTD = at::dropout(x_BTD, drop, is_training());
  if (hidden.frames.defined())
    x_BTD =
        at::where(hidden.frames.unsqueeze(2), masked_spec_embed_.to(x_BTD.scalar_type()), x_BTD);
  if (hidden.channels.defined()) x_BTD = x_BTD.masked_fill(hidden.channels.unsqueeze(1), 0.0);
  at::Tensor bias;
  if (visible_BT.defined()) {
    x_BTD = x_BTD * visible_BT.unsqueeze(2);
    bias = padding_bias(visible_BT, x_BTD.options().requires_grad(false));
  }
  x_BTD = stack_->with_positions(x_BTD);
  x_BTD = x_BTD + positions_->forward(x_BTD);
  if (!norm_first()) x_BTD = norm_->forward(x_BTD);
  if (drop > 0) x_BTD = at::dropout(x_BTD, drop, is_training());
  x_BTD = stack_->forward(x_BTD, bias, nullptr);
  return norm_first() ? norm_->forward(x_BTD) : x_BTD;
}

at::Tensor Wav2vec2::forward(const at::Tensor& wave_BN) {
  const at::Tensor latents = latent_norm_->forward(feature_extractor_->forward(wave_BN));
  return logits(encode(latents, {}, {}));
}

Batch Wav2vec2::file_inputs(const Batch& batch) const {
  Batch inputs;
  inputs.set("wave", batch.get("wave"));
  if (batch.has("samples")) inputs.set("samples", batch.get("samples"));
  return inputs;
}

at::Tensor Wav2vec2::forward_file(const Batch& inputs) {
  if (!inputs.has("samples")) return forward(inputs.get("wave"));
  const at::Tensor latents = latent_norm_->forward(feature_extractor_->forward(inputs.get("wave")));
  const at::Tensor lengths_B =
      feature_extractor_->frames(inputs.get("samples")).clamp(1, latents.size(1));
  return logits(encode(latents, {}, visible_frames(lengths_B, latents)));
}

Batch Wav2vec2::run(const Batch& batch) {
  const Frames heard = frames(batch);
  const at::Tensor contexts_BTD = contexts(heard);
  Batch outputs;
  outputs.set("logits", logits(contexts_BTD));
  outputs.set("features", contexts_BTD);
  outputs.set("frames", at::tensor(heard.lengths, at::kLong));
  return outputs;
}

Wav2vec2& require_wav2vec2(Model& model, const std::string& objective) {
  auto* wav2vec2 = dynamic_cast<Wav2vec2*>(&model);
  if (wav2vec2 != nullptr) return *wav2vec2;
  throw Error("the model is no wav2vec 2.0", "objective " + objective,
              "use audio.wav2vec2 or audio.wav2vec2_tiny");
}

namespace {

struct Wav2vec2Base final : Wav2vec2 {
  using Config = Wav2vec2Options;
  explicit Wav2vec2Base(const Config& config) : Wav2vec2(config) {}
};

const Registered<Model, Wav2vec2Base> wav2vec2{Card{
    .name = "wav2vec2",
    .summary = "wav2vec 2.0 from the waveform, with the sizes of its base model",
    .needs = {"wave"},
    .yields = {"logits", "features", "frames"},
    .papers = {39},
}};

}  // namespace
}  // namespace warmstart::audio
