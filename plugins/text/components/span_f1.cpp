// How many entities are found whole: precision, recall and F1 over the data set, as CoNLL's
// evaluation script and seqeval count (micro average over types).
#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/f1_counts.h"
#include "core/metrics/metric.h"
#include "plugins/text/io/tag_scheme.h"

namespace warmstart::text {

/// Its value is the micro-averaged F1; span_f1.precision and span_f1.recall stand beside it, and
/// span_f1.TYPE for each type of entity. A word is tagged by its first piece; words that the data
/// cut off are not counted.
class SpanF1 final : public Metric {
 public:
  struct Config {
    void describe(Fields&) {}
  };
  explicit SpanF1(const Config&) {}

  void begin(const Json& facts) override {
    if (!facts.contains("class_names"))
      throw Error("the data set has no tags", "metric text.span_f1", "measure text.conll_tags");
    names_ = facts["class_names"].get<std::vector<std::string>>();
    counts_.clear();
  }

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor& logits_TK = outputs.get("logits");
    const at::Tensor tags_T = fields.get("tags").to(at::kCPU);
    if (logits_TK.dim() != 2 || logits_TK.size(0) != tags_T.size(0) ||
        logits_TK.size(1) != static_cast<std::int64_t>(names_.size())) {
      throw Error("the model gives scores of shape " + c10::str(logits_TK.sizes()) + ", the data " +
                      std::to_string(names_.size()) + " tags for " +
                      std::to_string(tags_T.size(0)) + " tokens",
                  sample, "measure bert_encoder with output: token and classes: ${data.classes}");
    }
    const at::Tensor best_T = logits_TK.argmax(1).to(at::kCPU);
    std::vector<std::string> right, said;
    for (std::int64_t i = 0; i < tags_T.size(0); ++i) {
      const std::int64_t tag = tags_T[i].item<std::int64_t>();
      if (tag < 0) continue;
      right.push_back(names_[static_cast<std::size_t>(tag)]);
      said.push_back(names_[static_cast<std::size_t>(best_T[i].item<std::int64_t>())]);
    }
    count(entities_of(right), entities_of(said));
    return {};
  }

  bool higher_is_better() const override { return true; }

  std::vector<CaseValue> over_all() const override {
    F1Counts all;
    std::vector<CaseValue> values;
    for (const auto& [type, counts] : counts_) {
      all.add(counts);
      values.push_back({"text.span_f1." + type, "", kWholeData, counts.f1()});
    }
    values.push_back({"text.span_f1.precision", "", kWholeData, all.precision()});
    values.push_back({"text.span_f1.recall", "", kWholeData, all.recall()});
    values.push_back({"text.span_f1", "", kWholeData, all.f1()});
    return values;
  }

 private:
  void count(const std::vector<Entity>& there, const std::vector<Entity>& said) {
    for (const Entity& entity : there) ++counts_[entity.type].there;
    for (const Entity& entity : said) {
      F1Counts& counts = counts_[entity.type];
      ++counts.said;
      if (std::find(there.begin(), there.end(), entity) != there.end()) ++counts.right;
    }
  }

  std::vector<std::string> names_;
  std::map<std::string, F1Counts> counts_;
};

const Registered<Metric, SpanF1> span_f1{Card{
    .name = "span_f1",
    .summary = "F1 of entities found whole, over the data set",
    .needs = {"logits", "tags"},
    .yields = {},
    .papers = {20},
}};

}  // namespace warmstart::text
