// F1 of labels that a sample may have several of, at a probability of one half.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/f1_counts.h"
#include "core/metrics/metric.h"

namespace warmstart {

/// Its value counts all labels together (micro average); multilabel_f1.macro is the mean of the
/// classes' own, each of which stands there under its name.
struct MultilabelF1 final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit MultilabelF1(const Config&) {}

  void begin(const Json& facts) override {
    names_ = facts.value("class_names", std::vector<std::string>{});
    counts_.clear();
  }

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor said_K = outputs.get("logits").to(at::kCPU).gt(0);
    const at::Tensor there_K = fields.get("target").to(at::kCPU).gt(0.5);
    if (said_K.dim() != 1 || said_K.sizes() != there_K.sizes()) {
      throw Error("the model gives " + std::to_string(said_K.numel()) + " scores, the sample has " +
                      std::to_string(there_K.numel()) + " classes",
                  sample, "set the model's classes to ${data.classes}");
    }
    counts_.resize(static_cast<std::size_t>(said_K.size(0)));
    for (std::int64_t k = 0; k < said_K.size(0); ++k) {
      const bool said = said_K[k].item<bool>(), there = there_K[k].item<bool>();
      counts_[static_cast<std::size_t>(k)].add({said && there, there, said});
    }
    return {};
  }

  bool higher_is_better() const override { return true; }

  std::vector<CaseValue> over_all() const override {
    if (counts_.empty()) return {};
    F1Counts all;
    double sum = 0;
    std::vector<CaseValue> values;
    for (std::size_t k = 0; k < counts_.size(); ++k) {
      all.add(counts_[k]);
      sum += counts_[k].f1();
      const std::string name = k < names_.size() ? names_[k] : "class " + std::to_string(k);
      values.push_back({"multilabel_f1." + name, "", kWholeData, counts_[k].f1()});
    }
    const double macro = sum / static_cast<double>(counts_.size());
    values.push_back({"multilabel_f1.macro", "", kWholeData, macro});
    values.push_back({"multilabel_f1", "", kWholeData, all.f1()});
    return values;
  }

 private:
  std::vector<std::string> names_;
  std::vector<F1Counts> counts_;
};

const Registered<Metric, MultilabelF1> multilabel_f1{Card{
    .name = "multilabel_f1",
    .summary = "F1 of several labels a sample, over the data set",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {20},
}};

}  // namespace warmstart
