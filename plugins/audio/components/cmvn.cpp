// Cepstral mean and variance normalisation: each feature of a clip at mean 0 and deviation 1 over
// its frames.
#include <ATen/ATen.h>

#include "core/data/dataset.h"

namespace warmstart::audio {

struct Cmvn final : Transform {
  struct Config {
    bool variance = true;
    void describe(Fields& fields) {
      fields.field("variance", variance, "divide by the deviation too");
    }
  };
  explicit Cmvn(const Config& config) : config_(config) {}

  void apply(Sample& sample, Random&) const override {
    const at::Tensor image = sample.fields.get("image");
    at::Tensor centred = image - image.mean({2}, true);
    if (config_.variance) centred = centred / (image.std({2}, false, true) + 1e-10);
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
