// Spectra of mono sound, and the way back. Transforms and metrics call these. Definitions are those
// of torch.stft and torchaudio: frame t is centred on sample t * hop, reflected at both ends; the
// window is the periodic Hann window in the middle of the FFT's length.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace warmstart::audio {

struct StftOptions {
  std::int64_t window = 400;  ///< samples
  std::int64_t fft = 0;       ///< samples; 0 = window
  std::int64_t hop = 160;     ///< samples
  bool window_sum = false;    ///< divide by the window's sum, so that a full-scale tone gives 1/2
  std::int64_t length() const { return fft > 0 ? fft : window; }
  std::int64_t bins() const { return length() / 2 + 1; }
};

/// Error naming the setting unless window <= fft, hop <= window, and the sound is long enough to be
/// reflected.
void check_stft(const StftOptions& options);

/// wave (N) -> complex (T,F), T = 1 + N / hop: time first, as it is computed.
at::Tensor stft(const at::Tensor& wave_N, const StftOptions& options);
/// spectrum complex (F,T) or (B,F,T) -> (N) or (B,N): the least-squares inverse of stft.
at::Tensor istft(const at::Tensor& spectrum_FT, const StftOptions& options, std::int64_t samples);
/// |X|^2 of stft: (T,F).
at::Tensor power_spectrum(const at::Tensor& wave_N, const StftOptions& options);

struct MelOptions {
  std::int64_t rate = 16000, mels = 80;
  double low = 0, high = 0;   ///< Hz; high 0 = rate / 2
  std::string scale = "htk";  ///< htk (2595 log10(1 + f/700)) or slaney (linear below 1 kHz)
  bool unit_area = false;     ///< Slaney's normalisation: each triangle has area 1
};
/// Triangular filters (F,M) over `bins` frequencies 0..rate/2. Error: high above rate / 2, low not
/// below high, a scale that is not one.
at::Tensor mel_filters(std::int64_t bins, const MelOptions& options);

/// (M) the frequencies in Hz where the triangles have their peaks.
at::Tensor mel_centres(const MelOptions& options);

/// The orthonormal DCT-II (M,C) that turns M log-mel values into C cepstral coefficients.
at::Tensor cosine_matrix(std::int64_t coefficients, std::int64_t mels);

}  // namespace warmstart::audio
