#include "plugins/audio/components/separation_quality.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace warmstart::audio {
namespace {

double decibel(const at::Tensor& signal, const at::Tensor& rest) {
  return 10 * std::log10(signal.square().sum().item<double>() /
                         std::max(1e-300, rest.square().sum().item<double>()));
}

/// values (L...) of lags -L+1..L-1 in the circular order of an FFT -> Toeplitz (L,L), entry (i,j)
/// at lag j - i.
at::Tensor toeplitz(const at::Tensor& circular, std::int64_t length) {
  const at::Tensor i = at::arange(length, at::kLong);
  const at::Tensor lag = i.unsqueeze(0) - i.unsqueeze(1);
  return circular.index({lag.remainder(circular.size(0))});
}

/// The least-squares image of `padded_estimate` (M) in the span of `length` delays of `sources`
/// (S,N): M = N + length - 1.
at::Tensor project(const at::Tensor& padded_estimate, const at::Tensor& sources,
                   std::int64_t length) {
  const std::int64_t count = sources.size(0), total = padded_estimate.size(0);
  std::int64_t size = 1;
  while (size < total + length) size *= 2;
  const at::Tensor spectra = at::fft_rfft(sources, size, 1);
  const at::Tensor estimate = at::fft_rfft(padded_estimate, size);
  std::vector<at::Tensor> rows, right;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<at::Tensor> row;
    for (std::int64_t j = 0; j < count; ++j) {
      // sum_n s_i(n - a) s_j(n - b) depends on b - a alone.
      row.push_back(toeplitz(at::fft_irfft(spectra[i] * spectra[j].conj(), size), length));
    }
    rows.push_back(at::cat(row, 1));
    right.push_back(at::fft_irfft(spectra[i].conj() * estimate, size).narrow(0, 0, length));
  }
  const at::Tensor filters =
      at::linalg_solve(at::cat(rows), at::cat(right).unsqueeze(1)).reshape({count, length});
  const at::Tensor images = at::fft_irfft(at::fft_rfft(filters, size, 1) * spectra, size, 1);
  return images.sum(0).narrow(0, 0, total);
}

}  // namespace

SeparationQuality separation_quality(const at::Tensor& estimate, const at::Tensor& sources,
                                     std::int64_t target, std::int64_t filter_length) {
  const at::Tensor s = sources.to(at::kDouble);
  if (s.square().sum(1).min().item<double>() <= 0) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return {kNone, kNone, kNone};
  }
  const at::Tensor padded = at::constant_pad_nd(estimate.to(at::kDouble), {0, filter_length - 1});
  const at::Tensor wanted = project(padded, s.narrow(0, target, 1), filter_length);
  const at::Tensor all = project(padded, s, filter_length);
  return {decibel(wanted, padded - wanted), decibel(wanted, all - wanted),
          decibel(all, padded - all)};
}

}  // namespace warmstart::audio
