// Continues a sequence token by token: what `warmstart predict` does with a language model.
#pragma once
#include <cstdint>
#include <vector>

#include "core/models/language_model.h"
#include "core/models/model.h"

namespace warmstart {

struct GenerationSettings {
  std::int64_t tokens = 100;  ///< at most so many new ones
  double temperature = 1;     ///< the logits are divided by it; 0 = always the likeliest token
  std::int64_t top_k = 0;     ///< only the k likeliest are drawn from; 0 = all
  double top_p = 1;           ///< the likeliest that together have this probability (Holtzman 2020)
  std::uint64_t seed = 0;
  std::int64_t end = -1;  ///< token after which the text ends; -1 = there is none
  bool use_cache = true;  ///< keep keys and values; the text is the same without, only slower
};

/// Probabilities (V) that the next token is drawn with: temperature, then top_k, then top_p. Tokens
/// that tie with the last one kept are kept too. Error: a setting outside its range.
at::Tensor next_probabilities(const at::Tensor& logits_V, const GenerationSettings& settings);

/// The new tokens, `end` left out. Where the model can see no further, the earlier half of what it
/// sees is forgotten. An encoder-decoder reads the prompt and `end`, and writes a target as long as
/// it can. A decoder with a prefix mask reads both too, each token seeing all of them. Errors: an
/// empty prompt, a model that cannot continue.
std::vector<std::int64_t> generate(Model& model, const std::vector<std::int64_t>& prompt,
                                   const GenerationSettings& settings);

}  // namespace warmstart
