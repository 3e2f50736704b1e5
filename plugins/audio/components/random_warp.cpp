// Another vocal tract and another tempo, apart from each other, drawn on the spectrogram: its bands
// are warped as in vocal tract length perturbation (Jaitly and Hinton 2013), its frames stretched.
#include <ATen/ATen.h>

#include <cmath>

#include "core/data/dataset.h"

namespace warmstart::audio {
namespace {

/// Rows of x at the (fractional) `place` of its second-last axis; beyond the last one `fill`.
at::Tensor rows_at(const at::Tensor& x_CRT, const at::Tensor& place_R, double fill) {
  const std::int64_t last = x_CRT.size(-2) - 1;
  const at::Tensor low = place_R.floor().clamp(0, static_cast<double>(last)).to(at::kLong);
  const at::Tensor share = (place_R - low).clamp(0, 1).to(at::kFloat).unsqueeze(1);
  const at::Tensor rows = at::lerp(x_CRT.index_select(-2, low),
                                   x_CRT.index_select(-2, (low + 1).clamp_max(last)), share);
  const at::Tensor beyond = place_R.gt(static_cast<double>(last)).unsqueeze(1);
  return rows.masked_fill(beyond, fill);
}

}  // namespace

struct RandomWarp final : Transform {
  struct Config {
    double frequency = 0.12, tempo = 0.2;
    void describe(Fields& fields) {
      fields
          .field("frequency", frequency,
                 "bands move to b times their height up to three quarters of it, and back to the "
                 "end above; log b is uniform between minus this and this")
          .within(0, 0.28);
      fields
          .field("tempo", tempo,
                 "logarithm of the largest stretch and squeeze in time about the start")
          .within(0, 1);
    }
  };
  explicit RandomWarp(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random& random) const override {
    const at::Tensor image_1FT = sample.fields.get("image");
    const double lowest = image_1FT.min().item<double>();
    const double height = std::exp(random.uniform(-config_.frequency, config_.frequency));
    const double speed = std::exp(random.uniform(-config_.tempo, config_.tempo));
    const at::Tensor time = at::arange(image_1FT.size(2), at::kDouble) * speed;
    const at::Tensor stretched = rows_at(image_1FT.transpose(1, 2), time, lowest);
    const at::Tensor warped =
        rows_at(stretched.transpose(1, 2), bands(image_1FT.size(1), height), lowest);
    sample.fields.set("image", warped.contiguous());
  }
  bool is_random() const override { return true; }

 private:
  static constexpr double kKnee = 0.75;

  /// Where each of F bands is taken from.
  static at::Tensor bands(std::int64_t count, double height) {
    const at::Tensor part = at::linspace(0, 1, count, at::kDouble);
    const at::Tensor above = kKnee * height + (part - kKnee) * ((1 - kKnee * height) / (1 - kKnee));
    return at::where(part.le(kKnee), part * height, above) * static_cast<double>(count - 1);
  }

  Config config_;
};

const Registered<Transform, RandomWarp> random_warp{Card{
    .name = "random_warp",
    .summary = "another vocal tract length and tempo, drawn on the spectrogram",
    .needs = {"image"},
    .yields = {},
    .papers = {},
}};

}  // namespace warmstart::audio
