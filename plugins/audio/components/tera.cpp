// Reconstruct clean acoustic frames from altered ones (TERA, Liu et al. 2021; seed card 73): mean
// absolute difference over the entries that were altered.
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include "core/base/error.h"
#include "core/objectives/objective.h"
#include "plugins/audio/components/alterations.h"
#include "plugins/audio/components/frame_encoder.h"

namespace warmstart::audio {
namespace {

struct Tera final : Objective {
  struct Config {
    AlterationOptions alteration;
    void describe(Fields& fields) { alteration.describe(fields); }
  };

  explicit Tera(const Config& config) : config_(config) {
    const AlterationOptions& a = config.alteration;
    if (a.time <= 0 && a.frequency <= 0 && a.magnitude <= 0) {
      throw Error("no alteration active: the task is identity", "objective audio.tera",
                  "set time, frequency or magnitude above 0");
    }
    if (a.zero_share + a.replace_share <= 1 + 1e-9) return;
    throw Error("zero_share and replace_share sum to more than 1", "objective audio.tera",
                "for example 0.8 and 0.1");
  }

  void attach(Model& model, const Json&) override {
    const FrameEncoder& encoder = require(model);
    const std::int64_t width = encoder.width();
    inner_ = register_module("inner", torch::nn::Linear(width, width));
    norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    out_ = register_module("out", torch::nn::Linear(width, encoder.bands()));
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    FrameEncoder& encoder = require(context.model);
    const at::Tensor clean = frames_of(batch.get("image"), encoder.bands(), "audio.tera");
    const Altered altered = alter(clean, config_.alteration, context.seed);
    const at::Tensor hidden = at::gelu(inner_->forward(encoder.encode(altered.frames)));
    const at::Tensor made = out_->forward(norm_->forward(hidden));
    Loss loss;
    loss.total = ((made - clean).abs() * altered.mask).sum() / altered.mask.sum().clamp_min(1);
    loss.terms.emplace_back("reconstruction_l1", (made - clean).detach().abs().mean());
    loss.outputs.set("mask", as_image(altered.mask));
    loss.outputs.set("altered", as_image(altered.frames));
    loss.outputs.set("reconstruction", as_image(made.detach()));
    return loss;
  }

 private:
  static FrameEncoder& require(Model& model) {
    auto* encoder = dynamic_cast<FrameEncoder*>(&model);
    if (encoder != nullptr) return *encoder;
    throw Error("the model does not encode acoustic frames", "objective audio.tera",
                "use audio.speech_transformer_encoder");
  }
  static at::Tensor as_image(const at::Tensor& x_BTF) {
    return x_BTF.transpose(1, 2).unsqueeze(1).contiguous();
  }

  Config config_;
  torch::nn::Linear inner_{nullptr}, out_{nullptr};
  torch::nn::LayerNorm norm_{nullptr};
};

const Registered<Objective, Tera> tera{Card{
    .name = "tera",
    .summary = "reconstruct frames from ones altered along time, frequency and magnitude",
    .needs = {"image"},
    .yields = {"mask", "reconstruction"},
    .papers = {73},
}};

}  // namespace
}  // namespace warmstart::audio
