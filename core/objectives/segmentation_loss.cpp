// Dice plus cross-entropy (optionally focal) for segmentation, with deep supervision (seed card 01;
// weights 1, 1/2, 1/4 normalised to sum to one, as nnU-Net).
#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/objectives/class_weights.h"
#include "core/objectives/objective.h"

namespace warmstart {
namespace {

/// The label at the grid of `logits`: nearest, which for whole factors is every factor-th voxel.
at::Tensor label_at(const at::Tensor& label, const at::Tensor& logits) {
  at::Tensor resized = label;
  for (std::int64_t axis = 1; axis < label.dim(); ++axis) {
    resized = resized.slice(axis, 0, c10::nullopt, label.size(axis) / logits.size(axis + 1));
  }
  return resized;
}

struct SegmentationLoss final : Objective {
  struct Config {
    double dice = 1.0;
    double cross_entropy = 1.0;
    double focal = 0.0;
    double focal_gamma = 2.0;
    double smooth = 1e-5;
    bool batch_dice = false;
    std::int64_t ignore_index = -1;
    ClassWeights class_weights;

    void describe(Fields& fields) {
      fields.field("dice", dice, "weight of the Dice term").at_least(0);
      fields.field("cross_entropy", cross_entropy, "weight of the cross-entropy term").at_least(0);
      fields.field("focal", focal, "weight of the focal term").at_least(0);
      fields.field("focal_gamma", focal_gamma, "how strongly the focal term favours hard voxels")
          .at_least(0);
      fields.field("smooth", smooth, "added to both sides of the Dice ratio").above(0);
      fields.field("batch_dice", batch_dice,
                   "count voxels over the whole batch instead of each sample");
      fields
          .field("ignore_index", ignore_index,
                 "label value that is left out of the loss; -1 = none")
          .at_least(-1);
      class_weights.describe(fields);
    }
  };

  explicit SegmentationLoss(const Config& config) : config_(config) {
    if (config.dice + config.cross_entropy + config.focal <= 0) {
      throw Error("every weight of segmentation_loss is zero", "objective",
                  "give dice, cross_entropy or focal a weight");
    }
    config.class_weights.check("segmentation_loss");
    if (!config.class_weights.values.empty() && config.cross_entropy <= 0) {
      throw Error("class_weights weigh the cross-entropy term, whose own weight is zero",
                  "objective segmentation_loss", "give cross_entropy a weight");
    }
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    Batch outputs = context.model.run(batch);
    const at::Tensor& label = batch.get("label");
    check(outputs.get("logits"), label);
    Terms sum = terms(outputs.get("logits"), label);
    double weights = 1.0;
    for (int level = 1; outputs.has("logits." + std::to_string(level)); ++level) {
      const at::Tensor& logits = outputs.get("logits." + std::to_string(level));
      const double weight = std::pow(0.5, level);
      sum.add(terms(logits, label_at(label, logits)), weight);
      weights += weight;
    }
    return loss(sum, weights, outputs.get("logits"));
  }

 private:
  struct Terms {
    at::Tensor dice, cross_entropy, focal;
    void add(const Terms& other, double weight) {
      if (dice.defined()) dice = dice + weight * other.dice;
      if (cross_entropy.defined()) cross_entropy = cross_entropy + weight * other.cross_entropy;
      if (focal.defined()) focal = focal + weight * other.focal;
    }
  };

  Loss loss(const Terms& sum, double weights, const at::Tensor& logits) const {
    Loss loss;
    const auto add = [&](const char* name, const at::Tensor& term, double weight) {
      if (!term.defined()) return;
      const at::Tensor mean = term / weights;
      loss.terms.emplace_back(name, mean.detach());
      loss.total = loss.total.defined() ? loss.total + weight * mean : weight * mean;
    };
    add("dice", sum.dice, config_.dice);
    add("cross_entropy", sum.cross_entropy, config_.cross_entropy);
    add("focal", sum.focal, config_.focal);
    loss.outputs.set("logits", logits.detach());
    return loss;
  }

