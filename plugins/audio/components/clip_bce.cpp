// Which classes sound in a clip: binary cross-entropy of every class, with mixup (seed card 11).
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/mixup.h"

namespace warmstart::audio {

struct ClipBce final : Objective {
  struct Config {
    MixupOptions mixup;
    void describe(Fields& fields) { mixup.describe(fields); }
  };
  explicit ClipBce(const Config& config) : config_(config) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    MixedBatch seen{batch, batch.get("target")};
    if (config_.mixup.alpha > 0 && context.training)
      seen = mix_batch(batch, batch.get("target"), config_.mixup, context);
    const at::Tensor logits_BK = context.model.run(seen.batch).get("logits");
    if (logits_BK.sizes() != seen.target_P.sizes()) {
      throw Error("the model's logits are " + sizes_text(logits_BK.sizes()) + ", the targets " +
                      sizes_text(seen.target_P.sizes()),
                  "objective audio.clip_bce", "set model.classes to ${data.classes}");
    }
    Loss loss;
    loss.total = at::binary_cross_entropy_with_logits(logits_BK, seen.target_P);
    const at::Tensor right = logits_BK.detach().gt(0).eq(seen.target_P.gt(0.5));
    loss.terms.emplace_back("labels_right", right.to(at::kFloat).mean());
    loss.outputs.set("logits", logits_BK.detach());
    return loss;
  }

 private:
  Config config_;
};

const Registered<Objective, ClipBce> clip_bce{Card{
    .name = "clip_bce",
    .summary = "say of every class whether it sounds in the clip",
    .needs = {"target"},
    .yields = {"logits"},
    .papers = {11},
}};

}  // namespace warmstart::audio
