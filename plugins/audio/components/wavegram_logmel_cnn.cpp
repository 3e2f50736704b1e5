// PANNs' Wavegram-Logmel-CNN14 (Kong et al. 2020; seed card 11): a map learned from the waveform
// beside the log-mel spectrogram. Parameters and front-end buffers carry the names of the published
// checkpoint, and the front end is a convolution as there, so that the whole network is traced from
// wave to classes.
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include <numeric>

#include "core/base/error.h"
#include "core/models/model.h"
#include "plugins/audio/components/panns_block.h"
#include "plugins/audio/components/spectra.h"

namespace warmstart::audio {
namespace {

/// A 1-D convolution without bias that keeps the length (but for its stride).
class WaveConvolution final : public torch::nn::Module, public Initialised {
 public:
  struct Options {
    std::int64_t in = 1, out = 1, kernel = 3, stride = 1, dilation = 1;
  };
  explicit WaveConvolution(const Options& options) : options_(options) {
    weight = register_parameter("weight", at::empty({options.out, options.in, options.kernel}));
    reset_parameters();
  }
  at::Tensor forward(const at::Tensor& x) const {
    const std::int64_t padding = options_.dilation * (options_.kernel / 2);
    return at::conv1d(x, weight, {}, options_.stride, padding, options_.dilation);
  }
  void reset_parameters() override {  // PANNs: Xavier-uniform
    const at::NoGradGuard no_gradients;
    const double fans = static_cast<double>((options_.in + options_.out) * options_.kernel);
    const double bound = std::sqrt(6 / fans);
    weight.uniform_(-bound, bound);
  }
  at::Tensor weight;

 private:
  Options options_;
};

/// x (B,in,N) -> (B,out,N/pool).
class WaveBlock final : public torch::nn::Module {
 public:
  WaveBlock(std::int64_t in, std::int64_t out, std::int64_t pool) : pool_(pool) {
    conv1_ = register_module("conv1", make({in, out, 3, 1, 1}));
    conv2_ = register_module("conv2", make({out, out, 3, 1, 2}));
    bn1_ = register_module("bn1", std::make_shared<Normalisation>("batch", out));
    bn2_ = register_module("bn2", std::make_shared<Normalisation>("batch", out));
  }
  at::Tensor forward(at::Tensor x) {
    x = at::relu(bn1_->forward(conv1_->forward(x)));
    x = at::relu(bn2_->forward(conv2_->forward(x)));
    return at::max_pool1d(x, pool_);
  }

 private:
  static std::shared_ptr<WaveConvolution> make(const WaveConvolution::Options& options) {
    return std::make_shared<WaveConvolution>(options);
  }
  std::int64_t pool_;
  std::shared_ptr<WaveConvolution> conv1_, conv2_;
  std::shared_ptr<Normalisation> bn1_, bn2_;
};

/// wave (B,N) -> decibels (B,1,T,M), as torchlibrosa computes them.
class ConvolutionLogMel final : public torch::nn::Module {
 public:
  ConvolutionLogMel(const StftOptions& stft, const MelOptions& mel) : stft_(stft) {
    check_stft(stft);
    const at::Tensor turns =
        at::outer(at::arange(stft.bins(), at::kDouble), at::arange(stft.window, at::kDouble)) /
        static_cast<double>(stft.window);
    const at::Tensor angle = turns * (2 * 3.14159265358979323846);
    const at::Tensor window = at::hann_window(stft.window, at::kDouble);
    const auto dft =
        register_module("spectrogram_extractor", empty())->register_module("stft", empty());
    real_ = dft->register_module("conv_real", empty())
                ->register_buffer("weight", (angle.cos() * window).unsqueeze(1).to(at::kFloat));
    imaginary_ =
        dft->register_module("conv_imag", empty())
            ->register_buffer("weight", (-angle.sin() * window).unsqueeze(1).to(at::kFloat));
    mel_ = register_module("logmel_extractor", empty())
               ->register_buffer("melW", mel_filters(stft.bins(), mel));
  }
  at::Tensor forward(const at::Tensor& wave_BN) const {
    const std::int64_t edge = stft_.window / 2;
    const at::Tensor padded = at::reflection_pad1d(wave_BN.unsqueeze(1), {edge, edge});
    const at::Tensor real = at::conv1d(padded, real_, {}, stft_.hop);
    const at::Tensor imaginary = at::conv1d(padded, imaginary_, {}, stft_.hop);
    const at::Tensor power_BTF = (real * real + imaginary * imaginary).transpose(1, 2);
    return at::matmul(power_BTF, mel_).clamp_min(1e-10).log10().mul(10).unsqueeze(1);
  }

