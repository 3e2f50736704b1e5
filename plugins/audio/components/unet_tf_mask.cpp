// A U-Net over the spectrogram that says for every bin whether the voice is the louder part
// (Jansson et al. 2017; the fully convolutional head of seed card 02): what it learns of one pitch
// holds for all others, so that minutes of singing are enough.
#include <ATen/ATen.h>

#include "core/models/model.h"
#include "plugins/audio/components/masked_sound.h"

namespace warmstart::audio {
namespace {

struct UnetTfMask final : Model {
  struct Config {
    std::int64_t bins = 513;
    std::vector<std::int64_t> widths{16, 32, 64, 128};
    double dropout = 0, threshold = 0.15, compression = 0.3;
    void describe(Fields& fields) {
      fields.field("bins", bins, "frequency bins of the spectrogram: fft / 2 + 1").at_least(1);
      fields
          .field("widths", widths,
                 "channels of each level, finest first; each further level halves the grid")
          .at_least(1);
      fields.field("dropout", dropout, "share of channels dropped after each encoder block")
          .within(0, 0.9);
      fields.field("threshold", threshold, "mask values below are set to 0 in the separated sound")
          .within(0, 0.99);
      fields
          .field("compression", compression,
                 "exponent of the magnitudes, in units of their mean, at the input")
          .within(0.05, 1);
    }
  };

  explicit UnetTfMask(const Config& config) : config_(config) {
    Value settings = Value::from_json({{"dims", 2},
                                       {"in_channels", 2},
                                       {"classes", 1},
                                       {"widths", config.widths},
                                       {"norm", "batch"},
                                       {"dropout", config.dropout}});
    unet_ = register_module("unet", create<Model>({"unet", std::move(settings), {}}));
  }

  /// x (B,1,F,T) -> logits (B,F,T).
  at::Tensor forward(const at::Tensor& x_B1FT) override {
    const at::Tensor level =
        (x_B1FT / (x_B1FT.mean({2, 3}, true) + 1e-9) + 1e-8).pow(config_.compression);
    // A convolution does not know how high it looks: it is told.
    const at::Tensor height =
        at::linspace(-1, 1, config_.bins, x_B1FT.options()).unsqueeze(1).expand_as(x_B1FT);
    const at::Tensor padded = at::constant_pad_nd(
        at::cat({level, height}, 1), {0, missing(x_B1FT.size(3)), 0, missing(x_B1FT.size(2))});
    return unet_->forward(padded)
        .select(1, 0)
        .narrow(1, 0, x_B1FT.size(2))
        .narrow(2, 0, x_B1FT.size(3));
  }

  /// Windows: logits (B,F,T). Whole clips, which carry their phase: the separated sounds too.
  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check_bins(image, config_.bins, "audio.unet_tf_mask");
    Batch outputs;
    const at::Tensor logits = forward(image);
    if (batch.has("phase")) {
      add_separated(outputs, logits, batch, config_.threshold);
    } else {
      outputs.set("logits", logits);
    }
    return outputs;
  }
  std::string head() const override { return "unet." + unet_->head(); }

 private:
  /// Places that a length lacks to be halved at every level.
  std::int64_t missing(std::int64_t length) const {
    const std::int64_t step = std::int64_t{1} << (config_.widths.size() - 1);
    return (step - length % step) % step;
  }

  Config config_;
  std::shared_ptr<Model> unet_;
};

const Registered<Model, UnetTfMask> unet_tf_mask{Card{
    .name = "unet_tf_mask",
    .summary = "a U-Net that predicts where a voice is louder than its accompaniment",
    .needs = {"image"},
    .yields = {"logits", "voice_estimate", "song_estimate"},
    .papers = {2},
}};

}  // namespace
}  // namespace warmstart::audio
