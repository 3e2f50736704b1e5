// A run's course as its routing trace and its validations tell it: the series that the Pathway view
// draws, the step of memorization, and how metrics go with the accuracy on unseen samples.
#pragma once
#include <map>
#include <string>

#include "core/claim/correlation.h"
#include "core/run/run_history.h"

namespace warmstart {

using StepValues = std::map<std::int64_t, double>;
/// Values of "data.metric" at each step at which a run recorded and defined it.
StepValues run_values(const RunHistory& history, const std::string& name);

struct GrokkingTimeline {
  std::string trace;   ///< "train.routing_trace"; "" = the run has none
  std::string unseen;  ///< "test.accuracy"; "" = nothing else is validated
  std::vector<double> step;
  /// By name, one value a step, NaN where undefined: loss, accuracy, memorized, state,
  /// effective_dimension, and of the aggregate distance, same, ratio, complexity,
  /// complexity_plain, distinct, ...; "unseen"; of all records together (see SampleCourse)
  /// memorized_samples, memorized_distance.
  std::map<std::string, std::vector<double>> series;
  std::vector<std::vector<double>> layers;  ///< distance by layer, each by step
  double memorized_at = std::numeric_limits<double>::quiet_NaN();  ///< step
  const std::vector<double>* find(const std::string& name) const;
};

/// Adds (or replaces) a series; NaN at steps that `values` lacks.
void add_series(GrokkingTimeline& timeline, const std::string& name, const StepValues& values);

/// `memorized_share`: of the samples, from which on the set counts as memorized.
GrokkingTimeline grokking_timeline(const RunHistory& history, const std::string& aggregate,
                                   double memorized_share = 0.95);

struct CorrelationRow {
  std::string metric;
  Correlation pearson, spearman;
};
/// Of each metric with the accuracy on unseen samples, over the steps from memorization on at which
/// the samples are still memorized (late spikes are left out).
std::vector<CorrelationRow> timeline_correlations(const GrokkingTimeline& timeline,
                                                  double memorized_share = 0.95);

}  // namespace warmstart
