// A tiny data set for tests of the training core: noisy images with one bright disc, its mask as
// label.
#pragma once
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::testing {

struct Discs final : Dataset {
  struct Config {
    std::int64_t count = 8, size_px = 16, fail_at = -1, nan_at = -1;
    void describe(Fields& fields) {
      fields.field("count", count, "number of images").at_least(0);
      fields.field("size_px", size_px, "edge").unit("pixel").at_least(4);
      fields.field("fail_at", fail_at, "index of a sample that cannot be read; -1 = none");
      fields.field("nan_at", nan_at, "index of a sample with a NaN; -1 = none");
    }
  };
  explicit Discs(const Config& config) : config_(config) {}

  std::int64_t size() const override { return config_.count; }

  Sample get(std::int64_t index) const override {
    if (index == config_.fail_at) throw Error("image cannot be read", "disc 3", "repair the file");
    Random random(mix_seed(7, "discs", static_cast<std::uint64_t>(index)));
    const std::int64_t n = config_.size_px;
    at::Tensor image = at::empty({1, n, n});
    at::Tensor label = at::zeros({n, n}, at::kLong);
    const double cx = random.uniform(0.3, 0.7) * static_cast<double>(n),
                 cy = random.uniform(0.3, 0.7) * static_cast<double>(n);
    auto pixels = image.accessor<float, 3>();
    auto classes = label.accessor<std::int64_t, 2>();
    for (std::int64_t y = 0; y < n; ++y) {
      for (std::int64_t x = 0; x < n; ++x) {
        const double dx = static_cast<double>(x) - cx, dy = static_cast<double>(y) - cy;
        const bool inside = dx * dx + dy * dy < 0.04 * static_cast<double>(n * n);
        pixels[0][y][x] = static_cast<float>((inside ? 1.0 : 0.0) + 0.3 * random.normal());
        classes[y][x] = inside ? 1 : 0;
      }
    }
    if (index == config_.nan_at) image.fill_(std::numeric_limits<float>::quiet_NaN());
    Sample sample{"disc " + std::to_string(index), {}};
    sample.fields.set("image", image);
    sample.fields.set("label", label);
    sample.fields.set("spacing", at::ones({2}, at::kDouble));
    return sample;
  }

  Json facts() const override {
    return {{"classes", 2}, {"class_names", {"background", "disc"}}, {"channels", 1}, {"dims", 2}};
  }
  Config config_;
};

/// Adds a number to each image, drawn anew for each epoch.
struct Jitter final : Transform {
  struct Config {
    double sigma = 0.1;
    void describe(Fields& fields) {
      fields.field("sigma", sigma, "standard deviation").at_least(0);
    }
  };
  explicit Jitter(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random& random) const override {
    sample.fields.set("image", sample.fields.get("image") + config_.sigma * random.normal());
  }
  bool is_random() const override { return true; }
  Config config_;
};

}  // namespace warmstart::testing
