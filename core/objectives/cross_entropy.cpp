// Cross-entropy of a class for each sample, with label smoothing.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/objective.h"
#include "core/objectives/router_terms.h"

namespace warmstart {
namespace {

struct CrossEntropy final : Objective {
  struct Config {
    double label_smoothing = 0;
    RouterWeights router;

    void describe(Fields& fields) {
      fields
          .field("label_smoothing", label_smoothing, "share of the target spread over all classes")
          .within(0, 1);
      router.describe(fields);
    }
  };

  explicit CrossEntropy(const Config& config) : config_(config) {}

  Loss evaluate(const Batch& batch, Context& context) override {
    const Batch outputs = context.model.run(batch);
    const at::Tensor& logits = outputs.get("logits");  // (B,K)
    const at::Tensor& label = batch.get("class");
    check(logits, label);
    Loss loss;
    loss.total = at::cross_entropy_loss(logits, label, {}, at::Reduction::Mean, -100,
                                        config_.label_smoothing);
    loss.terms.emplace_back("accuracy", logits.detach().argmax(1).eq(label).to(at::kFloat).mean());
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits.detach());
    return loss;
  }

 private:
  static void check(const at::Tensor& logits, const at::Tensor& label) {
    if (logits.dim() != 2) {
      throw Error("the model's logits have shape " + sizes_text(logits.sizes()) +
                      ", cross_entropy needs (B,K)",
                  "objective cross_entropy",
                  "use a classifier such as resnet, vit or bert_encoder, or segmentation_loss");
    }
    const at::Tensor wrong = (label < 0) | (label >= logits.size(1));
    if (!wrong.any().item<bool>()) return;
    throw Error(
        "class " + std::to_string(label.masked_select(wrong)[0].item<std::int64_t>()) +
            " is outside 0.." + std::to_string(logits.size(1) - 1),
        "sample " + std::to_string(wrong.nonzero()[0][0].item<std::int64_t>()) + " of the batch",
        "set model.classes to cover every class");
  }

  Config config_;
};

const Registered<Objective, CrossEntropy> cross_entropy{{
    .name = "cross_entropy",
    .summary = "classify each sample",
    .needs = {"class"},
    .yields = {"logits"},
    .papers = {5, 23, 29},
}};

}  // namespace
}  // namespace warmstart
