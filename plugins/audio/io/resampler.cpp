#include "plugins/audio/io/resampler.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"

namespace warmstart::audio {
namespace {

constexpr std::int64_t kFilterMargin = 512;  // frames at the lower rate; soxr HQ reaches about 200

}  // namespace

std::vector<float> resampled(const std::vector<float>& samples, std::int64_t from,
                             std::int64_t to) {
  if (from == to || samples.empty()) return samples;
  const double ratio = static_cast<double>(to) / static_cast<double>(from);
  const auto wanted =
      static_cast<std::size_t>(std::llround(static_cast<double>(samples.size()) * ratio));
  std::vector<float> out(wanted + 16);
  std::size_t used = 0, made = 0;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_error_t error = soxr_oneshot(static_cast<double>(from), static_cast<double>(to), 1,
                                          samples.data(), samples.size(), &used, out.data(),
                                          out.size(), &made, nullptr, &quality, nullptr);
  if (error != nullptr) {
    throw Error(std::string("the sound cannot be resampled: ") + soxr_strerror(error), "libsoxr",
                "free some memory and start again", ErrorKind::kMachine);
  }
  out.resize(made);
  out.resize(wanted, 0.0F);
  return out;
}

SourceStretch source_stretch(std::int64_t start, std::int64_t count, std::int64_t from,
                             std::int64_t to) {
  if (from == to) return {start, count, 0};
  const std::int64_t common = std::gcd(from, to);
  const std::int64_t source_step = from / common, target_step = to / common;
  const std::int64_t margin =
      kFilterMargin * std::max<std::int64_t>(1, (from + to - 1) / to) * to / from + target_step;
  const std::int64_t steps = std::max<std::int64_t>(0, start - margin) / target_step;
  SourceStretch stretch;
  stretch.first = steps * source_step;
  stretch.skip = start - steps * target_step;
  const std::int64_t end = start + count + margin;
  stretch.frames = (end * from + to - 1) / to - stretch.first;
  return stretch;
}

}  // namespace warmstart::audio
