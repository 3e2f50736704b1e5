// How often what belongs to a query stands among the first k of its candidates (seed card 09).
#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

/// A sample is a query with one candidate: `query` tells which query, `class` 1 that the candidate
/// belongs to it, and the two logits how sure the model is. The value is the recall at the first k
/// of `at`; recall_at_k.K stands beside it for each. A candidate that does not belong stands before
/// one that does where they score the same, so that a model that tells nothing apart finds nothing.
struct RecallAtK final : Metric {
  struct Config {
    std::vector<std::int64_t> at{1, 5, 10};
    void describe(Fields& fields) {
      fields
          .field("at", at,
                 "how many of the best candidates are looked at; the first gives the value")
          .at_least(1);
    }
  };
  explicit RecallAtK(const Config& config) : config_(config) {
    if (config.at.empty())
      throw Error("no k is given", "metric recall_at_k", "choose one or more, as at: [1, 5, 10]");
  }

  void begin(const Json&) override { queries_.clear(); }

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor logits_K = outputs.get("logits").to(at::kCPU, at::kDouble);
    if (logits_K.dim() != 1 || logits_K.size(0) != 2) {
      throw Error("the model gives no score for each of two classes", "metric recall_at_k",
                  "measure a classifier that tells what belongs together");
    }
    Query& query = queries_[fields.get("query").item<std::int64_t>()];
    const double score = (logits_K[1] - logits_K[0]).item<double>();
    const bool belongs = fields.get("class").item<std::int64_t>() == 1;
    (belongs ? query.right : query.wrong).push_back(score);
    if (belongs) query.sample = sample;
    return {};
  }

  bool higher_is_better() const override { return true; }

  /// A case a query, under the name of a sample that belongs to it; undefined where none does.
  std::vector<CaseValue> over_all() const override {
    std::vector<CaseValue> values;
    for (const auto& [number, query] : queries_) {
      const std::string sample =
          query.sample.empty() ? "query " + std::to_string(number) : query.sample;
      values.push_back({"recall_at_k", "", sample, query.recall(config_.at.front())});
      for (const std::int64_t k : config_.at)
        values.push_back({"recall_at_k." + std::to_string(k), "", sample, query.recall(k)});
    }
    return values;
  }

 private:
  struct Query {
    std::vector<double> right, wrong;
    std::string sample;

    /// Share of the right candidates with fewer than k others before them.
    double recall(std::int64_t k) const {
      if (right.empty()) return kUndefined;
      std::int64_t found = 0;
      for (std::size_t i = 0; i < right.size(); ++i) {
        // Not (w < score), so that a score that is no number finds nothing.
        std::int64_t before =
            std::count_if(wrong.begin(), wrong.end(), [&](double w) { return !(w < right[i]); });
        for (std::size_t j = 0; j < right.size(); ++j)
          before += right[j] > right[i] || (right[j] == right[i] && j < i) ? 1 : 0;
        found += before < k ? 1 : 0;
      }
      return static_cast<double>(found) / static_cast<double>(right.size());
    }
  };
  Config config_;
  std::map<std::int64_t, Query> queries_;
};

const Registered<Metric, RecallAtK> recall_at_k{Card{
    .name = "recall_at_k",
    .summary = "share of queries whose own candidate is among the k that score highest",
    .needs = {"logits", "class", "query"},
    .yields = {},
    .papers = {9},
}};

}  // namespace warmstart
