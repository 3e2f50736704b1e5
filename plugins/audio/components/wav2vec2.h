// wav2vec 2.0 (Baevski et al. 2020; seed card 39): convolutions over the waveform, a transformer
// over their frames, a product quantizer that makes its targets, and a linear output a frame for
// CTC. The objectives audio.wav2vec_contrastive and audio.ctc train it.
//
// Names of parameters are those of the published checkpoints but for the transformer's blocks,
// which are ours.
#pragma once
#include <torch/nn/modules/linear.h>

#include "core/layers/sequence_stack.h"
#include "core/models/model.h"
#include "core/models/reads_more.h"
#include "plugins/audio/components/convolutional_positions.h"
#include "plugins/audio/components/product_quantizer.h"
#include "plugins/audio/components/wave_encoder.h"

namespace warmstart::audio {

/// The settings of wav2vec2 and, with other defaults, of wav2vec2_tiny.
struct Wav2vec2Options {
  WaveEncoderOptions wave;
  SequenceOptions body;
  std::int64_t rate = 16000, classes = 32;
  std::int64_t position_kernel = 128, position_groups = 16;
  std::int64_t codebooks = 2, codes = 320, code_width = 256, match_width = 256;
  Wav2vec2Options();  ///< the base model's
  void describe(Fields& fields);
};

class Wav2vec2 : public Model, public ReadsMore {
 public:
  explicit Wav2vec2(const Wav2vec2Options& options);

  /// Of the batch's waves.
  struct Frames {
    at::Tensor raw;                     ///< (B,T,C) as the convolutions give them
    at::Tensor latents;                 ///< (B,T,C) normalised: what is quantized and read
    std::vector<std::int64_t> lengths;  ///< frames of each clip that are no padding
    at::Tensor visible;                 ///< (B,T) float, 1 for those; undefined = all
  };
  /// Reads "wave" (B,N) and, where it is there, "samples" (B): the clips' own lengths.
  Frames frames(const Batch& batch);

  struct Hidden {
    at::Tensor frames;    ///< (B,T) bool: replaced by the learned vector
    at::Tensor channels;  ///< (B,D) bool: set to zero
  };
  /// (B,T,D) contexts. `hidden` may be undefined; padding neither speaks nor is listened to.
  at::Tensor contexts(const Frames& frames, const Hidden& hidden = {});
  at::Tensor logits(const at::Tensor& contexts_BTD) { return lm_head_->forward(contexts_BTD); }

  /// Contexts (N,D) and quantized targets (N,width) on the common space where they are compared.
  at::Tensor predicted(const at::Tensor& contexts_ND) { return project_hid_->forward(contexts_ND); }
  at::Tensor target(const at::Tensor& values) { return project_q_->forward(values); }
  ProductQuantizer& quantizer() { return *quantizer_; }
  std::int64_t width() const { return options_.body.width; }

  /// wave (B,N) -> logits (B,T,K).
  at::Tensor forward(const at::Tensor& wave_BN) override;
  std::string input() const override { return "wave"; }
  std::string head() const override { return "lm_head"; }
  /// The clips' own lengths too, where the data pads them.
  Batch file_inputs(const Batch& batch) const override;
  at::Tensor forward_file(const Batch& inputs) override;
  /// logits (B,T,K), features (B,T,D), frames (B): frames that are no padding.
  Batch run(const Batch& batch) override;

 private:
  at::Tensor encode(const at::Tensor& latents_BTC, const Hidden& hidden,
                    const at::Tensor& visible_BT);
  bool norm_first() const { return options_.body.norm_position != "post"; }

  Wav2vec2Options options_;
  std::shared_ptr<WaveEncoder> feature_extractor_;
  std::shared_ptr<TokenNorm> latent_norm_, norm_;
  torch::nn::Linear projection_{nullptr}, project_q_{nullptr}, project_hid_{nullptr},
      lm_head_{nullptr};
  std::shared_ptr<ConvolutionalPositions> positions_;
  std::shared_ptr<SequenceStack> stack_;
  std::shared_ptr<ProductQuantizer> quantizer_;
  at::Tensor masked_spec_embed_;
};

/// The model as a wav2vec2. Error naming `objective` when it is none.
Wav2vec2& require_wav2vec2(Model& model, const std::string& objective);

}  // namespace warmstart::audio
