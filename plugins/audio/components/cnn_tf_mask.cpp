// A convolutional network that says for every bin of a few consecutive frames whether the voice is
// the louder part; over a whole clip it slides by one frame and its centre frame counts (seed card
// 02).
#include <ATen/ATen.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/linear.h>

#include "core/base/error.h"
#include "core/layers/convolution.h"
#include "core/models/model.h"
#include "plugins/audio/components/masked_sound.h"

namespace warmstart::audio {
namespace {

constexpr std::int64_t kWindowsAtOnce = 256;

struct CnnTfMask final : Model {
  struct Config {
    std::int64_t bins = 2049, frames = 9, kernel_time = 3, kernel_frequency = 12, pool = 12;
    std::vector<std::int64_t> channels{32, 16, 64, 32}, hidden{2048, 512};
    double dropout = 0.5, threshold = 0.15, compression = 1;
    bool normalise = false;
    void describe(Fields& fields) {
      fields.field("bins", bins, "frequency bins of the spectrogram: fft / 2 + 1").at_least(1);
      fields.field("frames", frames, "of a window, an odd number").at_least(1);
      fields.field("kernel_time", kernel_time, "width of the convolutions in time, odd")
          .at_least(1)
          .unit("frames");
      fields.field("kernel_frequency", kernel_frequency, "width in frequency")
          .at_least(1)
          .unit("bins");
      fields.field("channels", channels, "of the four convolutions").length(4).at_least(1);
      fields.field("pool", pool, "bins pooled after each pair of convolutions")
          .at_least(1)
          .unit("bins");
      fields.field("hidden", hidden, "units of the two layers after them").length(2).at_least(1);
      fields.field("normalise", normalise, "divide each window by its largest magnitude");
      fields.field("dropout", dropout, "before each of those layers").within(0, 0.9);
      fields.field("threshold", threshold, "mask values below are set to 0 in the separated sound")
          .within(0, 0.99);
      fields
          .field("compression", compression,
                 "exponent of the magnitudes at the input; 1 = as they are")
          .within(0.05, 1);
    }
  };

  explicit CnnTfMask(const Config& config) : config_(config) {
    if (config.frames % 2 == 0 || config.kernel_time % 2 == 0)
      throw Error("frames and kernel_time must be odd", "model audio.cnn_tf_mask", "use 9 and 3");
    std::int64_t in = 1;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string number = std::to_string(i + 1);
      weights_.push_back(register_parameter(
          "conv" + number + "_weight",
          at::empty({config.channels[i], in, config.kernel_time, config.kernel_frequency})));
      biases_.push_back(
          register_parameter("conv" + number + "_bias", at::zeros({config.channels[i]})));
      torch::nn::init::xavier_uniform_(weights_[i]);
      in = config.channels[i];
    }
    const std::int64_t flat = in * config.frames * pooled(pooled(config.bins));
    fc1_ = linear("fc1", flat, config.hidden[0]);
    fc2_ = linear("fc2", config.hidden[0], config.hidden[1]);
    head_ = linear("output", config.hidden[1], config.frames * config.bins);
  }

  /// x (B,1,F,frames) -> logits (B,F,frames).
  at::Tensor forward(const at::Tensor& x) override {
    at::Tensor y = config_.normalise ? x / (x.amax({2, 3}, true) + 1e-6) : x;
    if (config_.compression < 1) y = (y + 1e-8).pow(config_.compression);
    y = y.transpose(2, 3);  // (B,1,time,frequency)
    y = pool(convolve(convolve(y, 0), 1));
    y = pool(convolve(convolve(y, 2), 3)).flatten(1);
    y = at::relu(fc1_->forward(drop(y)));
    y = at::relu(fc2_->forward(drop(y)));
    return head_->forward(y).reshape({-1, config_.frames, config_.bins}).transpose(1, 2);
  }

  /// Windows: logits (B,F,frames). Whole clips, which carry their phase: logits (B,F,T) and the
  /// separated sounds voice_estimate, song_estimate (B,N).
  Batch run(const Batch& batch) override {
    const at::Tensor& image = batch.get("image");
    check_bins(image, config_.bins, "audio.cnn_tf_mask");
    Batch outputs;
    if (!batch.has("phase")) {
      outputs.set("logits", forward(image));
      return outputs;
    }
    add_separated(outputs, slide(image), batch, config_.threshold);
    return outputs;
  }
  std::string head() const override { return "output"; }

 private:
  std::int64_t pooled(std::int64_t bins) const { return (bins + config_.pool - 1) / config_.pool; }

  torch::nn::Linear linear(const std::string& name, std::int64_t in, std::int64_t out) {
    torch::nn::Linear layer(in, out);
    torch::nn::init::xavier_uniform_(layer->weight);
    torch::nn::init::zeros_(layer->bias);
    return register_module(name, layer);
  }

  /// SAME padding: an even kernel gets its odd bin on the far side.
  at::Tensor convolve(const at::Tensor& x, std::size_t i) const {
    const std::int64_t time = config_.kernel_time / 2, near = (config_.kernel_frequency - 1) / 2;
    const at::Tensor padded =
        at::constant_pad_nd(x, {near, config_.kernel_frequency - 1 - near, time, time});
    return at::relu(at::conv2d(padded, weights_[i], biases_[i]));
  }
  /// SAME padding too; zeros never win after a ReLU.
  at::Tensor pool(const at::Tensor& x) const {
    const std::int64_t missing = pooled(x.size(3)) * config_.pool - x.size(3);
    const at::Tensor padded = at::constant_pad_nd(x, {missing / 2, missing - missing / 2});
    return at::max_pool2d(padded, {1, config_.pool});
  }
  at::Tensor drop(const at::Tensor& x) const {
    return config_.dropout > 0 ? at::dropout(x, config_.dropout, is_training()) : x;
  }

  at::Tensor slide(const at::Tensor& image_B1FT) {
    const std::int64_t side = config_.frames / 2;
    std::vector<at::Tensor> clips;
    for (const at::Tensor& clip_1FT : image_B1FT.unbind(0)) {
      const at::Tensor padded =
          at::constant_pad_nd(clip_1FT[0], {side, side}, clip_1FT.min().item<float>());
      const at::Tensor windows = padded.unfold(1, config_.frames, 1).transpose(0, 1).unsqueeze(1);
      std::vector<at::Tensor> centres;
      for (const at::Tensor& some : windows.split(kWindowsAtOnce))
        centres.push_back(forward(some.contiguous()).select(2, side));
      clips.push_back(at::cat(centres).t());
    }
    return at::stack(clips);
  }

  Config config_;
  std::vector<at::Tensor> weights_, biases_;
  torch::nn::Linear fc1_{nullptr}, fc2_{nullptr}, head_{nullptr};
};

const Registered<Model, CnnTfMask> cnn_tf_mask{Card{
    .name = "cnn_tf_mask",
    .summary = "predicts from a few frames where a voice is louder than its accompaniment",
    .needs = {"image"},
    .yields = {"logits", "voice_estimate", "song_estimate"},
    .papers = {2},
}};

}  // namespace
}  // namespace warmstart::audio
