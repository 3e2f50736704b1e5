// What the blocks of a transformer were worth in a run's last records of the inspector text.depth
// (seed card 72, diagnostics): numbers that a claim can compare.
#include <cmath>

#include "core/catalog/catalog.h"
#include "core/claim/statistics.h"
#include "core/metrics/metric.h"
#include "core/pathway/grokking_timeline.h"

namespace warmstart::text {
namespace {

/// Mean of the last values; NaN when there are none.
double mean_of_last(const StepValues& values, std::int64_t count) {
  DefinedMean mean;
  for (auto at = values.rbegin(); at != values.rend() && mean.count() < count; ++at)
    mean.add(at->second);
  return mean.value();
}

}  // namespace

struct DepthUse final : Metric {
  struct Config {
    std::string records = "test.text.depth";
    std::int64_t last = 5;
    void describe(Fields& fields) {
      fields.field("records", records, "DATA.INSPECTOR of the records");
      fields.field("last", last, "records at the end that are averaged").at_least(1);
    }
  };
  explicit DepthUse(const Config& config) : config_(config) {}

  std::vector<CaseValue> evaluate(const std::string&, const Batch&, const Batch&) override {
    return {};
  }
  bool higher_is_better() const override { return true; }

  std::map<std::string, double> over_run(const RunHistory& history) const override {
    std::map<std::string, double> values;
    for (const char* name : {"gradient_first_quarter", "gradient_last_quarter", "turn_last_half",
                             "damage_last_quarter"}) {
      values[name] = mean_of_last(run_values(history, config_.records + "." + name), config_.last);
    }
    const double first = values["gradient_first_quarter"], last = values["gradient_last_quarter"];
    values["gradient_ratio"] = first > 0 ? last / first : kUndefined;
    return values;
  }

 private:
  Config config_;
};

const Registered<Metric, DepthUse> depth_use{Card{
    .name = "depth_use",
    .summary =
        "what a run's transformer blocks were worth at its end, by its records of text.depth",
    .needs = {},
    .yields = {},
    .papers = {72},
}};

}  // namespace warmstart::text
