// Random brightness, contrast, gamma and noise, in units of the volume's own spread.
#include <torch/types.h>

#include <cmath>

#include "core/data/dataset.h"

namespace warmstart::medical {

class RandomIntensity final : public Transform {
 public:
  struct Config {
    double brightness = 0.1, contrast = 0.15, gamma = 0.3, noise = 0.1, probability = 0.5;
    void describe(Fields& fields) {
      fields.field("brightness", brightness, "largest shift, in standard deviations").at_least(0);
      fields.field("contrast", contrast, "largest change of the scale, as a share").within(0, 1);
      fields.field("gamma", gamma, "largest log of the gamma exponent").at_least(0);
      fields.field("noise", noise, "largest noise, in standard deviations").at_least(0);
      fields.field("probability", probability, "of each of the four").within(0, 1);
    }
  };
  explicit RandomIntensity(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random& random) const override {
    const at::Tensor image = sample.fields.get("image").to(at::kFloat).contiguous();
    const float* from = image.data_ptr<float>();
    const std::int64_t count = image.numel();
    const Spread spread = spread_of(from, count);
    const auto drawn = [&](double largest) {
      const double value = random.uniform(-largest, largest);
      return random.chance(config_.probability) ? value : 0.0;
    };
    const double shift = drawn(config_.brightness) * spread.deviation;
    const double scale = 1 + drawn(config_.contrast);
    const double exponent = std::exp(drawn(config_.gamma));
    const double noise = std::abs(drawn(config_.noise)) * spread.deviation;
    const at::Tensor result = torch::empty_like(image);
    float* to = result.data_ptr<float>();
    const double range = std::max(spread.high - spread.low, 1e-6);
    for (std::int64_t i = 0; i < count; ++i) {
      double value = from[i];
      if (exponent != 1)
        value = spread.low + range * std::pow((value - spread.low) / range, exponent);
      to[i] = static_cast<float>((value - spread.mean) * scale + spread.mean + shift);
    }
    if (noise > 0) add_noise(to, count, noise, random);
    sample.fields.set("image", result);
  }
  bool is_random() const override { return true; }

 private:
  struct Spread {
    double mean = 0, deviation = 0, low = 0, high = 0;
  };
  static Spread spread_of(const float* values, std::int64_t count) {
    double sum = 0, squares = 0;
    Spread spread{0, 0, values[0], values[0]};
    for (std::int64_t i = 0; i < count; ++i) {
      const double value = values[i];
      sum += value, squares += value * value;
      spread.low = std::min(spread.low, value), spread.high = std::max(spread.high, value);
    }
    spread.mean = sum / static_cast<double>(count);
    spread.deviation =
        std::sqrt(std::max(0.0, squares / static_cast<double>(count) - spread.mean * spread.mean));
    return spread;
  }

  // Normal numbers as sums of four 16-bit uniform ones: one draw a voxel instead of logarithm and
  // cosine.
  static void add_noise(float* values, std::int64_t count, double deviation, Random& random) {
    const double scale = deviation * std::sqrt(3.0) / 65536;  // four uniforms of width 65536
    for (std::int64_t i = 0; i < count; ++i) {
      const std::uint64_t bits = random.bits();
      const double sum = static_cast<double>((bits & 0xffff) + (bits >> 16 & 0xffff) +
                                             (bits >> 32 & 0xffff) + (bits >> 48));
      values[i] += static_cast<float>((sum - 2 * 65535.0) * scale);
    }
  }

  Config config_;
};

const Registered<Transform, RandomIntensity> random_intensity{Card{
    .name = "random_intensity",
    .summary = "random brightness, contrast, gamma and noise",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
