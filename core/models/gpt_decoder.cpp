// Decoder-only transformer (Radford et al. 2019) with the switches of its descendants: rotary
// positions, RMS norm, SwiGLU, where blocks normalise, experts.
#include <ATen/ATen.h>
#include <torch/nn/modules/embedding.h>

#include "core/base/error.h"
#include "core/layers/sequence_stack.h"
#include "core/layers/token_positions.h"
#include "core/models/language_model.h"
#include "core/models/model.h"
#include "core/models/reads_more.h"
#include "core/models/target_row.h"
#include "core/models/token_batch.h"

namespace warmstart {
namespace {

struct GptDecoder final : Model, LanguageModel, Continuing, ReadsMore {
  struct Config {
    std::int64_t vocabulary = 256;
    std::string mask = "causal", output = "tokens";
    bool tie_embeddings = false;
    SequenceOptions body;

    void describe(Fields& fields) {
      fields.field("vocabulary", vocabulary, "tokens that the tokenizer knows").at_least(1);
      fields
          .field("mask", mask,
                 "what a token sees: those before it, also all of the input that a target or a "
                 "written text follows, or all")
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

  /// Without a prefix: of a prefix mask too, each token sees those before it.
  at::Tensor forward(const at::Tensor& tokens_BT) override {
    return logits(encode(tokens_BT, {}, nullptr));
  }

  at::Tensor next_logits(const at::Tensor& tokens_BT, SequenceCache* cache,
                         std::int64_t prefix) override {
    const std::int64_t first = cache == nullptr ? 0 : cache->length();
    const at::Tensor x_BTD = stack_->with_positions(embedding_->forward(tokens_BT), first);
    at::Tensor bias = causal_bias(x_BTD, first);
    if (takes_prefix()) bias.slice(-1, 0, prefix).zero_();
    return scores(stack_->forward(x_BTD, bias, nullptr, cache).select(1, -1));
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

  /// With a prefix mask, of a batch with an input and a target: logits (B,T,V) and features of the
  /// target's tokens, as an encoder-decoder gives them. Of one with `prefix`: of all its tokens.
  Batch run(const Batch& batch) override {
    if (reads_rows(*this, batch)) return run_row(batch);
    const at::Tensor& tokens_BT = batch.get("tokens");
    check_tokens(tokens_BT, config_.vocabulary, "gpt_decoder");
    RouterLoss router;
    const at::Tensor prefix_B = takes_prefix() ? batch.get("prefix") : at::Tensor();
    const at::Tensor hidden_BTD = encode(tokens_BT, prefix_B, &router);
    return token_outputs(logits(hidden_BTD), hidden_BTD, router);
  }

  Batch file_inputs(const Batch& batch) const override {
    Batch inputs;
    if (reads_rows(*this, batch)) {
      const TargetRow row = row_of(batch);
      inputs.set("tokens", row.tokens_BL);
      inputs.set("prefix", row.prefix_B);
      return inputs;
    }
    inputs.set("tokens", batch.get("tokens"));
    if (takes_prefix()) inputs.set("prefix", batch.get("prefix"));
    return inputs;
  }
  at::Tensor forward_file(const Batch& inputs) override {
    const at::Tensor prefix_B = takes_prefix() ? inputs.get("prefix") : at::Tensor();
    return logits(encode(inputs.get("tokens"), prefix_B, nullptr));
  }
  at::Tensor run_logits(const at::Tensor& output, const Batch& batch) const override {
    if (!reads_rows(*this, batch) || output.dim() != 3) return output;
    return at_places(output, row_of(batch).place_BT);
  }

 private:
  static TargetRow row_of(const Batch& batch) {
    if (batch.has("decoder_tokens")) return target_row(batch);
    throw Error("the data does not say which tokens are the prefix", "model gpt_decoder",
                "use data with inputs and targets (text.mixture_of_denoisers), or mask: causal");
  }

  /// What stands at the places (B,T) of x (B,L,D).
  static at::Tensor at_places(const at::Tensor& x_BLD, const at::Tensor& place_BT) {
    return x_BLD.gather(1, place_BT.unsqueeze(2).expand({-1, -1, x_BLD.size(2)}));
  }

  Batch run_row(const Batch& batch) {
    check_tokens(batch.get("tokens"), config_.vocabulary, "gpt_decoder");
    const TargetRow row = row_of(batch);
    check_tokens(row.tokens_BL, config_.vocabulary, "gpt_decoder");
    RouterLoss router;
    const at::Tensor hidden_BTD =
        at_places(encode(row.tokens_BL, row.prefix_B, &router), row.place_BT);
    return token_outputs(logits(hidden_BTD), hidden_BTD, router);
  }

  at::Tensor encode(const at::Tensor& tokens_BT, const at::Tensor& prefix_B, RouterLoss* router) {
    const at::Tensor x_BTD = stack_->with_positions(embedding_->forward(tokens_BT));
    return stack_->forward(x_BTD, bias(x_BTD, prefix_B), router);
  }

  at::Tensor bias(const at::Tensor& x_BTD, const at::Tensor& prefix_B) const {
    if (config_.mask == "bidirectional") return {};
    const at::Tensor causal = causal_bias(x_BTD);
    if (!prefix_B.defined()) return causal;
    const at::Tensor seen_BT = token_positions(x_BTD).unsqueeze(0) < prefix_B.unsqueeze(1);
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