 private:
  static std::shared_ptr<torch::nn::Module> empty() {
    return std::make_shared<torch::nn::Module>();
  }
  StftOptions stft_;
  at::Tensor real_, imaginary_, mel_;
};

struct WavegramLogmelCnn final : Model {
  struct Config {
    std::int64_t rate = 32000, window = 1024, hop = 320, mels = 64, classes = 527, blocks = 6;
    double low = 50, high = 14000, width_mult = 1, dropout = 0.2, head_dropout = 0.5;
    std::string branches = "both";
    std::vector<std::int64_t> pools{4, 4, 4};
    void describe(Fields& fields) {
      fields.field("rate", rate, "samples a second of the sound").at_least(1).unit("Hz");
      fields.field("window", window, "length of a frame").at_least(2).unit("samples");
      fields.field("hop", hop, "between two frames: 5 times the product of pools")
          .at_least(1)
          .unit("samples");
      fields.field("mels", mels, "frequency bands, an even number").at_least(2);
      fields.field("low", low, "lower edge of the first band").at_least(0).unit("Hz");
      fields.field("high", high, "upper edge of the last band").above(0).unit("Hz");
      fields.field("pools", pools, "pooling of the three blocks on the wave").at_least(1).length(3);
      fields
          .field("branches", branches, "the learned map and the log-mel spectrogram, or this alone")
          .one_of({"both", "log_mel"});
      fields.field("blocks", blocks, "convolution blocks on the spectrogram").within(2, 6);
      fields.field("classes", classes, "outputs").at_least(1);
      fields.field("width_mult", width_mult, "share of the published channels (64, 128, ...)")
          .above(0);
      fields.field("dropout", dropout, "after each block").within(0, 0.9);
      fields.field("head_dropout", head_dropout, "around the embedding").within(0, 0.9);
    }
  };

  explicit WavegramLogmelCnn(const Config& config) : config_(config) {
    check();
    make_front_end();
    std::int64_t in = 1, out = 1;
    for (std::int64_t i = 0; i < config.blocks; ++i) {
      out = panns_channels(i, config.width_mult);
      if (i == 1 && with_wave()) in *= 2;  // the learned map joins after the first block
      blocks_.push_back(register_module("conv_block" + std::to_string(i + 1),
                                        std::make_shared<PannsBlock>(in, out, false)));
      in = out;
    }
    fc1_ = register_module("fc1", torch::nn::Linear(out, out));
    head_ = register_module("fc_audioset", torch::nn::Linear(out, config.classes));
  }

  /// wave (B,N) -> logits (B,K).
  at::Tensor forward(const at::Tensor& wave_BN) override {
    return head_->forward(embedding(wave_BN));
  }
  std::string input() const override { return "wave"; }
  std::string head() const override { return "fc_audioset"; }

  Batch run(const Batch& batch) override {
    if (batch.has("rate") && batch.get("rate").ne(config_.rate).any().item<bool>()) {
      throw Error("the model expects " + std::to_string(config_.rate) + " Hz, the data gives " +
                      std::to_string(batch.get("rate")[0].item<std::int64_t>()),
                  "audio.wavegram_logmel_cnn", "set the data's rate, with resample: true");
    }
    const at::Tensor embedded = embedding(batch.get("wave"));
    Batch outputs;
    outputs.set("logits", head_->forward(embedded));
    outputs.set("features", embedded);
    return outputs;
  }

 private:
  bool with_wave() const { return config_.branches == "both"; }
  std::int64_t wave_channels() const { return panns_channels(1, config_.width_mult); }

  void check() const {
    const std::int64_t product = config_.pools[0] * config_.pools[1] * config_.pools[2];
    if (5 * product != config_.hop) {
      throw Error("the wave is shortened " + std::to_string(5 * product) +
                      " times, the spectrogram's hop is " + std::to_string(config_.hop),
                  "model.pools", "make 5 times the product of pools equal to hop");
    }
    if (config_.mels % 2 == 0 && wave_channels() % (config_.mels / 2) == 0) return;
    throw Error(std::to_string(wave_channels()) + " channels cannot be laid out as " +
                    std::to_string(config_.mels) + "/2 rows",
                "model.mels", "choose mels so that mels / 2 divides 128 width_mult");
  }

