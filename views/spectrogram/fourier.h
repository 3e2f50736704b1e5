// The short-time spectrum as the audio plugin defines it (torch.stft): frames centred on their
// time, a periodic Hann window in the middle of the transform's length. Plain C++, any thread.
#pragma once
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace warmstart {

class Fourier {
 public:
  /// `window` samples are seen at a time; the transform's length is the next power of two of
  /// `fft` (and of the window). window >= 2.
  Fourier(int window, int fft);
  /// Of a transform with these settings.
  static int lengthFor(int window, int fft);
  int length() const { return length_; }
  int bins() const { return length_ / 2 + 1; }
  /// `samples`: length() of them around the frame's time. `level`: bins() values in dB of the
  /// magnitude over the window's sum, so that a sine of full scale gives -6.02 dB; nothing is
  /// below kFloor.
  void levels(std::span<const float> samples, std::span<float> level);
  static constexpr float kFloor = -160;

 private:
  void transform();
  int length_;
  std::vector<float> window_;                       ///< divided by its sum
  std::vector<std::complex<float>> turns_, parts_;  ///< e^(-2 pi i k / n); work space
  std::vector<std::size_t> order_;                  ///< bit-reversed places
};

}  // namespace warmstart
