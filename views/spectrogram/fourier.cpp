#include "views/spectrogram/fourier.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

namespace warmstart {
namespace {

constexpr float kDecibelsAnOctave = 3.0102999566398120F;  ///< of power: 10 log10(2)

/// Without the check for infinities that the operator of std::complex makes.
std::complex<float> times(const std::complex<float>& a, const std::complex<float>& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

std::vector<float> hannInTheMiddle(int window, int length) {
  std::vector<float> values(static_cast<std::size_t>(length));
  const int first = (length - window) / 2;
  double sum = 0;
  for (int i = 0; i < window; ++i) {
    const double value = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / window);
    values[static_cast<std::size_t>(first + i)] = static_cast<float>(value);
    sum += value;
  }
  for (float& value : values) value = static_cast<float>(value / sum);
  return values;
}

}  // namespace

int Fourier::lengthFor(int window, int fft) {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::max({window, fft, 4}))));
}

Fourier::Fourier(int window, int fft)
    : length_(lengthFor(window, fft)),
      window_(hannInTheMiddle(window, length_)),
      turns_(static_cast<std::size_t>(length_)),
      parts_(static_cast<std::size_t>(length_ / 2)),
      order_(parts_.size()) {
  for (std::size_t k = 0; k < turns_.size(); ++k) {
    const double angle = -2 * std::numbers::pi * static_cast<double>(k) / length_;
    turns_[k] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  }
  for (std::size_t i = 1; i < order_.size(); ++i)
    order_[i] = (order_[i / 2] + (i % 2) * order_.size()) / 2;
}

// A complex transform of half the length over pairs of real samples (Cooley and Tukey 1965).
void Fourier::transform() {
  const std::size_t n = parts_.size();
  for (std::size_t half = 1; half < n; half *= 2) {
    const std::size_t stride = turns_.size() / (2 * half);
    for (std::size_t start = 0; start < n; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<float> turned = times(turns_[k * stride], parts_[start + k + half]);
        parts_[start + k + half] = parts_[start + k] - turned;
        parts_[start + k] += turned;
      }
    }
  }
}

void Fourier::levels(std::span<const float> samples, std::span<float> level) {
  const std::size_t n = parts_.size();
  for (std::size_t i = 0; i < n; ++i)
    parts_[order_[i]] = {samples[2 * i] * window_[2 * i], samples[2 * i + 1] * window_[2 * i + 1]};
  transform();
  const float floor_power = std::pow(10.0F, kFloor / 10);
  for (std::size_t k = 0; k <= n; ++k) {
    // The pairs' transform holds that of the even samples and, turned, that of the odd ones.
    const std::complex<float> a = parts_[k % n], b = std::conj(parts_[(n - k) % n]);
    const std::complex<float> even = 0.5F * (a + b), d = 0.5F * (a - b), odd(d.imag(), -d.real());
    const std::complex<float> value = k == n ? even - odd : even + times(turns_[k], odd);
    level[k] = kDecibelsAnOctave * std::log2(std::max(std::norm(value), floor_power));
  }
}

}  // namespace warmstart
