// Which classes sound in a clip: binary cross-entropy of every class, with mixup (seed card 11).
#include "core/objectives/multilabel_loss.h"

namespace warmstart::audio {

struct ClipBce final : Objective {
  struct Config {
    MixupOptions mixup;
    void describe(Fields& fields) { mixup.describe(fields); }
  };
  explicit ClipBce(const Config& config) : config_(config) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    return multilabel_loss(batch, config_.mixup, context, "objective audio.clip_bce");
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
