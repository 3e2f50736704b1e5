// Encoder-decoder transformer (Raffel et al. 2020) in its later form: pre-norm with RMS norm, no
// biases, gated feed-forward parts, relative positions in both stacks and cross attention without.
#include <ATen/ATen.h>
#include <torch/nn/modules/embedding.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/layers/sequence_stack.h"
#include "core/layers/tap.h"
#include "core/models/language_model.h"
#include "core/models/model.h"
#include "core/models/reads_more.h"
#include "core/models/token_batch.h"

namespace warmstart {
namespace {

/// Taps "stack.encoder" and "stack.decoder", the tokens that they read, before what each taps. With
/// scaled_attention: false, feed_forward: geglu_tanh this is T5 1.1; with feed_forward: relu,
/// tie_embeddings and scale_head too it is the original.
struct T5EncoderDecoder final : Model, LanguageModel, SequenceToSequence, ReadsMore {
  struct Config {
    std::int64_t vocabulary = 256, decoder_depth = 0, pad = 0;
    bool tie_embeddings = false, scale_head = false;
    SequenceOptions body;

    void describe(Fields& fields) {
      body.norm = "rms";
      body.positions = "relative";
      body.feed_forward = "swiglu";
      body.bias = false;
      fields.field("vocabulary", vocabulary, "tokens that the tokenizer knows").at_least(1);
      fields.field("decoder_depth", decoder_depth, "blocks of the decoder; 0 = depth").at_least(0);
      fields.field("pad", pad, "number of the padding token, with which every target begins")
          .at_least(0);
      fields.field("tie_embeddings", tie_embeddings,
                   "the output layer uses the embedding's weights");
      fields.field("scale_head", scale_head,
                   "what the output layer reads is divided by the root of the width, as in the "
                   "original T5");
      body.describe(fields);
    }
  };

  explicit T5EncoderDecoder(const Config& config) : config_(config) {
    encoder_ = register_module("encoder", std::make_shared<torch::nn::Module>());
    embedding_ = encoder_->register_module(
        "embedding", torch::nn::Embedding(config.vocabulary, config.body.width));
    SequenceOptions body = config.body;
    encoder_stack_ =
        encoder_->register_module("stack", std::make_shared<SequenceStack>(body, true));
    body.bidirectional = false;
    body.cross = true;
    if (config.decoder_depth > 0) body.depth = config.decoder_depth;
    decoder_ = register_module("decoder", std::make_shared<torch::nn::Module>());
    decoder_stack_ =
        decoder_->register_module("stack", std::make_shared<SequenceStack>(body, true));
    if (!config.tie_embeddings) {
      head_ = register_module(
          "head", torch::nn::Linear(
                      torch::nn::LinearOptions(config.body.width, config.vocabulary).bias(false)));
    }
    initialise_language_model(*this, config.body.initial_deviation);
  }

  /// sequences (B,2,T): the encoder's tokens and the decoder's, both padded to one length ->
  /// (B,T,V).
  at::Tensor forward(const at::Tensor& sequences_B2T) override {
    const at::Tensor source_BT = sequences_B2T.select(1, 0);
    return logits(decode(sequences_B2T.select(1, 1),
                         encode(source_BT, source_BT.ne(config_.pad), nullptr), nullptr));
  }

  std::string input() const override { return "sequences"; }
  std::vector<std::int64_t> free_axes() const override { return {0, 2}; }
  std::int64_t heads() const override { return config_.body.heads; }
  std::int64_t longest() const override { return config_.body.max_length; }
  std::int64_t start_token() const override { return config_.pad; }

  Batch file_inputs(const Batch& batch) const override {
    const at::Tensor &source_BS = batch.get("tokens"), &target_BT = batch.get("decoder_tokens");
    const std::int64_t longer = std::max(source_BS.size(1), target_BT.size(1));
    const auto padded = [&](const at::Tensor& tokens) {
      return at::constant_pad_nd(tokens, {0, longer - tokens.size(1)}, config_.pad);
    };
    Batch inputs;
    inputs.set("sequences", at::stack({padded(source_BS), padded(target_BT)}, 1));
    return inputs;
  }
  at::Tensor forward_file(const Batch& inputs) override { return forward(inputs.get("sequences")); }
  at::Tensor run_logits(const at::Tensor& output, const Batch& batch) const override {
    return output.narrow(1, 0, batch.get("decoder_tokens").size(1));
  }

  at::Tensor next_target_logits(const at::Tensor& source_BS, const at::Tensor& target_BT,
                                SequenceCache* cache) override {
    SequenceCache empty;
    Memory& memory = cache == nullptr ? empty.memory : cache->memory;
    if (!memory.states.defined()) memory = encode(source_BS, at::ones_like(source_BS), nullptr);
    return logits(decode(target_BT, memory, nullptr, cache).select(1, -1));
  }

  Batch run(const Batch& batch) override {
    const at::Tensor& tokens_BS = batch.get("tokens");
    const at::Tensor& target_BT = batch.get("decoder_tokens");
    check_tokens(tokens_BS, config_.vocabulary, "t5_encoder_decoder");
    check_tokens(target_BT, config_.vocabulary, "t5_encoder_decoder");
    const at::Tensor visible_BS =
        batch.has("attention_mask") ? batch.get("attention_mask") : tokens_BS.ne(config_.pad);
    RouterLoss router;
    const at::Tensor hidden_BTD =
        decode(target_BT, encode(tokens_BS, visible_BS, &router), &router);
    return token_outputs(logits(hidden_BTD), hidden_BTD, router);
  }

 private:
  Memory encode(const at::Tensor& tokens_BS, const at::Tensor& visible_BS, RouterLoss* router) {
    tap("stack.encoder", tokens_BS);
    const at::Tensor x_BSD = encoder_stack_->with_positions(embedding_->forward(tokens_BS));
    const at::Tensor bias = padding_bias(visible_BS, x_BSD.options().requires_grad(false));
    return {encoder_stack_->forward(x_BSD, bias, router), bias};
  }

  at::Tensor decode(const at::Tensor& tokens_BT, const Memory& memory, RouterLoss* router,
                    SequenceCache* cache = nullptr) {
    tap("stack.decoder", tokens_BT);
    const std::int64_t first = cache == nullptr ? 0 : cache->length();
    const at::Tensor x_BTD = decoder_stack_->with_positions(embedding_->forward(tokens_BT), first);
    return decoder_stack_->forward(x_BTD, causal_bias(x_BTD, first), router, cache, &memory);
  }

  at::Tensor logits(const at::Tensor& hidden) {
    const double scale = 1.0 / std::sqrt(static_cast<double>(config_.body.width));
    const at::Tensor read = config_.scale_head ? hidden * scale : hidden;
    return head_ ? head_->forward(read) : at::matmul(read, embedding_->weight.t());
  }

  Config config_;
  std::shared_ptr<torch::nn::Module> encoder_, decoder_;
  torch::nn::Embedding embedding_{nullptr};
  std::shared_ptr<SequenceStack> encoder_stack_, decoder_stack_;
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, T5EncoderDecoder> t5_encoder_decoder{{
    .name = "t5_encoder_decoder",
    .summary = "encoder-decoder transformer over tokens",
    .needs = {"tokens", "decoder_tokens"},
    .yields = {"logits", "features"},
    .papers = {28},
}};

}  // namespace
}  // namespace warmstart
