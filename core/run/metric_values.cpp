#include "core/run/metric_values.h"

#include <algorithm>
#include <optional>
#include <set>

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
  // Jumps from each name to the next in the index, past the rows of all the runs between; one
  // comparison of pairs would use the index for the first half of a name alone.
  Database& database = workspace.database();
  const auto first = [&](std::string_view sql, const auto&... arguments) {
    Statement row = database.query(sql, arguments...);
    return row.next() && !row.is_null(0) ? std::optional(row.text(0)) : std::nullopt;
  };
  std::vector<MetricName> names;
  std::optional<std::string> data = first("SELECT min(data) FROM measures");
  while (data) {
    std::optional<std::string> metric =
        first("SELECT min(metric) FROM measures WHERE data = ?", *data);
    while (metric) {
      names.push_back({*data, *metric});
      metric =
          first("SELECT min(metric) FROM measures WHERE data = ? AND metric > ?", *data, *metric);
    }
    data = first("SELECT min(data) FROM measures WHERE data > ?", *data);
  }
  return names;
}

std::vector<MetricName> metric_names(Workspace& workspace, const std::vector<std::string>& runs) {
  std::set<std::pair<std::string, std::string>> found;
  for (const std::string& run : runs) {
    Statement rows = workspace.database().query(
        "SELECT DISTINCT data, metric FROM measures WHERE run = ? AND value IS NOT NULL", run);
    while (rows.next()) found.emplace(rows.text(0), rows.text(1));
  }
  std::vector<MetricName> names;
  for (const auto& [data, metric] : found) names.push_back({data, metric});
  return names;
}

std::vector<MeasuredValue> measured_values(Workspace& workspace,
                                           const std::vector<std::string>& runs,
                                           const std::string& metric) {
  std::vector<MeasuredValue> values;
  for (const std::string& run : runs) {
    Statement rows = workspace.database().query(
        "SELECT m.data, m.stage, m.value FROM measures m"
        " LEFT JOIN stages s ON s.run = m.run AND s.name = m.stage"
        " WHERE m.run = ? AND m.metric = ? AND m.value IS NOT NULL"
        " ORDER BY m.data, coalesce(s.position, -1)",
        run, metric);
    bool same = false;  // the next row is of this run too
    while (rows.next()) {
      MeasuredValue value{run, rows.text(0), rows.text(1), rows.real(2)};
      const bool later = same && values.back().data == value.data;
      later ? void(values.back() = std::move(value)) : values.push_back(std::move(value));
      same = true;
    }
  }
  return values;
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
