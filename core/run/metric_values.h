// Measured values by metric over all runs, for tables that show a metric as a column: 1,500 runs
// with 1,500 metrics each answer in milliseconds. Called by the window, on the thread that owns the
// workspace.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/run/workspace.h"

namespace warmstart {

/// What of the values that the stages of a run left of one metric.
enum class MetricPick { kLast, kMean, kLowest, kHighest };

struct MetricName {
  std::string data, metric;  ///< "test", "dice.anterior"
};

/// Every metric that some run measured, by name.
std::vector<MetricName> metric_names(Workspace& workspace);

/// Every metric that one of these runs measured, by name.
std::vector<MetricName> metric_names(Workspace& workspace, const std::vector<std::string>& runs);

struct MeasuredValue {
  std::string run, data, stage;
  double value = 0;
};

/// The metric on each data entry that these runs measured it on, after the last stage that did;
/// undefined values are left out. In the order of the runs.
std::vector<MeasuredValue> measured_values(Workspace& workspace,
                                           const std::vector<std::string>& runs,
                                           const std::string& metric);

/// Run id to value; runs where the metric is missing or undefined are left out.
std::map<std::string, double> metric_values(Workspace& workspace, const MetricName& name,
                                            MetricPick pick);

}  // namespace warmstart
