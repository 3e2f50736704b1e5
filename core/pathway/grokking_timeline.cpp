#include "core/pathway/grokking_timeline.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace warmstart {
namespace {

constexpr const char* kTraceMark = "routing_trace.";

/// The names that a run validated, "data.metric".
std::set<std::string> validated_names(const RunHistory& history) {
  std::set<std::string> names;
  for (const Json& event : history.validations) {
    const auto metrics = event.find("metrics");
    if (metrics == event.end() || !metrics->is_object()) continue;
    for (const auto& item : metrics->items())
      names.insert(event.value("on", "") + "." + item.key());
  }
  return names;
}

/// The accuracy of a data entry that the trace does not watch.
std::string unseen_accuracy(const std::set<std::string>& names, const std::string& trace) {
  std::string first;
  for (const std::string& name : names) {
    const bool own = name.starts_with(trace.substr(0, trace.find('.') + 1));
    if (own || !name.ends_with(".accuracy")) continue;
    if (name == "test.accuracy") return name;
    if (first.empty()) first = name;
  }
  return first;
}

std::vector<double> at_steps(const StepValues& values, const std::vector<double>& steps) {
  std::vector<double> column;
  for (const double step : steps) {
    const auto found = values.find(static_cast<std::int64_t>(step));
    column.push_back(found == values.end() ? std::nan("") : found->second);
  }
  return column;
}

}  // namespace

StepValues run_values(const RunHistory& history, const std::string& name) {
  StepValues values;
  const std::size_t dot = name.find('.');
  const std::string data = name.substr(0, dot);
  const std::string metric = dot == std::string::npos ? "" : name.substr(dot + 1);
  for (const Json& event : history.validations) {
    if (event.value("on", "") != data) continue;
    const auto metrics = event.find("metrics");
    if (metrics == event.end() || !metrics->is_object()) continue;
    const auto found = metrics->find(metric);
    if (found != metrics->end() && found->is_number())
      values[event.value("global_step", std::int64_t{0})] = found->get<double>();
  }
  return values;
}

const std::vector<double>* GrokkingTimeline::find(const std::string& name) const {
  const auto found = series.find(name);
  return found == series.end() ? nullptr : &found->second;
}

void add_series(GrokkingTimeline& timeline, const std::string& name, const StepValues& values) {
  timeline.series[name] = at_steps(values, timeline.step);
}

GrokkingTimeline grokking_timeline(const RunHistory& history, const std::string& aggregate,
                                   double memorized_share) {
  GrokkingTimeline timeline;
  const std::set<std::string> names = validated_names(history);
  for (const std::string& name : names) {
    const std::size_t mark = name.find(kTraceMark);
    if (mark != std::string::npos) timeline.trace = name.substr(0, mark + 13);
  }
  if (timeline.trace.empty()) return timeline;
  for (const auto& [step, value] : run_values(history, timeline.trace + ".memorized"))
    timeline.step.push_back(static_cast<double>(step));
  const std::string own = timeline.trace + "." + aggregate + ".", common = timeline.trace + ".";
  for (const std::string& name : names) {
    if (!name.starts_with(common)) continue;
    const bool of_aggregate = name.starts_with(own);
    const std::string rest = name.substr(of_aggregate ? own.size() : common.size());
    if (rest.find('.') == std::string::npos) add_series(timeline, rest, run_values(history, name));
  }
  for (std::size_t layer = 1; timeline.find("layer" + std::to_string(layer)) != nullptr; ++layer)
    timeline.layers.push_back(*timeline.find("layer" + std::to_string(layer)));
  timeline.unseen = unseen_accuracy(names, timeline.trace);
  if (!timeline.unseen.empty())
    add_series(timeline, "unseen", run_values(history, timeline.unseen));
  const std::vector<double>& memorized = timeline.series["memorized"];
  for (std::size_t i = 0; i < memorized.size() && std::isnan(timeline.memorized_at); ++i) {
    if (memorized[i] >= memorized_share) timeline.memorized_at = timeline.step[i];
  }
  return timeline;
}

std::vector<CorrelationRow> timeline_correlations(const GrokkingTimeline& timeline,
                                                  double memorized_share) {
  std::vector<CorrelationRow> rows;
  const std::vector<double>* unseen = timeline.find("unseen");
  const std::vector<double>* memorized = timeline.find("memorized");
  if (unseen == nullptr || memorized == nullptr) return rows;
  for (const char* metric :
       {"ratio", "distance", "same", "memorized_distance", "complexity", "complexity_plain", "loss",
        "entropy", "distinct", "effective_dimension"}) {
    const std::vector<double>* values = timeline.find(metric);
    if (values == nullptr) continue;
    std::vector<double> x, y;
    for (std::size_t i = 0; i < timeline.step.size(); ++i) {
      if (!(timeline.step[i] >= timeline.memorized_at) || !((*memorized)[i] >= memorized_share))
        continue;
      x.push_back((*unseen)[i]);
      y.push_back((*values)[i]);
    }
    rows.push_back({metric, pearson(x, y), spearman(x, y)});
  }
  return rows;
}

}  // namespace warmstart
