#include "plugins/medical/geometry/distance_transform.h"

#include <algorithm>
#include <limits>

namespace warmstart::medical {
namespace {

constexpr float kFar = std::numeric_limits<float>::infinity();

// Along x the input is binary: the nearest seed is found by one sweep each way.
void sweep_row(const std::uint8_t* seeds, std::int64_t count, float spacing, float* out) {
  std::int64_t since = -1;
  for (std::int64_t x = 0; x < count; ++x) {
    since = seeds[x] ? 0 : (since < 0 ? -1 : since + 1);
    out[x] = since < 0 ? kFar : static_cast<float>(since) * spacing;
  }
  since = -1;
  for (std::int64_t x = count - 1; x >= 0; --x) {
    since = seeds[x] ? 0 : (since < 0 ? -1 : since + 1);
    const float right = since < 0 ? kFar : static_cast<float>(since) * spacing;
    const float least = std::min(out[x], right);
    out[x] = least * least;
  }
}

// The lower envelope of parabolas f(q) + (step*(p-q))^2 over one line.
class Envelope {
 public:
  Envelope(std::int64_t count, double step)
      : count_(count), square_(step * step), apex_(count), height_(count), start_(count + 1) {}

  void transform(const float* in, float* out) {
    const std::int64_t parabolas = build(in);
    if (parabolas == 0) {
      std::fill(out, out + count_, kFar);
      return;
    }
    std::int64_t k = 0;
    for (std::int64_t p = 0; p < count_; ++p) {
      while (k + 1 < parabolas && start_[k + 1] < static_cast<double>(p)) ++k;
      const double away = static_cast<double>(p - apex_[k]);
      out[p] = static_cast<float>(square_ * away * away + height_[k]);
    }
  }

 private:
  std::int64_t build(const float* in) {
    std::int64_t k = -1;
    for (std::int64_t q = 0; q < count_; ++q) {
      if (in[q] == kFar) continue;
      double from = -std::numeric_limits<double>::infinity();
      while (k >= 0) {
        const double a = static_cast<double>(apex_[k]), b = static_cast<double>(q);
        from = 0.5 * ((in[q] - height_[k]) / (square_ * (b - a)) + a + b);
        if (from > start_[k]) break;
        --k;
      }
      if (k < 0) from = -std::numeric_limits<double>::infinity();
      ++k;
      apex_[k] = q, height_[k] = in[q], start_[k] = from;
    }
    return k + 1;
  }

  std::int64_t count_;
  double square_;
  std::vector<std::int64_t> apex_;
  std::vector<double> height_, start_;
};

// Lines along an axis whose neighbours lie `stride` apart. Eight lines are gathered at a time:
// their elements share cache lines.
void transform_lines(std::vector<float>& field, std::int64_t start, std::int64_t lines,
                     std::int64_t count, std::int64_t stride, Envelope& envelope) {
  constexpr std::int64_t kTogether = 8;
  std::vector<float> in(static_cast<std::size_t>(kTogether * count)), out(in.size());
  for (std::int64_t first = 0; first < lines; first += kTogether) {
    const std::int64_t now = std::min(kTogether, lines - first);
    float* const base = field.data() + start + first;
    for (std::int64_t p = 0; p < count; ++p) {
      for (std::int64_t l = 0; l < now; ++l) in[l * count + p] = base[p * stride + l];
    }
    for (std::int64_t l = 0; l < now; ++l) {
      envelope.transform(in.data() + l * count, out.data() + l * count);
    }
    for (std::int64_t p = 0; p < count; ++p) {
      for (std::int64_t l = 0; l < now; ++l) base[p * stride + l] = out[l * count + p];
    }
  }
}

}  // namespace

std::vector<float> squared_distances(std::span<const std::uint8_t> seeds, const Size3& size,
                                     const Vector3& spacing) {
  const auto [nx, ny, nz] = size;
  std::vector<float> field(seeds.size());
  for (std::int64_t row = 0; row < ny * nz; ++row) {
    sweep_row(seeds.data() + row * nx, nx, static_cast<float>(spacing[0]), field.data() + row * nx);
  }
  Envelope along_y(ny, spacing[1]);
  for (std::int64_t z = 0; z < nz; ++z) {
    transform_lines(field, z * nx * ny, nx, ny, nx, along_y);
  }
  Envelope along_z(nz, spacing[2]);
  transform_lines(field, 0, nx * ny, nz, nx * ny, along_z);
  return field;
}

}  // namespace warmstart::medical
