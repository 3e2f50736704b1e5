// The body of a language model: positions, a row of sequence blocks, a last normalisation. Decoder
// and encoder models share it and its settings.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/fields.h"
#include "core/layers/relative_positions.h"
#include "core/layers/sequence_block.h"

namespace warmstart {

/// Settings that a model puts beside its own.
struct SequenceOptions {
  std::int64_t width = 64, depth = 4, heads = 4, hidden = 0, max_length = 256;
  std::string norm = "layer", norm_position = "pre", feed_forward = "gelu", positions = "learned";
  std::int64_t head_width = 0, key_value_heads = 0;
  double norm_epsilon = 0, rotary_base = 10000;
  double post_fraction = 0.25, dropout = 0, initial_deviation = 0.02;
  bool bias = true, query_key_norm = false, scaled_attention = true;
  std::int64_t experts = 0, top_k = 2;
  bool normalise_top_k = true;
  std::vector<std::int64_t> blocks;
  std::int64_t relative_buckets = 32, relative_distance = 128;
  // Set by the model, no setting:
  bool bidirectional = true;  ///< relative positions tell keys after the query apart
  bool cross = false;         ///< blocks look at a memory
  void describe(Fields& fields);
};

/// What a stack has seen of a sequence, layer by layer in the order in which blocks run.
struct SequenceCache {
  std::vector<LayerCache> layers;
  Memory memory;                ///< of a decoder that looks at one
  std::int64_t length() const;  ///< tokens seen
};

/// Which keys a query may see, as a bias (0 or -inf) of (1,1,T,first+T): those up to itself. x
/// (B,T,D) are the tokens from place `first` on.
at::Tensor causal_bias(const at::Tensor& x_BTD, std::int64_t first = 0);
/// visible (B,T), 0 = padding -> bias (B,1,1,T).
at::Tensor padding_bias(const at::Tensor& visible, const at::TensorOptions& options);

/// x (B,T,D) embedded tokens -> (B,T,D). Taps "block.output" (B,T,D) after every block.
class SequenceStack final : public torch::nn::Module {
 public:
  /// `last_norm`: normalise after the last block. Errors name the setting that does not fit.
  SequenceStack(const SequenceOptions& options, bool last_norm);
  /// Adds the positions from `first` on (unless rotary or relative). Error when they go beyond
  /// max_length.
  at::Tensor with_positions(const at::Tensor& x, std::int64_t first = 0) const;
  /// With a cache, x are the tokens after those it holds, and is added to it.
  at::Tensor forward(at::Tensor x, const at::Tensor& bias, RouterLoss* loss,
                     SequenceCache* cache = nullptr, const Memory* memory = nullptr);

  const std::vector<std::shared_ptr<SequenceBlock>>& blocks() const { return blocks_; }
  /// Indices of the blocks that run, in order; inspectors take one out for a while to see what it
  /// is worth.
  const std::vector<std::int64_t>& order() const { return order_; }
  void set_order(std::vector<std::int64_t> order) { order_ = std::move(order); }

 private:
  SequenceOptions options_;
  at::Tensor seen_bias(const at::Tensor& x_BTD, const at::Tensor& bias, std::int64_t first) const;
  at::Tensor positions_;
  std::shared_ptr<RelativePositions> relative_;
  std::optional<RotationTable> rotations_;
  std::vector<std::shared_ptr<SequenceBlock>> blocks_;
  std::vector<std::int64_t> order_;  // of blocks that run
  std::shared_ptr<TokenNorm> norm_;
};

/// Weights of every linear layer, expert and embedding below `module` drawn with that deviation and
/// biases 0; GPT and BERT start with 0.02.
void initialise_language_model(torch::nn::Module& module, double deviation);

}  // namespace warmstart
