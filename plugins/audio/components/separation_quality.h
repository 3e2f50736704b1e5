// BSS-Eval (Vincent, Gribonval and Fevotte 2006): an estimated source is split into target,
// interference and artifacts by projecting it onto delayed versions of the true sources.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace warmstart::audio {

struct SeparationQuality {
  double sdr = 0, sir = 0, sar = 0;  ///< dB
};

/// estimate (N), sources (S,N), of which `target` is the estimated one; `filter_length` delays are
/// allowed (512 in the paper; 1 = a gain alone). In double precision. All undefined (NaN) when a
/// source is silent.
SeparationQuality separation_quality(const at::Tensor& estimate, const at::Tensor& sources,
                                     std::int64_t target, std::int64_t filter_length);

}  // namespace warmstart::audio