  void check(const at::Tensor& logits, const at::Tensor& label) const {
    if (label.dim() != logits.dim() - 1 || label.sizes().slice(1) != logits.sizes().slice(2)) {
      throw Error("label grid differs from the model's output grid", "objective segmentation_loss",
                  "give image and label of one size (B,[D,]H,W)");
    }
    const std::int64_t classes = logits.size(1);
    if (config_.dice > 0 && classes < 2) {
      throw Error("the Dice term needs a foreground class, the model has 1 output", "model.classes",
                  "set it to 2 or more");
    }
    const at::Tensor wrong = ((label < 0) | (label >= classes)) & (label != config_.ignore_index);
    if (!wrong.any().item<bool>()) return;
    const at::Tensor first = wrong.nonzero()[0];
    const std::int64_t value = label.masked_select(wrong)[0].item<std::int64_t>();
    throw Error(
        "label value " + std::to_string(value) + " is outside 0.." + std::to_string(classes - 1),
        "sample " + std::to_string(first[0].item<std::int64_t>()) + " of the batch",
        "set model.classes to cover every label, or ignore_index: " + std::to_string(value));
  }

  /// scores (B,K,...), label (B,...) int64. Sums over a volume need more than 16-bit floats hold.
  Terms terms(const at::Tensor& scores, const at::Tensor& label) const {
    const at::Tensor logits =
        at::promote_types(scores.scalar_type(), at::kFloat) == scores.scalar_type()
            ? scores
            : scores.to(at::kFloat);
    const bool ignoring = config_.ignore_index >= 0;
    const at::Tensor valid =
        ignoring ? (label != config_.ignore_index).to(logits.scalar_type()).unsqueeze(1)
                 : at::Tensor();
    const at::Tensor target =
        (ignoring ? label.masked_fill(label == config_.ignore_index, 0) : label).unsqueeze(1);
    const at::Tensor log_p = at::log_softmax(logits, 1);
    Terms terms;
    if (config_.dice > 0) terms.dice = dice(log_p.exp(), target, valid);
    if (config_.cross_entropy <= 0 && config_.focal <= 0) return terms;
    const at::Tensor log_true = log_p.gather(1, target);
    const at::Tensor voxels = ignoring ? valid.sum().clamp_min(1.0) : at::Tensor();
    const auto mean = [&](const at::Tensor& each) {
      return ignoring ? (each * valid).sum() / voxels : each.mean();
    };
    const at::Tensor weight_K = config_.class_weights.of(logits, "segmentation_loss");
    if (weight_K.defined()) {
      const at::Tensor own = weight_K.index({target}), weight = ignoring ? own * valid : own;
      terms.cross_entropy = -weighted_mean((log_true * weight).sum(), weight.sum());
    } else if (config_.cross_entropy > 0) {
      terms.cross_entropy = -mean(log_true);
    }
    if (config_.focal > 0) {
      terms.focal =
          -mean((1.0 - log_true.exp()).clamp_min(1e-12).pow(config_.focal_gamma) * log_true);
    }
    return terms;
  }

  /// 1 - (2 sum p g + s) / (sum p + sum g + s), averaged over foreground classes (and samples).
  at::Tensor dice(const at::Tensor& p, const at::Tensor& target, const at::Tensor& valid) const {
    at::Tensor g = at::zeros_like(p).scatter_(1, target, 1.0);
    at::Tensor q = p;
    if (valid.defined()) {
      g = g * valid;
      q = p * valid;
    }
    std::vector<std::int64_t> axes;
    if (config_.batch_dice) axes.push_back(0);
    for (std::int64_t axis = 2; axis < p.dim(); ++axis) axes.push_back(axis);
    const std::int64_t classes = config_.batch_dice ? 0 : 1;  // axis that holds them after the sums
    const auto foreground = [&](const at::Tensor& x) { return x.sum(axes).slice(classes, 1); };
    const at::Tensor ratio = (2.0 * foreground(q * g) + config_.smooth) /
                             (foreground(q) + foreground(g) + config_.smooth);
    return 1.0 - ratio.mean();
  }

  Config config_;
};

const Registered<Objective, SegmentationLoss> segmentation_loss{{
    .name = "segmentation_loss",
    .summary = "Dice and cross-entropy (or focal) between predicted and reference labels",
    .needs = {"image", "label"},
    .yields = {"logits", "class_logits"},
    .papers = {1, 17, 18},
}};

}  // namespace
}  // namespace warmstart
