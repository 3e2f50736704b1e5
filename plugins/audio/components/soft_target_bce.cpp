// Sigmoid cross-entropy with soft targets for every bin of a window (seed card 02).
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/objective.h"

namespace warmstart::audio {

struct SoftTargetBce final : Objective {
  struct Config {
    void describe(Fields&) {}
  };
  explicit SoftTargetBce(const Config&) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    const at::Tensor logits = context.model.run(batch).get("logits");
    const at::Tensor& mask = batch.get("mask");
    if (logits.sizes() != mask.sizes()) {
      throw Error("the model gives " + sizes_text(logits.sizes()) + ", the mask is " +
                      sizes_text(mask.sizes()),
                  "objective audio.soft_target_bce", "use a model that gives one logit a bin");
    }
    Loss loss;
    loss.total = at::binary_cross_entropy_with_logits(logits, mask);
    const at::Tensor right = logits.detach().gt(0).eq(mask.gt(0.5)).to(at::kFloat).mean();
    loss.terms.emplace_back("bins_right", right);
    loss.outputs.set("logits", logits.detach());
    return loss;
  }
};

const Registered<Objective, SoftTargetBce> soft_target_bce{Card{
    .name = "soft_target_bce",
    .summary = "classify every bin of the spectrogram by its mask",
    .needs = {"mask"},
    .yields = {"logits"},
    .papers = {2},
}};

}  // namespace warmstart::audio
