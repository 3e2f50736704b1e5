#include "core/run/metric_values.h"

#include <algorithm>

namespace warmstart {
namespace {

/// Not a step of the schema: an index changes nothing that an older program reads or writes.
void index_by_metric(Workspace& workspace) {
  workspace.database().run(
      "CREATE INDEX IF NOT EXISTS measures_by_metric ON measures(data, metric)");
}

double picked(const std::vector<double>& values, MetricPick pick) {
  if (pick == MetricPick::kLast) return values.back();
  if (pick == MetricPick::kLowest) return *std::min_element(values.begin(), values.end());
  if (pick == MetricPick::kHighest) return *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

std::vector<MetricName> metric_names(Workspace& workspace) {
  index_by_metric(workspace);
  // Jumps from each name to the next in the index, past the rows of all the runs between.
  Statement rows = workspace.database().query(
      "WITH RECURSIVE names(data, metric) AS ("
      " SELECT * FROM (SELECT data, metric FROM measures ORDER BY data, metric LIMIT 1)"
      " UNION ALL SELECT m.data, m.metric FROM names n JOIN measures m ON m.rowid ="
      " (SELECT rowid FROM measures WHERE (data, metric) > (n.data, n.metric)"
      "  ORDER BY data, metric LIMIT 1))"
      " SELECT data, metric FROM names");
  std::vector<MetricName> names;
  while (rows.next()) names.push_back({rows.text(0), rows.text(1)});
  return names;
}

std::map<std::string, double> metric_values(Workspace& workspace, const MetricName& name,
                                            MetricPick pick) {
  index_by_metric(workspace);
  Statement rows = workspace.database().query(
      "SELECT m.run, m.value FROM measures m"
      " LEFT JOIN stages s ON s.run = m.run AND s.name = m.stage"
      " WHERE m.data = ? AND m.metric = ? AND m.value IS NOT NULL"
      " ORDER BY m.run, coalesce(s.position, -1)",
      name.data, name.metric);
  std::map<std::string, std::vector<double>> values;
  while (rows.next()) values[rows.text(0)].push_back(rows.real(1));
  std::map<std::string, double> result;
  for (const auto& [run, list] : values) result[run] = picked(list, pick);
  return result;
}

}  // namespace warmstart
