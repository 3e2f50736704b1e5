// SpecAugment (Park et al. 2019): stripes of time and of frequency set to a value. Drawn as PANNs
// do: width uniform from 0 to below the largest, then the place.
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct SpecAugment final : Transform {
  struct Config {
    std::int64_t time_width = 64, time_stripes = 2, frequency_width = 8, frequency_stripes = 2;
    std::string fill = "zero";
    void describe(Fields& fields) {
      fields.field("time_width", time_width, "largest width of a time stripe")
          .at_least(0)
          .unit("frames");
      fields.field("time_stripes", time_stripes, "time stripes").at_least(0);
      fields.field("frequency_width", frequency_width, "largest width of a frequency stripe")
          .at_least(0)
          .unit("bands");
      fields.field("frequency_stripes", frequency_stripes, "frequency stripes").at_least(0);
      fields.field("fill", fill, "what a stripe is set to").one_of({"zero", "mean", "minimum"});
    }
  };
  explicit SpecAugment(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random& random) const override {
    at::Tensor image = sample.fields.get("image").clone();
    const double value = config_.fill == "zero"   ? 0.0
                         : config_.fill == "mean" ? image.mean().item<double>()
                                                  : image.min().item<double>();
    stripes(image, 2, config_.time_width, config_.time_stripes, value, random);
    stripes(image, 1, config_.frequency_width, config_.frequency_stripes, value, random);
    sample.fields.set("image", image);
  }
  bool is_random() const override { return true; }

 private:
  static void stripes(at::Tensor& image, std::int64_t axis, std::int64_t largest,
                      std::int64_t count, double value, Random& random) {
    const std::int64_t size = image.size(axis), most = std::min(largest, size);
    for (std::int64_t i = 0; i < count && most > 0; ++i) {
      const std::int64_t width = random.integer(0, most - 1);
      const std::int64_t start = random.integer(0, size - width - 1);
      if (width > 0) image.narrow(axis, start, width).fill_(value);
    }
  }

  Config config_;
};

const Registered<Transform, SpecAugment> spec_augment{Card{
    .name = "spec_augment",
    .summary = "hides random stripes of time and of frequency",
    .needs = {"image"},
    .yields = {},
    .papers = {11},
}};

}  // namespace warmstart::audio
