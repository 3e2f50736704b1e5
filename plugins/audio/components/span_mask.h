// Which frames wav2vec 2.0 hides (Baevski et al. 2020, section 3.1; seed card 39). Pure functions
// of the seed; the contrastive and CTC objectives call them.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace warmstart::audio {

struct SpanOptions {
  double starts = 0.065;      ///< share of places where a span starts
  std::int64_t span = 10;     ///< length
  std::int64_t at_least = 0;  ///< spans of a row, where it is long enough for one
};

/// (B,max(lengths,columns)) bool, true = hidden: in row b floor(starts * lengths[b] + u) spans, u
/// uniform in [0,1), at different places below lengths[b] - span + 1; they may overlap.
at::Tensor span_mask(const std::vector<std::int64_t>& lengths, std::int64_t columns,
                     const SpanOptions& options, std::uint64_t seed);

}  // namespace warmstart::audio
