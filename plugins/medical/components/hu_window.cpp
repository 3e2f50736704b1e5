// Window on Hounsfield units, as radiologists set it.
#include <torch/types.h>

#include "core/data/dataset.h"

namespace warmstart::medical {

struct HuWindow final : Transform {
  struct Config {
    double low = -160, high = 240;
    bool rescale = true;
    void describe(Fields& fields) {
      fields.field("low", low, "values below become this").unit("HU");
      fields.field("high", high, "values above become this").unit("HU");
      fields.field("rescale", rescale, "map the window to -1..1");
    }
  };
  explicit HuWindow(const Config& config) : config_(config) {
    if (config.high > config.low) return;
    throw Error("the window ends at " + std::to_string(config.high) + " HU, before its start",
                "medical.hu_window", "set high above low");
  }
  void apply(Sample& sample, Random&) const override {
    at::Tensor image = sample.fields.get("image").clamp(config_.low, config_.high);
    if (config_.rescale) {
      image = (image - config_.low).mul_(2 / (config_.high - config_.low)).sub_(1);
    }
    sample.fields.set("image", image);
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, HuWindow> hu_window{Card{
    .name = "hu_window",
    .summary = "clip CT values to a window of Hounsfield units",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
