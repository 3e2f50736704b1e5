// Cross-entropy of a class for each sample, with class weights, label smoothing and mixup; the mean
// is that of torch.nn.functional.cross_entropy.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/class_weights.h"
#include "core/objectives/mixup.h"
#include "core/objectives/router_terms.h"

namespace warmstart {
namespace {

struct CrossEntropy final : Objective {
  struct Config {
    double label_smoothing = 0;
    ClassWeights class_weights;
    MixupOptions mixup;
    RouterWeights router;

    void describe(Fields& fields) {
      fields
          .field("label_smoothing", label_smoothing, "share of the target spread over all classes")
          .within(0, 1);
      class_weights.describe(fields);
      mixup.describe(fields);
      router.describe(fields);
    }
  };

  explicit CrossEntropy(const Config& config) : config_(config) {
    config.class_weights.check("cross_entropy");
  }

  void attach(Model&, const Json& facts) override {
    classes_ = facts.value("classes", std::int64_t{0});
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    if (config_.mixup.alpha > 0 && context.training) return evaluate_mixed(batch, context);
    const Batch outputs = context.model.run(batch);
    const at::Tensor& logits = outputs.get("logits");  // (B,K)
    const at::Tensor& label = batch.get("class");
    check_logits(logits);
    check_classes(label, logits.size(1));
    return loss_of(outputs, label, label);
  }

 private:
  /// `target`: classes (B), or shares of classes (B,K); `label`: the class that counts as right.
  Loss loss_of(const Batch& outputs, const at::Tensor& target, const at::Tensor& label) const {
    const at::Tensor& logits = outputs.get("logits");
    Loss loss;
    loss.total = mean_loss(logits, target);
    loss.terms.emplace_back("accuracy", logits.detach().argmax(1).eq(label).to(at::kFloat).mean());
    add_router_terms(loss, outputs, config_.router);
    loss.outputs.set("logits", logits.detach());
    return loss;
  }

  /// Classes: the mean by their weights. Shares of classes: weighted, but divided by the samples.
  at::Tensor mean_loss(const at::Tensor& logits, const at::Tensor& target) const {
    const auto cross_entropy_of = [&](const at::Tensor& scores, const at::Tensor& weight_K,
                                      std::int64_t reduction) {
      return at::cross_entropy_loss(scores, target, weight_K, reduction, -100,
                                    config_.label_smoothing);
    };
    if (config_.class_weights.values.empty())
      return cross_entropy_of(logits, {}, at::Reduction::Mean);
    const at::Tensor scores = logits.to(at::promote_types(logits.scalar_type(), at::kFloat));
    const at::Tensor weight_K = config_.class_weights.of(scores, "cross_entropy");
    if (target.dim() == 2) return cross_entropy_of(scores, weight_K, at::Reduction::Mean);
    return weighted_mean(cross_entropy_of(scores, weight_K, at::Reduction::Sum),
                         weight_K.index_select(0, target).sum());
  }

  Loss evaluate_mixed(const Batch& batch, Context& context) const {
    const at::Tensor& label = batch.get("class");
    check_classes(label, classes_);
    const at::Tensor shares = at::one_hot(label, classes_).to(at::kFloat);
    const MixedBatch mixed = mix_batch(batch, shares, config_.mixup, context);
    const Batch outputs = context.model.run(mixed.batch);
    check_logits(outputs.get("logits"));
    return loss_of(outputs, mixed.target_P, mixed.target_P.argmax(1));
  }

  static void check_logits(const at::Tensor& logits) {
    if (logits.dim() != 2) {
      throw Error("the model's logits have shape " + sizes_text(logits.sizes()) +
                      ", cross_entropy needs (B,K)",
                  "objective cross_entropy",
                  "use a classifier such as resnet, vit or bert_encoder, or segmentation_loss");
    }
  }

  static void check_classes(const at::Tensor& label, std::int64_t classes) {
    const at::Tensor wrong = (label < 0) | (label >= classes);
    if (!wrong.any().item<bool>()) return;
    throw Error(
        "class " + std::to_string(label.masked_select(wrong)[0].item<std::int64_t>()) +
            " is outside 0.." + std::to_string(classes - 1),
        "sample " + std::to_string(wrong.nonzero()[0][0].item<std::int64_t>()) + " of the batch",
        "set model.classes to cover every class");
  }

  Config config_;
  std::int64_t classes_ = 0;  // of the data
};

const Registered<Objective, CrossEntropy> cross_entropy{{
    .name = "cross_entropy",
    .summary = "classify each sample",
    .needs = {"class"},
    .yields = {"logits", "class_logits"},
    .papers = {5, 11, 23, 29},
}};

}  // namespace
}  // namespace warmstart
