#include "core/layers/sequence_stack.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/embedding.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/layers/patch_embedding.h"
#include "core/layers/tap.h"
#include "core/layers/token_positions.h"

namespace warmstart {
namespace {

/// Blocks that normalise after the sum, for norm_position mix (seed card 72).
std::int64_t post_norm_blocks(const SequenceOptions& options) {
  if (options.norm_position == "post") return options.depth;
  if (options.norm_position != "mix") return 0;
  const auto count = static_cast<std::int64_t>(
      std::floor(options.post_fraction * static_cast<double>(options.depth)));
  if (count == 0 || count == options.depth)
    log_warning("model.post_fraction: mix degenerates to " +
                std::string(count == 0 ? "pre" : "post") + ": " + std::to_string(count) + " of " +
                std::to_string(options.depth) + " blocks normalise after the sum");
  return count;
}

SequenceBlockOptions block_options(const SequenceOptions& options, bool post) {
  SequenceBlockOptions block{.width = options.width, .heads = options.heads};
  block.hidden = options.hidden > 0 ? options.hidden : 4 * options.width;
  block.norm = options.norm;
  block.norm_position = post                             ? "post"
                        : options.norm_position == "mix" ? "pre"
                                                         : options.norm_position;
  block.residual_scale = std::pow(2.0 * static_cast<double>(options.depth), 0.25);
  block.feed_forward = options.feed_forward;
  block.head_width = options.head_width;
  block.key_value_heads = options.key_value_heads;
  block.scaled_attention = options.scaled_attention;
  block.norm_epsilon = options.norm_epsilon;
  block.query_key_norm = options.query_key_norm;
  block.bias = options.bias;
  block.dropout = options.dropout;
  block.experts = options.experts;
  block.top_k = options.top_k;
  block.normalise_top_k = options.normalise_top_k;
  block.cross = options.cross;
  return block;
}

void describe_sizes(Fields& fields, SequenceOptions& options) {
  fields.field("width", options.width, "channels of a token").at_least(1);
  fields.field("depth", options.depth, "transformer blocks").at_least(1);
  fields
      .field("heads", options.heads,
             "attention heads; must divide width, unless head_width is given")
      .at_least(1);
  fields.field("head_width", options.head_width, "channels of a head; 0 = width / heads")
      .at_least(0);
  fields
      .field("key_value_heads", options.key_value_heads,
             "heads of keys and values, shared by groups of queries; 0 = heads")
      .at_least(0);
  fields.field("hidden", options.hidden, "units of the feed-forward part; 0 = four times the width")
      .at_least(0);
  fields.field("max_length", options.max_length, "longest sequence").at_least(1).unit("tokens");
}

void describe_blocks(Fields& fields, SequenceOptions& options) {
  fields.field("norm", options.norm, "how tokens are normalised").one_of({"layer", "rms"});
  fields
      .field("norm_epsilon", options.norm_epsilon,
             "added to the variance before the root; 0 = 1e-5 for layer, 1e-6 for rms")
      .at_least(0);
  fields
      .field("norm_position", options.norm_position,
             "where a block normalises; mix: the first blocks post, the others pre")
      .one_of({"pre", "post", "sandwich", "mix", "deepnorm"});
  fields.field("post_fraction", options.post_fraction, "share of blocks that mix makes post")
      .within(0, 1);
  fields
      .field(
          "feed_forward", options.feed_forward,
          "the feed-forward part; gelu_tanh is the approximation of GPT-2, swiglu and geglu_tanh "
          "are gated")
      .one_of({"gelu", "gelu_tanh", "relu", "swiglu", "geglu_tanh"});
}

void describe_positions(Fields& fields, SequenceOptions& options) {
  fields.field("positions", options.positions, "how the model knows the order")
      .one_of({"learned", "sinusoidal", "rotary", "relative", "none"});
  fields
      .field("relative_buckets", options.relative_buckets,
             "ranges of distances that relative positions tell apart")
      .at_least(4);
  fields
      .field("relative_distance", options.relative_distance,
             "from which on all relative positions are one range")
      .at_least(3)
      .unit("tokens");
  fields.field("rotary_base", options.rotary_base, "base of the angles of rotary positions")
      .above(1);
}

void describe_layers(Fields& fields, SequenceOptions& options) {
  fields.field("dropout", options.dropout, "share of activations dropped").within(0, 0.9);
  fields
      .field("initial_deviation", options.initial_deviation,
             "standard deviation of the weights at start")
      .above(0);
  fields.field("bias", options.bias, "biases in the linear layers");
  fields.field("query_key_norm", options.query_key_norm,
               "RMS norm of queries and keys before their product, as in OLMoE");
  fields.field("scaled_attention", options.scaled_attention,
               "attention scores are divided by the root of a head's channels; T5's are not");
  fields.field("experts", options.experts, "experts of each feed-forward part; 0 = no experts")
      .at_least(0);
  fields.field("top_k", options.top_k, "experts that see a token").at_least(1);
  fields.field("normalise_top_k", options.normalise_top_k, "weights of a token's experts sum to 1");
  fields.field("blocks", options.blocks, "indices of the blocks that run, in order; empty = all")
      .at_least(0);
}

}  // namespace

void SequenceOptions::describe(Fields& fields) {
  describe_sizes(fields, *this);
  describe_blocks(fields, *this);
  describe_positions(fields, *this);
  describe_layers(fields, *this);
}

std::int64_t SequenceCache::length() const {
  return layers.empty() || !layers.front().keys.defined() ? 0 : layers.front().keys.size(2);
}

at::Tensor causal_bias(const at::Tensor& x_BTD, std::int64_t first) {
  const at::Tensor query_T = token_positions(x_BTD, first);
  const at::Tensor key_S =
      first == 0 ? query_T : at::arange(first + x_BTD.size(1), query_T.options());
  const at::Tensor hidden_TS = key_S.unsqueeze(0).gt(query_T.unsqueeze(1));
  return at::zeros_like(hidden_TS, x_BTD.options().requires_grad(false))
      .masked_fill(hidden_TS, -std::numeric_limits<double>::infinity())
      .unsqueeze(0)
      .unsqueeze(0);
}

at::Tensor padding_bias(const at::Tensor& visible, const at::TensorOptions& options) {
  // A large finite number: a row that sees nothing stays finite.
  return ((1.0 - visible.to(options)) * -1e9).unsqueeze(1).unsqueeze(1);
}

SequenceStack::SequenceStack(const SequenceOptions& options, bool last_norm) : options_(options) {
  const std::int64_t width = options.width, length = options.max_length;
  if (options.positions == "learned") {
    positions_ = register_parameter("positions", at::empty({length, width}));
    torch::nn::init::normal_(positions_, 0.0, options.initial_deviation);
  } else if (options.positions == "sinusoidal") {
    positions_ = register_buffer("positions", sincos_positions({length}, width));
  } else if (options.positions == "rotary") {
    const std::int64_t per_head =
        options.head_width > 0 ? options.head_width : width / options.heads;
    rotations_.emplace(length, per_head, options.rotary_base);
  }
  if (options.positions == "relative") {
    relative_ =
        register_module("relative", std::make_shared<RelativePositions>(RelativePositionOptions{
                                        options.heads, length, options.relative_buckets,
                                        options.relative_distance, options.bidirectional}));
  }
  const std::int64_t post = post_norm_blocks(options);
  for (std::int64_t i = 0; i < options.depth; ++i) {
    blocks_.push_back(
        register_module("block" + std::to_string(i),
                        std::make_shared<SequenceBlock>(block_options(options, i < post))));
  }
  order_ = options.blocks;
  if (order_.empty()) {
    order_.resize(blocks_.size());
    std::iota(order_.begin(), order_.end(), 0);
  }
  for (const std::int64_t index : order_) {
    if (index < options.depth) continue;
    throw Error("block " + std::to_string(index) + " does not exist", "model.blocks",
                "the model has blocks 0.." + std::to_string(options.depth - 1));
  }
  if (last_norm)
    norm_ = register_module("norm",
                            std::make_shared<TokenNorm>(options.norm, width, options.norm_epsilon));
}

at::Tensor SequenceStack::with_positions(const at::Tensor& x, std::int64_t first) const {
  const std::int64_t tokens = first + x.size(1);
  if (tokens > options_.max_length) {
    throw Error("a sequence of " + std::to_string(tokens) + " tokens, the model takes " +
                    std::to_string(options_.max_length),
                "model.max_length", "raise max_length or shorten the data's length");
  }
  return positions_.defined() ? x + positions_.index_select(0, token_positions(x, first)) : x;
}

at::Tensor SequenceStack::seen_bias(const at::Tensor& x_BTD, const at::Tensor& bias,
                                    std::int64_t first) const {
  if (!relative_) return bias;
  const at::Tensor query_T = token_positions(x_BTD, first);
  const at::Tensor key_S =
      first == 0 ? query_T : at::arange(first + x_BTD.size(1), query_T.options());
  const at::Tensor relative = relative_->forward(query_T, key_S);
  return bias.defined() ? bias + relative : relative;
}

at::Tensor SequenceStack::forward(at::Tensor x, const at::Tensor& bias, RouterLoss* loss,
                                  SequenceCache* cache, const Memory* memory) {
  AttentionExtras extras;
  const std::int64_t first = cache == nullptr ? 0 : cache->length();
  const at::Tensor all_bias = seen_bias(x, bias, first);
  if (rotations_)
    extras.rotation = rotation_at(*rotations_, token_positions(x, first), x.options());
  if (cache != nullptr) cache->layers.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (cache != nullptr) extras.cache = &cache->layers[i];
    x = blocks_[static_cast<std::size_t>(order_[i])]->forward(x, all_bias, loss, extras, memory);
    if (tapping()) tap("block.output", x);
  }
  return norm_ ? norm_->forward(x) : x;
}

void initialise_language_model(torch::nn::Module& module, double deviation) {
  const at::NoGradGuard no_gradients;
  for (const auto& item : module.named_parameters()) {
    const std::string& name = item.key();
    at::Tensor value = item.value();
    if (value.dim() >= 2) {
      value.normal_(0.0, deviation);
    } else if (name.ends_with("bias")) {
      value.zero_();
    }
  }
}

}  // namespace warmstart
