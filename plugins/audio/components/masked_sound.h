// From a mask over a mixture's spectrogram to separated sounds: what the models of separation
// share.
#pragma once
#include <ATen/core/Tensor.h>

#include "core/data/batch.h"

namespace warmstart::audio {

/// Adds logits (B,F,T), voice_estimate and song_estimate (B,N) to `outputs`: sigmoid(logits) and
/// what is left of 1 are the masks; values below `threshold` become 0; the mixture's phase is kept.
/// `batch`: image (B,1,F,T), phase, stft and wave of whole clips.
void add_separated(Batch& outputs, const at::Tensor& logits_BFT, const Batch& batch,
                   double threshold);

/// Error naming `model` unless image is (B,1,bins,T).
void check_bins(const at::Tensor& image, std::int64_t bins, const char* model);

}  // namespace warmstart::audio
