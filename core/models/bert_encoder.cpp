// Bidirectional transformer encoder (Devlin et al. 2019) with a head for the stage at hand.
#include <ATen/ATen.h>
#include <torch/nn/modules/embedding.h>

#include "core/base/error.h"
#include "core/layers/sequence_stack.h"
#include "core/models/language_model.h"
#include "core/models/model.h"
#include "core/models/reads_more.h"
#include "core/models/token_batch.h"

namespace warmstart {
namespace {

struct BertEncoder final : Model, LanguageModel, ReadsMore {
  struct Config {
    std::int64_t vocabulary = 256;
    std::int64_t classes = 2;
    std::string output = "masked_lm";
    std::int64_t segments = 2;
    std::int64_t pad = 0;
    SequenceOptions body;

    void describe(Fields& fields) {
      body.norm_position = "post";
      body.max_length = 128;
      fields.field("vocabulary", vocabulary, "tokens that the tokenizer knows").at_least(1);
      fields.field("classes", classes, "outputs of the heads sequence and token").at_least(1);
      fields
          .field("output", output,
                 "the head: a word for each token, the same and whether the second text belongs to "
                 "the first, a class for the sequence, or a class for each token")
          .one_of({"masked_lm", "pretraining", "sequence", "token"});
      fields.field("segments", segments, "kinds of segment, for pairs of texts").at_least(1);
      fields.field("pad", pad, "number of the padding token").at_least(0);
      body.describe(fields);
    }
  };

  explicit BertEncoder(const Config& config) : config_(config) {
    const std::int64_t width = config.body.width;
    encoder_ = register_module("encoder", std::make_shared<torch::nn::Module>());
    embedding_ =
        encoder_->register_module("embedding", torch::nn::Embedding(config.vocabulary, width));
    segments_ = encoder_->register_module("segments", torch::nn::Embedding(config.segments, width));
    norm_ = encoder_->register_module(
        "norm", std::make_shared<TokenNorm>(config.body.norm, width, config.body.norm_epsilon));
    // A block that normalises after the sum needs no normalisation after it.
    const bool last_norm = config.body.norm_position != "post";
    stack_ =
        encoder_->register_module("stack", std::make_shared<SequenceStack>(config.body, last_norm));
    make_head(width);
    initialise_language_model(*this, config.body.initial_deviation);
  }

  at::Tensor forward(const at::Tensor& tokens_BT) override {
    return forward(tokens_BT, at::zeros_like(tokens_BT));
  }

  std::string input() const override { return "tokens"; }
  std::vector<std::int64_t> free_axes() const override { return {0, 1}; }
  std::int64_t heads() const override { return config_.body.heads; }
  std::int64_t longest() const override { return config_.body.max_length; }

  Batch file_inputs(const Batch& batch) const override {
    Batch inputs;
    inputs.set("tokens", batch.get("tokens"));
    if (config_.segments > 1 && batch.has("segments"))
      inputs.set("segments", batch.get("segments"));
    return inputs;
  }
  at::Tensor forward_file(const Batch& inputs) override {
    const at::Tensor& tokens_BT = inputs.get("tokens");
    return inputs.has("segments") ? forward(tokens_BT, inputs.get("segments")) : forward(tokens_BT);
  }

  Batch run(const Batch& batch) override {
    const at::Tensor& tokens_BT = batch.get("tokens");
    check_tokens(tokens_BT, config_.vocabulary, "bert_encoder");
    const at::Tensor segments_BT =
        batch.has("segments") ? batch.get("segments") : at::zeros_like(tokens_BT);
    const at::Tensor visible_BT =
        batch.has("attention_mask") ? batch.get("attention_mask") : tokens_BT.ne(config_.pad);
    RouterLoss router;
    const at::Tensor hidden_BTD = encode(tokens_BT, segments_BT, visible_BT, &router);
    // What masked_token predicts, so that the other tokens cost no logits.
    const at::Tensor seen = batch.has("predicted")
                                ? hidden_BTD.flatten(0, 1).index_select(0, batch.get("predicted"))
                                : hidden_BTD;
    Batch outputs = token_outputs(logits(seen), hidden_BTD, router);
    if (pair_out_) outputs.set("pair_logits", pair_out_->forward(pooled(pooler_, hidden_BTD)));
    return outputs;
  }

 private:
  at::Tensor forward(const at::Tensor& tokens_BT, const at::Tensor& segments_BT) {
    return logits(encode(tokens_BT, segments_BT, tokens_BT.ne(config_.pad), nullptr));
  }

  void make_head(std::int64_t width) {
    const auto head = register_module("head", std::make_shared<torch::nn::Module>());
    if (config_.output != "token")
      inner_ = head->register_module("inner", torch::nn::Linear(width, width));
    if (config_.output == "pretraining") {
      pooler_ = head->register_module("pooler", torch::nn::Linear(width, width));
      pair_out_ = head->register_module("pair", torch::nn::Linear(width, 2));
    }
    if (config_.output == "masked_lm" || config_.output == "pretraining") {
      inner_norm_ = head->register_module(
          "norm", std::make_shared<TokenNorm>(config_.body.norm, width, config_.body.norm_epsilon));
      // The words' own embeddings are the output layer, as in the paper.
      word_bias_ = head->register_parameter("word_bias", at::zeros({config_.vocabulary}));
      return;
    }
    out_ = head->register_module("out", torch::nn::Linear(width, config_.classes));
  }

  at::Tensor encode(const at::Tensor& tokens_BT, const at::Tensor& segments_BT,
                    const at::Tensor& visible_BT, RouterLoss* router) {
    const at::Tensor words_BTD = embedding_->forward(tokens_BT) + segments_->forward(segments_BT);
    at::Tensor x_BTD = norm_->forward(stack_->with_positions(words_BTD));
    if (config_.body.dropout > 0) x_BTD = at::dropout(x_BTD, config_.body.dropout, is_training());
    return stack_->forward(x_BTD, padding_bias(visible_BT, x_BTD.options()), router);
  }

  /// What the first token says of the whole, (B,D).
  static at::Tensor pooled(torch::nn::Linear& inner, const at::Tensor& hidden_BTD) {
    return at::tanh(inner->forward(hidden_BTD.select(1, 0)));
  }

  at::Tensor logits(const at::Tensor& hidden_BTD) {
    if (config_.output == "token") return out_->forward(hidden_BTD);
    if (config_.output == "sequence") return out_->forward(pooled(inner_, hidden_BTD));
    const at::Tensor inner = inner_norm_->forward(at::gelu(inner_->forward(hidden_BTD)));
    return at::matmul(inner, embedding_->weight.t()) + word_bias_;
  }

  Config config_;
  std::shared_ptr<torch::nn::Module> encoder_;
  torch::nn::Embedding embedding_{nullptr}, segments_{nullptr};
  std::shared_ptr<TokenNorm> norm_, inner_norm_;
  std::shared_ptr<SequenceStack> stack_;
  torch::nn::Linear inner_{nullptr}, out_{nullptr}, pooler_{nullptr}, pair_out_{nullptr};
  at::Tensor word_bias_;
};

const Registered<Model, BertEncoder> bert_encoder{{
    .name = "bert_encoder",
    .summary = "bidirectional transformer encoder over tokens",
    .needs = {"tokens"},
    .yields = {"logits", "features", "pair_logits"},
    .papers = {9, 20},
}};

}  // namespace
}  // namespace warmstart
