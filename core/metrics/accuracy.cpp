// Share of samples whose highest score is the right class.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

struct Accuracy final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Accuracy(const Config&) {}

  void begin(const Json& facts) override {
    names_ = facts.value("class_names", std::vector<std::string>{});
  }

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor& logits_K = outputs.get("logits");
    const at::Tensor& label = fields.get("class");
    if (logits_K.dim() != 1) {
      throw Error("the model gives no score for each class", "metric accuracy",
                  "measure a classifier, or use another metric");
    }
    const auto right = label.item<std::int64_t>();
    const auto k = static_cast<std::size_t>(right);
    const std::string part = k < names_.size() ? names_[k] : "";
    return {
        {"accuracy", part, sample, logits_K.argmax(0).item<std::int64_t>() == right ? 1.0 : 0.0}};
  }
  bool higher_is_better() const override { return true; }

 private:
  std::vector<std::string> names_;
};

const Registered<Metric, Accuracy> accuracy{Card{
    .name = "accuracy",
    .summary = "share of samples classified right",
    .needs = {"logits", "class"},
    .yields = {},
    .papers = {9},
}};

}  // namespace warmstart
