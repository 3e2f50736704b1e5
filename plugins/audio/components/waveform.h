// Between sound samples and tensors. Fields of the audio plugin's samples (a batch adds B in
// front):
//   wave (N) float, mono, nominally in [-1,1]    voice, song (N) float, the stems of a mixture
//   samples () int64, of the wave that are no silence behind a short clip
//   transcript (L) int64, classes of an alphabet, then -1
//   rate () int64, Hz     class () int64     target (K) float, 1 where a class sounds
//   image (1,F,T) float: a spectrogram or another feature map, F features by T frames
//   phase (F,T) float, radians     mask (F,T) float, a time-frequency mask
//   stft (4) int64: window, fft, hop in samples, 1 = divided by the window's sum
//   bands (F) float, Hz: the centre of each row of a mel spectrogram
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace warmstart::audio {

at::Tensor to_tensor(const std::vector<float>& samples);
std::vector<float> to_samples(const at::Tensor& wave_N);

/// The sample's rate; Error when it carries none.
std::int64_t rate_of(const Batch& fields);

}  // namespace warmstart::audio
