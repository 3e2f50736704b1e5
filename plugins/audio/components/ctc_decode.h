// From CTC's scores of each frame to characters. The metrics audio.cer and audio.wer and the
// transcripts' predictions call these. Class 0 is the blank.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace warmstart::audio {

/// logits (T,K) -> classes: the best of each frame, repeats joined, blanks left out.
std::vector<std::int64_t> ctc_greedy(const at::Tensor& logits_TK);

/// The most probable classes by a search over prefixes that keeps the `beam` best after each frame
/// and sums over all alignments of a prefix (Graves and Jaitly 2014, algorithm 1, without a
/// language model). Exact when the beam holds every prefix.
std::vector<std::int64_t> ctc_beam(const at::Tensor& logits_TK, std::int64_t beam);

}  // namespace warmstart::audio
