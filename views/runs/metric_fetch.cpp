#include "views/runs/metric_fetch.h"

#include "views/desk/session.h"

namespace warmstart {

void MetricFetch::setColumns(const std::vector<MetricColumn>& columns) {
  const std::vector<MetricColumn> before = model_.metricColumns();
  model_.setMetricColumns(columns);
  for (const MetricColumn& column : columns) {
    if (std::find(before.begin(), before.end(), column) == before.end()) fetch(column);
  }
}

void MetricFetch::indexChanged() {
  std::size_t now = 0;
  for (const RunRecord& run : desk_.session.index().runs)
    now = qHashMulti(now, std::hash<std::string>()(run.info.run), run.step, run.ended,
                     std::hash<std::string>()(run.state));
  // Every answer makes the session read its index again: without this the two would chase.
  if (now == std::exchange(seen_, now)) return;
  for (const MetricColumn& column : model_.metricColumns()) fetch(column);
}

void MetricFetch::fetch(const MetricColumn& column) {
  desk_.session.ask(
      this,
      [column](Workspace& workspace) {
        return metric_values(workspace, {column.data.toStdString(), column.metric.toStdString()},
                             column.pick);
      },
      [this, column](const std::map<std::string, double>& values) {
        model_.setMetricValues(column, values);
      });
}

}  // namespace warmstart
