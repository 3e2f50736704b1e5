#include "core/layers/sequence_block.h"

#include <ATen/ATen.h>

namespace warmstart {

SequenceBlock::SequenceBlock(const SequenceBlockOptions& options) : options_(options) {
  part1_ = make_part("norm1");
  attention_ = register_module("attention", std::make_shared<MultiheadAttention>(AttentionOptions{
                                                .width = options.width,
                                                .heads = options.heads,
                                                .head_width = options.head_width,
                                                .key_value_heads = options.key_value_heads,
                                                .dropout = options.dropout,
                                                .bias = options.bias,
                                                .scaled = options.scaled_attention,
                                                .query_key_norm = options.query_key_norm,
                                                .norm_epsilon = options.norm_epsilon}));
  if (options.cross) {
    part_cross_ = make_part("norm_cross");
    cross_attention_ = register_module(
        "cross_attention",
        std::make_shared<CrossAttention>(AttentionOptions{.width = options.width,
                                                          .heads = options.heads,
                                                          .head_width = options.head_width,
                                                          .dropout = options.dropout,
                                                          .bias = options.bias,
                                                          .scaled = options.scaled_attention}));
  }
  part2_ = make_part("norm2");
  if (options.experts > 0) {
    experts_ = register_module("experts", std::make_shared<MoeFeedForward>(
                                              MoeOptions{.width = options.width,
                                                         .hidden = options.hidden,
                                                         .experts = options.experts,
                                                         .top_k = options.top_k,
                                                         .kind = options.feed_forward,
                                                         .normalise = options.normalise_top_k}));
  } else {
    feed_forward_ = register_module(
        "feed_forward", std::make_shared<FeedForward>(options.width, options.hidden,
                                                      options.feed_forward, options.bias));
  }
}

SequenceBlock::Part SequenceBlock::make_part(const std::string& name) {
  Part part{register_module(name, std::make_shared<TokenNorm>(options_.norm, options_.width,
                                                              options_.norm_epsilon)),
            {}};
  if (options_.norm_position == "sandwich") {
    part.after = register_module(
        name + "_after",
        std::make_shared<TokenNorm>(options_.norm, options_.width, options_.norm_epsilon));
  }
  return part;
}

template <class Inner>
at::Tensor SequenceBlock::around(const Part& part, const at::Tensor& x, const Inner& inner) {
  const auto drop = [this](const at::Tensor& y) {
    return options_.dropout > 0 ? at::dropout(y, options_.dropout, is_training()) : y;
  };
  if (options_.norm_position == "post") return part.norm->forward(x + drop(inner(x)));
  if (options_.norm_position == "deepnorm")
    return part.norm->forward(x * options_.residual_scale + drop(inner(x)));
  at::Tensor y = inner(part.norm->forward(x));
  if (part.after) y = part.after->forward(y);
  return x + drop(y);
}

at::Tensor SequenceBlock::forward(const at::Tensor& x, const at::Tensor& bias, RouterLoss* loss,
                                  const AttentionExtras& extras, const Memory* memory) {
  at::Tensor mixed =
      around(part1_, x, [&](const at::Tensor& y) { return attention_->forward(y, bias, extras); });
  if (cross_attention_) {
    mixed = around(part_cross_, mixed, [&](const at::Tensor& y) {
      return cross_attention_->forward(y, *memory, extras.cache);
    });
  }
  return around(part2_, mixed, [&](const at::Tensor& y) {
    return experts_ ? experts_->forward(y, loss) : feed_forward_->forward(y);
  });
}

}  // namespace warmstart
