// The parameter initialisation of seed card 02: the network reproduces the voice's own part of the
// mixture, |X| * mask, from itself, with the magnitudes as soft targets of a sigmoid cross-entropy.
#include <ATen/ATen.h>

#include "core/objectives/objective.h"

namespace warmstart::audio {

struct SpectrogramAutoencoder final : Objective {
  struct Config {
    double compression = 1;
    void describe(Fields& fields) {
      fields
          .field("compression", compression,
                 "exponent of the magnitudes in the target; 1 = as they are")
          .within(0.05, 1);
    }
  };
  explicit SpectrogramAutoencoder(const Config& config) : config_(config) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    const at::Tensor& mask = batch.get("mask");
    const at::Tensor voice = batch.get("image") * mask.gt(0.5).to(at::kFloat).unsqueeze(1);
    Batch input;
    input.set("image", voice);
    const at::Tensor logits = context.model.run(input).get("logits");
    const at::Tensor target = voice.select(1, 0).clamp(0, 1).pow(config_.compression);
    Loss loss;
    loss.total = at::binary_cross_entropy_with_logits(logits, target);
    loss.terms.emplace_back("l1", at::l1_loss(logits.detach().sigmoid(), target));
    loss.outputs.set("logits", logits.detach());
    return loss;
  }

 private:
  Config config_;
};

const Registered<Objective, SpectrogramAutoencoder> spectrogram_autoencoder{Card{
    .name = "spectrogram_autoencoder",
    .summary = "reproduce the voice's part of a spectrogram, as pretraining",
    .needs = {"image", "mask"},
    .yields = {"logits"},
    .papers = {2},
}};

}  // namespace warmstart::audio
