// Which of the labels a sample has: binary cross-entropy of every class.
#include "core/objectives/multilabel_loss.h"

namespace warmstart {
namespace {

struct MultilabelBce final : Objective {
  struct Config {
    MixupOptions mixup;
    void describe(Fields& fields) { mixup.describe(fields); }
  };
  explicit MultilabelBce(const Config& config) : config_(config) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    return multilabel_loss(batch, config_.mixup, context, "objective multilabel_bce");
  }

 private:
  Config config_;
};

const Registered<Objective, MultilabelBce> multilabel_bce{{
    .name = "multilabel_bce",
    .summary = "say of every label whether the sample has it",
    .needs = {"target"},
    .yields = {"logits"},
    .papers = {20},
}};

}  // namespace
}  // namespace warmstart
