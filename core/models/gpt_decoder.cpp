// Decoder-only transformer (Radford et al. 2019) with the switches of its descendants: rotary
// positions, RMS norm, SwiGLU, where blocks normalise, experts.
#include <ATen/ATen.h>
#include <torch/nn/modules/embedding.h>

#include "core/base/error.h"
#include "core/layers/sequence_stack.h"
#include "core/models/language_model.h"
#include "core/models/model.h"
#include "core/models/token_batch.h"

namespace warmstart {
namespace {

struct GptDecoder final : Model, LanguageModel, Continuing {
  struct Config {
    std::int64_t vocabulary = 256;
    std::string mask = "causal", output = "tokens";
    bool tie_embeddings = false;
    SequenceOptions body;

    void describe(Fields& fields) {
      fields.field("vocabulary", vocabulary, "tokens that the tokenizer knows").at_least(1);
      fields
          .field("mask", mask,
                 "what a token sees: those before it, also all of the batch's prefix, or all")
          .one_of({"causal", "prefix", "bidirectional"});
      fields
          .field("output", output,
                 "logits of every token, or of the last one alone: a class for the sequence")
          .one_of({"tokens", "last"});
      fields.field("tie_embeddings", tie_embeddings,
                   "the output layer uses the embedding's weights");
      body.describe(fields);
    }
  };

  explicit GptDecoder(const Config& config) : config_(config) {
    encoder_ = register_module("encoder", std::make_shared<torch::nn::Module>());
    embedding_ = encoder_->register_module(
        "embedding", torch::nn::Embedding(config.vocabulary, config.body.width));
    SequenceOptions body = config.body;
    body.bidirectional = config.mask != "causal";
    stack_ = encoder_->register_module("stack", std::make_shared<SequenceStack>(body, true));
    if (!config.tie_embeddings) {
      head_ = register_module(
          "head", torch::nn::Linear(
                      torch::nn::LinearOptions(config.body.width, config.vocabulary).bias(false)));
    }
    initialise_language_model(*this, config.body.initial_deviation);
  }

  at::Tensor forward(const at::Tensor& tokens_BT) override {
    return logits(encode(tokens_BT, {}, nullptr));
  }

  at::Tensor next_logits(const at::Tensor& tokens_BT, SequenceCache* cache) override {
    const std::int64_t first = cache == nullptr ? 0 : cache->length();
    const at::Tensor x_BTD = stack_->with_positions(embedding_->forward(tokens_BT), first);
    const at::Tensor hidden_BTD = stack_->forward(x_BTD, causal_bias(x_BTD, first), nullptr, cache);
    return scores(hidden_BTD.select(1, -1));
  }

  std::string cannot_continue() const override {
    if (config_.mask == "bidirectional") return "its tokens see those after them";
    return config_.output == "last" ? "it was trained to give one class for a sequence" : "";
  }

  std::string input() const override { return "tokens"; }
  std::vector<std::int64_t> free_axes() const override { return {0, 1}; }
  std::int64_t heads() const override { return config_.body.heads; }
  std::int64_t longest() const override { return config_.body.max_length; }
  bool takes_prefix() const override { return config_.mask == "prefix"; }

  Batch run(const Batch& batch) override {
    const at::Tensor& tokens_BT = batch.get("tokens");
    check_tokens(tokens_BT, config_.vocabulary, "gpt_decoder");
    RouterLoss router;
    const at::Tensor prefix = config_.mask == "prefix" ? batch.get("prefix") : at::Tensor();
    const at::Tensor hidden_BTD = encode(tokens_BT, prefix, &router);
    return token_outputs(logits(hidden_BTD), hidden_BTD, router);
  }

 private:
  at::Tensor encode(const at::Tensor& tokens_BT, const at::Tensor& prefix_B, RouterLoss* router) {
    const at::Tensor x_BTD = stack_->with_positions(embedding_->forward(tokens_BT));
    return stack_->forward(x_BTD, bias(x_BTD, prefix_B), router);
  }

  at::Tensor bias(const at::Tensor& x_BTD, const at::Tensor& prefix_B) const {
    if (config_.mask == "bidirectional") return {};
    const at::Tensor causal = causal_bias(x_BTD);
    if (!prefix_B.defined()) return causal;
    const at::Tensor key_T = at::arange(x_BTD.size(1), prefix_B.options());
    const at::Tensor seen_BT = key_T.unsqueeze(0) < prefix_B.unsqueeze(1);
    return at::where(seen_BT.unsqueeze(1).unsqueeze(1), at::zeros({}, causal.options()), causal);
  }

  /// (B,T,V), or (B,V) of the last token.
  at::Tensor logits(const at::Tensor& hidden_BTD) {
    return scores(config_.output == "last" ? hidden_BTD.select(1, -1) : hidden_BTD);
  }

  at::Tensor scores(const at::Tensor& hidden) {
    if (head_) return head_->forward(hidden);
    return at::matmul(hidden, embedding_->weight.t());
  }

  Config config_;
  std::shared_ptr<torch::nn::Module> encoder_;
  torch::nn::Embedding embedding_{nullptr};
  std::shared_ptr<SequenceStack> stack_;
  torch::nn::Linear head_{nullptr};
};

const Registered<Model, GptDecoder> gpt_decoder{{
    .name = "gpt_decoder",
    .summary = "decoder-only transformer over tokens, dense or with experts",
    .needs = {"tokens"},
    .yields = {"logits", "features"},
    .papers = {5, 28, 72},
}};

}  // namespace
}  // namespace warmstart
