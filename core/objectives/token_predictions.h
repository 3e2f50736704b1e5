// What an objective of tokens asks of a model at each place of a text, and what the model says
// there. The inspector `tokens` asks for it with a cast; such objectives list "token_predictions"
// among what they yield.
#pragma once
#include "core/objectives/objective.h"

namespace warmstart {

constexpr std::int64_t kNothingAsked = -100;  ///< as cross entropy ignores it

/// What an objective that hides tokens did to each place.
constexpr std::int64_t kTokenUntouched = 0, kTokenMasked = 1, kTokenReplaced = 2, kTokenKept = 3;
/// The ways of the batch field "mode": short spans hidden, long ones or much, the rest after a
/// prefix, everything (UL2).
constexpr const char* kDenoiserModes[] = {"R", "X", "S", "C"};

/// B texts, S tokens read, T places of a text, V tokens or classes.
struct TokenPredictions {
  /// "next": each token from those before it; "hidden": tokens that the input hides; "target": a
  /// text from another one; "class": a class for each token.
  std::string task;
  at::Tensor read_BS;  ///< int64, as the model read them
  at::Tensor text_BT;  ///< int64, the text whose places are predicted: the read one, or the target
  at::Tensor target_BT;   ///< int64, kNothingAsked where nothing is predicted
  at::Tensor logits_BTV;  ///< of the token or class at that place; anything where nothing is asked
  at::Tensor fate_BT{};   ///< int64, kTokenMasked, ...; undefined = nothing of that kind is done
  std::string replacement = "";  ///< what replaced tokens were drawn from: replace_source
};

class PredictsTokens {
 public:
  virtual ~PredictsTokens() = default;
  /// With the same draws as `evaluate` makes for that context, which must not be a training one.
  virtual TokenPredictions predictions(const Batch& batch, Context& context) = 0;
};

}  // namespace warmstart