  void make_front_end() {
    const StftOptions stft{.window = config_.window, .hop = config_.hop};
    MelOptions mel{.rate = config_.rate, .mels = config_.mels};
    mel.low = config_.low, mel.high = config_.high, mel.scale = "slaney", mel.unit_area = true;
    log_mel_ = std::make_shared<ConvolutionLogMel>(stft, mel);
    for (const auto& child : log_mel_->named_children())
      register_module(child.key(), child.value());
    bn0_ = register_module("bn0", std::make_shared<Normalisation>("batch", config_.mels));
    if (!with_wave()) return;
    const std::int64_t thin = panns_channels(0, config_.width_mult), wide = wave_channels();
    pre_conv0_ = register_module("pre_conv0", std::make_shared<WaveConvolution>(
                                                  WaveConvolution::Options{1, thin, 11, 5, 1}));
    pre_bn0_ = register_module("pre_bn0", std::make_shared<Normalisation>("batch", thin));
    const std::int64_t in[] = {thin, thin, wide}, out[] = {thin, wide, wide};
    for (std::size_t i = 0; i < 3; ++i) {
      wave_blocks_.push_back(
          register_module("pre_block" + std::to_string(i + 1),
                          std::make_shared<WaveBlock>(in[i], out[i], config_.pools[i])));
    }
    pre_block4_ = register_module(
        "pre_block4", std::make_shared<PannsBlock>(wide / (config_.mels / 2), thin, false));
  }

  /// wave (B,N) -> (B,C,T/2,M/2).
  at::Tensor wavegram(const at::Tensor& wave_BN) {
    at::Tensor x = at::relu(pre_bn0_->forward(pre_conv0_->forward(wave_BN.unsqueeze(1))));
    for (const auto& block : wave_blocks_) x = block->forward(x);
    const std::int64_t rows = config_.mels / 2;
    x = x.unflatten(1, {wave_channels() / rows, rows}).transpose(2, 3);
    return pre_block4_->forward(x, 2, 1);
  }

  at::Tensor embedding(const at::Tensor& wave_BN) {
    at::Tensor x = log_mel_->forward(wave_BN);
    x = bn0_->forward(x.transpose(1, 3)).transpose(1, 3);
    x = blocks_[0]->forward(x, 2, 2);
    if (with_wave()) {
      const at::Tensor map = wavegram(wave_BN);
      const std::int64_t frames = std::min(x.size(2), map.size(2));
      x = at::cat({x.narrow(2, 0, frames), map.narrow(2, 0, frames)}, 1);
    }
    x = drop(x, config_.dropout);
    for (std::size_t i = 1; i < blocks_.size(); ++i) {
      const std::int64_t pool = i == 5 ? 1 : 2;
      x = drop(blocks_[i]->forward(x, pool, pool), config_.dropout);
    }
    x = x.mean(3);
    x = drop(std::get<0>(x.max(2)) + x.mean(2), config_.head_dropout);
    return drop(at::relu(fc1_->forward(x)), config_.head_dropout);
  }
  at::Tensor drop(const at::Tensor& x, double share) const {
    return share > 0 ? at::dropout(x, share, is_training()) : x;
  }

  Config config_;
  std::shared_ptr<ConvolutionLogMel> log_mel_;
  std::shared_ptr<Normalisation> bn0_, pre_bn0_;
  std::shared_ptr<WaveConvolution> pre_conv0_;
  std::vector<std::shared_ptr<WaveBlock>> wave_blocks_;
  std::shared_ptr<PannsBlock> pre_block4_;
  std::vector<std::shared_ptr<PannsBlock>> blocks_;
  torch::nn::Linear fc1_{nullptr}, head_{nullptr};
};

const Registered<Model, WavegramLogmelCnn> wavegram_logmel_cnn{Card{
    .name = "wavegram_logmel_cnn",
    .summary = "PANNs' Wavegram-Logmel-CNN: a map learned from the wave beside the log-mel",
    .needs = {"wave"},
    .yields = {"logits", "features"},
    .papers = {11},
}};

}  // namespace
}  // namespace warmstart::audio
