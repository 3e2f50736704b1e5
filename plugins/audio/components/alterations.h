// TERA's three ways to alter acoustic frames before they are reconstructed (Liu et al. 2021; seed
// card 73). Pure functions of the seed; the objective audio.tera calls them.
#pragma once
#include <ATen/core/Tensor.h>

#include "core/catalog/fields.h"

namespace warmstart::audio {

struct AlterationOptions {
  double time = 0.15;  ///< share of frames in altered blocks; 0 = off
  std::int64_t width = 7;
  double zero_share = 0.8, replace_share = 0.1;  ///< of utterances; the others stay as they are
  double frequency = 0.2;                        ///< widest band over all bands; 0 = off
  double magnitude = 0.15;                       ///< chance of noise; 0 = off
  double deviation = 0.2;
  void describe(Fields& fields);
};

struct Altered {
  at::Tensor frames;  ///< (B,T,F)
  at::Tensor mask;    ///< (B,T,F), 1 where the loss counts
};

/// frames (B,T,F), drawn for each utterance of its own:
/// - time: round(T time / width) blocks of `width` frames, which may overlap, all set to zero,
///   replaced by other frames of the utterance, or left, by one throw; in the mask in all cases;
/// - frequency: a band of 0 to floor(F frequency) neighbours, zero in all frames, in the mask;
/// - magnitude: with that chance normal noise on all entries, not in the mask.
/// The mask is all ones when neither time nor frequency is on. Error: fewer frames than `width`.
Altered alter(const at::Tensor& frames_BTF, const AlterationOptions& options, std::uint64_t seed);

}  // namespace warmstart::audio
