// Cepstral mean and variance normalisation: each feature of a clip, or the clip as a whole, at mean
// 0 and deviation 1 over its frames.
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct Cmvn final : Transform {
  struct Config {
    bool variance = true;
    std::string over = "time";
    void describe(Fields& fields) {
      fields
          .field("over", over,
                 "what is at mean 0: each feature over time, or the clip as a whole (all), which "
                 "keeps the shape of its mean spectrum")
          .one_of({"time", "all"});
      fields.field("variance", variance, "divide by the deviation too");
    }
  };
  explicit Cmvn(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor image = sample.fields.get("image");
    const std::vector<std::int64_t> axes =
        config_.over == "time" ? std::vector<std::int64_t>{2} : std::vector<std::int64_t>{1, 2};
    at::Tensor centred = image - image.mean(axes, true);
    if (config_.variance) centred = centred / (image.std(axes, false, true) + 1e-10);
    sample.fields.set("image", centred);
  }
  bool is_random() const override { return false; }

 private:
  Config config_;
};

const Registered<Transform, Cmvn> cmvn{Card{
    .name = "cmvn",
    .summary = "each feature of a clip at mean 0 and deviation 1 over time",
    .needs = {"image"},
    .yields = {},
    .papers = {73},
}};

}  // namespace warmstart::audio
