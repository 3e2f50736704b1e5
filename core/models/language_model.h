// What models of tokens can do beside mapping a batch to outputs: continue a sequence. Text
// generation and the exchange of published weights ask for it with a cast.
#pragma once
#include "core/layers/sequence_stack.h"

namespace warmstart {

class LanguageModel {
 public:
  virtual ~LanguageModel() = default;
  virtual std::int64_t heads() const = 0;    ///< of its attention
  virtual std::int64_t longest() const = 0;  ///< tokens that it can see
  /// Reads an input both ways before what it predicts: see target_row.h, or the field `prefix`.
  virtual bool takes_prefix() const { return false; }
};

/// A model with an encoder for one sequence (`tokens`) and a decoder that writes another
/// (`decoder_tokens`, each shifted by one to the right).
class SequenceToSequence {
 public:
  virtual ~SequenceToSequence() = default;
  /// Logits (B,V) of the token after target (B,T), T >= 1, given source (B,S) without padding. With
  /// a cache as in Continuing; the source is read once, by the call that finds the cache empty.
  virtual at::Tensor next_target_logits(const at::Tensor& source_BS, const at::Tensor& target_BT,
                                        SequenceCache* cache) = 0;
  virtual std::int64_t start_token() const = 0;  ///< that every target begins with
};

/// A model that was trained to continue: every token sees those before it, and where it takes a
/// prefix all of that.
class Continuing {
 public:
  virtual ~Continuing() = default;
  /// Logits (B,V) of the token after tokens (B,T), T >= 1. With a cache these follow the tokens it
  /// holds, which are seen too, and are added to it. `prefix`: of all these together the first so
  /// many are the prefix, for a model that takes one; they come in one call. Error when all
  /// together are longer than the model can see.
  virtual at::Tensor next_logits(const at::Tensor& tokens_BT, SequenceCache* cache,
                                 std::int64_t prefix) = 0;
  /// Why this model cannot continue a text as it is set up; "" = it can.
  virtual std::string cannot_continue() const = 0;
};

}  // namespace warmstart
