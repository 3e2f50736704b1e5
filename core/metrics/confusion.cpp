// Which classes are taken for which, over a whole data set.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"
#include "core/metrics/segmentation_classes.h"

namespace warmstart {

/// A value per class of the reference: the share of it that is found (recall), undefined where a
/// sample has none of the class. Their mean is the balanced accuracy. The matrix itself is the
/// summary, with the pairs of every sample, so that a cell leads to its cases. Works on labels for
/// each place ("label") and on one class for each sample ("class").
class Confusion final : public Metric {
 public:
  struct Config {
    void describe(Fields&) {}
  };
  explicit Confusion(const Config&) {}

  void begin(const Json& facts) override {
    if (!facts.contains("class_names") && !facts.contains("classes")) {
      throw Error("the data set has no classes", "confusion", "measure on data with classes");
    }
    if (facts.contains("class_names")) {
      names_ = facts["class_names"].get<std::vector<std::string>>();
    } else {
      for (std::int64_t k = 0; k < facts["classes"].get<std::int64_t>(); ++k)
        names_.push_back("class " + std::to_string(k));
    }
    counts_ = at::zeros({classes(), classes()}, at::kLong);
  }

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor counts =
        count_class_pairs(sample, class_pair(sample, outputs, fields), classes());
    counts_ += counts;
    cases_.push_back({{"sample", sample}, {"pairs", pairs_of(counts)}});
    const at::Tensor found = counts.diagonal().contiguous(), there = counts.sum(1);
    std::vector<CaseValue> values;
    for (std::int64_t k = 0; k < classes(); ++k) {
      const auto all = static_cast<double>(there[k].item<std::int64_t>());
      const double share =
          all > 0 ? static_cast<double>(found[k].item<std::int64_t>()) / all : kUndefined;
      values.push_back({"confusion", names_[static_cast<std::size_t>(k)], sample, share});
    }
    return values;
  }

  bool higher_is_better() const override { return true; }

  Json summary() const override {
    Json rows = Json::array();
    for (std::int64_t k = 0; k < classes(); ++k) {
      const auto* row = counts_.data_ptr<std::int64_t>() + k * classes();
      rows.push_back(std::vector<std::int64_t>(row, row + classes()));
    }
    return {{"kind", "confusion"},
            {"axes", {"reference", "predicted"}},
            {"class_names", names_},
            {"counts", rows},
            {"cases", cases_}};
  }

 private:
  std::int64_t classes() const { return static_cast<std::int64_t>(names_.size()); }

  SegmentationPair class_pair(const std::string& sample, const Batch& outputs,
                              const Batch& fields) const {
    if (fields.has("label")) return segmentation_pair(sample, outputs, fields, classes());
    const at::Tensor& logits = outputs.get("logits");
    if (logits.dim() != 1 || logits.size(0) != classes()) {
      throw Error("the model gives scores of shape " + c10::str(logits.sizes()) +
                      ", the data has " + std::to_string(classes()) + " classes",
                  sample, "set the model's classes to ${data.NAME.classes}");
    }
    return {logits.argmax(0).to(at::kCPU), fields.get("class").to(at::kCPU, at::kLong)};
  }

  /// [[reference, predicted, count]] of the pairs that occur.
  static Json pairs_of(const at::Tensor& counts) {
    Json pairs = Json::array();
    const auto table = counts.accessor<std::int64_t, 2>();
    for (std::int64_t i = 0; i < counts.size(0); ++i) {
      for (std::int64_t k = 0; k < counts.size(1); ++k) {
        if (table[i][k] > 0) pairs.push_back({i, k, table[i][k]});
      }
    }
    return pairs;
  }

  std::vector<std::string> names_;
  at::Tensor counts_;
  Json cases_ = Json::array();
};

const Registered<Metric, Confusion> confusion{Card{
    .name = "confusion",
    .summary = "which classes are taken for which; its value is the share of each class found",
    .needs = {"logits"},
    .yields = {},
    .papers = {},
}};

}  // namespace warmstart
