// The names and layouts under which weights of language and speech models are published, and ours.
// `from:` of a recipe, `warmstart import` and `warmstart export --names` go through here; what must
// hold is that the two directions undo each other bit for bit.
#pragma once
#include <string>
#include <vector>

#include "core/surgery/surgery.h"

namespace warmstart {

/// bert (Devlin et al. 2019), gpt2 (Radford et al. 2019), llama and olmoe (Touvron et al. 2023,
/// Muennighoff et al. 2024) under their Hugging Face names; llama_original: the names of LLaMA's
/// own release, where rotary positions pair neighbouring channels instead of halves of a head. t5
/// (Raffel et al. 2020) and t5_v1_1, whose feed-forward parts are gated, under Hugging Face's.
/// wav2vec2 (Baevski et al. 2020) under its Hugging Face names, wav2vec2_torchaudio under
/// torchaudio's.
const std::vector<std::string>& weight_families();

/// The model whose own names and shapes the other side of a translation has.
struct NamedModel {
  StateDict own;
  std::int64_t heads = 0;  ///< of its attention; 0 where it has none
};

/// The family whose names these are and that the model belongs to; "" = none of them.
std::string weight_family(const StateDict& weights, const NamedModel& model);

/// Published tensors under the model's own names: query, key and value joined, GPT-2's matrices
/// transposed, experts stacked, tied copies and constant buffers left out. What has no counterpart
/// keeps its name. Prefixes ("bert.", "transformer.", "model.") may be missing.
StateDict from_published(const StateDict& weights, const std::string& family,
                         const NamedModel& model);

/// The model's tensors under a family's names, tied copies included. Errors: an unknown family, a
/// tensor for which it has no name.
StateDict to_published(const NamedModel& model, const std::string& family);

}  // namespace warmstart
