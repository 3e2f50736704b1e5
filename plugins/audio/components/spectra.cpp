#include "plugins/audio/components/spectra.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "core/base/error.h"

namespace warmstart::audio {
namespace {

constexpr double kPi = 3.14159265358979323846;

at::Tensor padded_window(const StftOptions& options) {
  at::Tensor window = at::hann_window(options.window, at::kFloat);
  if (options.window_sum) window = window / window.sum();
  const std::int64_t missing = options.length() - options.window;
  return at::constant_pad_nd(window, {missing / 2, missing - missing / 2});
}

double hertz_to_mel(double hertz, bool slaney) {
  if (!slaney) return 2595 * std::log10(1 + hertz / 700);
  if (hertz < 1000) return 3 * hertz / 200;
  return 15 + std::log(hertz / 1000) / (std::log(6.4) / 27);
}

double mel_to_hertz(double mel, bool slaney) {
  if (!slaney) return 700 * (std::pow(10, mel / 2595) - 1);
  if (mel < 15) return 200 * mel / 3;
  return 1000 * std::exp((mel - 15) * (std::log(6.4) / 27));
}

void check_mel(const MelOptions& options, double high) {
  const double nyquist = static_cast<double>(options.rate) / 2;
  const auto text = [](double hertz) { return std::to_string(std::llround(hertz)); };
  if (high > nyquist) {
    throw Error("high " + text(high) + " > rate/2 = " + text(nyquist), "mel filters",
                "lower it, or use data of a higher rate");
  }
  if (options.low >= high)
    throw Error("low " + text(options.low) + " is not below high " + text(high), "mel filters",
                "give low < high");
}

/// M + 2 frequencies in Hz: triangle m rises from edge m to its peak at m + 1 and falls to m + 2.
std::vector<double> mel_edges(const MelOptions& options) {
  const double high = options.high > 0 ? options.high : static_cast<double>(options.rate) / 2;
  check_mel(options, high);
  const bool slaney = options.scale == "slaney";
  const double first = hertz_to_mel(options.low, slaney), last = hertz_to_mel(high, slaney);
  std::vector<double> edges;
  for (std::int64_t m = 0; m < options.mels + 2; ++m) {
    const double share = static_cast<double>(m) / static_cast<double>(options.mels + 1);
    edges.push_back(mel_to_hertz(first + share * (last - first), slaney));
  }
  return edges;
}

}  // namespace

void check_stft(const StftOptions& options) {
  const auto n = [](std::int64_t value) { return "(" + std::to_string(value) + ")"; };
  if (options.length() < options.window) {
    throw Error("fft " + n(options.fft) + " must be >= window " + n(options.window), "stft",
                "raise fft, or set it to 0");
  }
  if (options.hop > options.window) {
    throw Error("hop " + n(options.hop) + " must be <= window " + n(options.window), "stft",
                "lower hop, or sound between frames is lost");
  }
}

at::Tensor stft(const at::Tensor& wave_N, const StftOptions& options) {
  const std::int64_t length = options.length(), half = length / 2;
  if (wave_N.dim() != 1 || wave_N.size(0) <= half) {
    throw Error("the sound has " + std::to_string(wave_N.numel()) +
                    " samples, its spectrum needs " + std::to_string(half + 1),
                "stft", "use longer clips, or pad them with the data's `seconds`");
  }
  const at::Tensor padded = at::reflection_pad1d(wave_N.reshape({1, -1}), {half, half}).reshape(-1);
  const std::int64_t frames = 1 + (padded.size(0) - length) / options.hop;
  const at::Tensor framed = padded.as_strided({frames, length}, {options.hop, 1});
  return at::fft_rfft(framed * padded_window(options), c10::nullopt, 1);
}

at::Tensor istft(const at::Tensor& spectrum, const StftOptions& options, std::int64_t samples) {
  return at::istft(spectrum, options.length(), options.hop, options.length(),
                   padded_window(options), true, false, true, samples, false);
}

at::Tensor power_spectrum(const at::Tensor& wave_N, const StftOptions& options) {
  const at::Tensor parts = at::view_as_real(stft(wave_N, options));
  const at::Tensor real = parts.select(2, 0), imaginary = parts.select(2, 1);
  return at::mul(real, real).addcmul_(imaginary, imaginary);
}

at::Tensor mel_filters(std::int64_t bins, const MelOptions& options) {
  const double nyquist = static_cast<double>(options.rate) / 2;
  const std::vector<double> edges = mel_edges(options);
  at::Tensor filters = at::zeros({bins, options.mels}, at::kFloat);
  auto values = filters.accessor<float, 2>();
  for (std::int64_t f = 0; f < bins; ++f) {
    const double hertz = nyquist * static_cast<double>(f) / static_cast<double>(bins - 1);
    for (std::size_t m = 0; m < static_cast<std::size_t>(options.mels); ++m) {
      const double up = (hertz - edges[m]) / (edges[m + 1] - edges[m]);
      const double down = (edges[m + 2] - hertz) / (edges[m + 2] - edges[m + 1]);
      const double area = options.unit_area ? 2 / (edges[m + 2] - edges[m]) : 1;
      values[f][static_cast<std::int64_t>(m)] =
          static_cast<float>(area * std::max(0.0, std::min(up, down)));
    }
  }
  return filters;
}

at::Tensor mel_centres(const MelOptions& options) {
  const std::vector<double> edges = mel_edges(options);
  return at::tensor(std::vector<double>(edges.begin() + 1, edges.end() - 1), at::kDouble)
      .to(at::kFloat);
}

at::Tensor cosine_matrix(std::int64_t coefficients, std::int64_t mels) {
  const auto m = static_cast<double>(mels);
  const at::Tensor place = at::arange(mels, at::kDouble).add(0.5).unsqueeze(1);
  const at::Tensor order = at::arange(coefficients, at::kDouble).unsqueeze(0);
  at::Tensor matrix = at::cos(place * order * (kPi / m)) * std::sqrt(2 / m);
  matrix.select(1, 0).mul_(std::sqrt(0.5));
  return matrix.to(at::kFloat);
}

}  // namespace warmstart::audio
