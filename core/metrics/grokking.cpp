// Whether a run grokked, and whether its pathways told so: from the records of a routing trace and
// of the validation while it trained (seed card 05, small-scale experiment).
#include <algorithm>
#include <cmath>

#include "core/catalog/catalog.h"
#include "core/claim/statistics.h"
#include "core/metrics/metric.h"
#include "core/pathway/grokking_timeline.h"

namespace warmstart {
namespace {

/// The first step whose value is at least `level`; NaN without one.
double first_step_at(const StepValues& values, double level) {
  for (const auto& [step, value] : values) {
    if (value >= level) return static_cast<double>(step);
  }
  return kUndefined;
}

}  // namespace

struct Grokking final : Metric {
  struct Config {
    std::string trace = "train.routing_trace", aggregate = "token", accuracy = "test.accuracy";
    double reached = 0.95, memorized = 1, kept = 0.99;
    std::int64_t last = 3;

    void describe(Fields& fields) {
      fields.field("trace", trace, "DATA.INSPECTOR of the routing trace");
      fields.field("aggregate", aggregate, "whose pathways are meant").one_of({"mean", "token"});
      fields.field("accuracy", accuracy, "DATA.METRIC of the accuracy on unseen samples");
      fields.field("reached", reached, "accuracy on unseen samples that counts as generalized")
          .within(0, 1);
      fields.field("memorized", memorized, "accuracy on the trace's samples that counts as learned")
          .within(0, 1);
      fields.field("kept", kept, "records below this accuracy (late spikes) are left out")
          .within(0, 1);
      fields.field("last", last, "records at the end that the fall is measured to").at_least(1);
    }
  };
  explicit Grokking(const Config& config) : config_(config) {}

  std::vector<CaseValue> evaluate(const std::string&, const Batch&, const Batch&) override {
    return {};
  }
  bool higher_is_better() const override { return true; }

  std::map<std::string, double> over_run(const RunHistory& history) const override {
    const StepValues learned = run_values(history, config_.trace + ".accuracy");
    const StepValues unseen = run_values(history, config_.accuracy);
    const double memorized_at = first_step_at(learned, config_.memorized);
    std::map<std::string, double> values{{"memorized_at", memorized_at},
                                         {"generalized_at", first_step_at(unseen, config_.reached)},
                                         {"best_accuracy", kUndefined}};
    for (const auto& [step, value] : unseen)
      values["best_accuracy"] = std::fmax(values["best_accuracy"], value);
    const auto column = [&](const std::string& name) {
      return after(memorized_at, learned, unseen, run_values(history, config_.trace + name));
    };
    const std::string own = "." + config_.aggregate;
    const Columns ratio = column(own + ".ratio");
    values["records"] = static_cast<double>(ratio.value.size());
    values["ratio_fall"] = fall(ratio.value);
    values["distance_fall"] = fall(column(own + ".distance").value);
    values["complexity_fall"] = fall(column(own + ".complexity").value);
    for (const auto& [name, columns] :
         std::map<std::string, Columns>{{"ratio", ratio},
                                        {"loss", column(".loss")},
                                        {"complexity", column(own + ".complexity")},
                                        {"complexity_plain", column(own + ".complexity_plain")}}) {
      const double r = pearson(columns.accuracy, columns.value).r;
      values[name + "_correlation"] = r;
      values[name + "_correlation_size"] = std::abs(r);
    }
    return values;
  }

 private:
  /// A value and the accuracy on unseen samples at the same steps.
  struct Columns {
    std::vector<double> accuracy, value;
  };

  /// The records from `begin` on that both have, without late spikes.
  Columns after(double begin, const StepValues& learned, const StepValues& unseen,
                const StepValues& values) const {
    Columns columns;
    for (const auto& [step, value] : values) {
      const auto right = learned.find(step), accuracy = unseen.find(step);
      if (!(static_cast<double>(step) >= begin) || accuracy == unseen.end()) continue;
      if (right == learned.end() || right->second < config_.kept) continue;
      columns.accuracy.push_back(accuracy->second);
      columns.value.push_back(value);
    }
    return columns;
  }

  /// The first value minus the mean of the last ones.
  double fall(const std::vector<double>& values) const {
    const auto last = static_cast<std::size_t>(config_.last);
    if (values.size() <= last) return kUndefined;
    return values.front() - mean({values.end() - static_cast<std::ptrdiff_t>(last), values.end()});
  }

  Config config_;
};

const Registered<Metric, Grokking> grokking{{
    .name = "grokking",
    .summary = "when a run memorized and generalized, and how its pathways went along",
    .needs = {},
    .yields = {},
    .papers = {5},
}};

}  // namespace warmstart
