#include "core/run/run_history.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string_view>

#include "core/base/error.h"
#include "core/run/run_folder.h"

namespace warmstart {
namespace {

std::int64_t global_step_of(const Json& event) {
  return event.value("global_step", std::int64_t{0});
}

double number_or_nan(const Json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

/// Where events that are kept whole go; nullptr for kinds that only a newer version writes.
std::vector<Json>* list_of(RunHistory& history, std::string_view kind) {
  if (kind == "capture") return &history.captures;
  if (kind == "checkpoint") return &history.checkpoints;
  if (kind == "warning") return &history.warnings;
  return kind == "statistics" ? &history.statistics : nullptr;
}

}  // namespace

void RunHistory::add(EventBatch&& batch) {
  if (batch.cut) cut_after(*batch.cut);
  const std::size_t base = lines_.size();
  for (std::size_t i = 0; i < batch.step.size(); ++i) lines_.add(batch.step[i], batch.time[i]);
  for (auto& [name, points] : batch.scalars)
    scalars[name].append(lines_, points.rows, base, points.value);
  step = std::max(step, batch.last_step);
  garbage_lines += batch.garbage_lines;
  for (Json& event : batch.events) {
    try {
      add_event(std::move(event));
    } catch (const Json::exception&) {
      ++garbage_lines;
    }
  }
}

void RunHistory::cut_after(std::int64_t last) {
  const auto cut = [last](auto& all, LineAxis& axis) {
    axis.cut_after(static_cast<double>(last));
    for (auto& [name, series] : all) series.cut_after(static_cast<double>(last), axis);
    std::erase_if(all, [](const auto& entry) { return entry.second.size() == 0; });
  };
  cut(scalars, lines_);
  cut(measured, measured_lines_);
  cut(system, system_lines_);
  for (auto* list : {&measures, &validations, &captures, &checkpoints, &statistics}) {
    std::erase_if(*list, [&](const Json& event) { return global_step_of(event) > last; });
  }
  // A stage names the step before its first one; a run that began again has its first stage
  // announced already.
  std::erase_if(stages, [&](const Json& event) {
    return global_step_of(event) > std::max<std::int64_t>(last, 0);
  });
  step = std::min(step, last);
}

void RunHistory::add_event(Json&& event) {
  const std::string kind = event.at("event");
  const std::int64_t at = global_step_of(event);  // throws where it is no number
  if (kind == "start" || kind == "resume") {
    total_steps = event.value("total_steps", total_steps);
    state = "running";
    error.clear();
    start = std::move(event);
  } else if (kind == "done" || kind == "failed" || kind == "stopped") {
    error = event.value("error", "");
    state = kind;
  } else if (kind == "stage") {
    event["global_step"] = at;
    add_stage(std::move(event));
  } else if (kind == "validation" || kind == "measure") {
    add_measured(std::move(event));
  } else if (kind == "system") {
    add_system(event);
  } else if (std::vector<Json>* list = list_of(*this, kind)) {
    list->push_back(std::move(event));
  }
}

/// A stage that goes on after a resume announces itself again: the newer line takes the older one's
/// place.
void RunHistory::add_stage(Json&& event) {
  const std::string name = event.at("stage");
  const auto same = std::find_if(stages.begin(), stages.end(), [&](const Json& known) {
    return known["stage"] == name && known["global_step"] == event["global_step"];
  });
  if (same != stages.end()) {
    *same = std::move(event);
  } else {
    stages.push_back(std::move(event));
  }
}

void RunHistory::add_measured(Json&& event) {
  const std::string on = event.value("on", "");
  const auto at = static_cast<double>(global_step_of(event));
  const double time = event.value("time", 0.0);
  const auto metrics = event.find("metrics");
  if (metrics != event.end() && metrics->is_object()) {
    // Several data entries are measured at one step, and again after a roll-back.
    measured_lines_.add(at, time);
    for (const auto& [name, value] : metrics->items()) {
      ScalarSeries& series = measured[on + "." + name];
      if (!series.step.empty() && series.step.back() >= at)
        series.cut_after(at - 1, measured_lines_);
      series.add(measured_lines_, number_or_nan(value));
    }
  }
  if (event["event"] == "measure") {
    measures.push_back(std::move(event));
    return;
  }
  if (!keep_cases) {
    for (const char* part : {"cases", "summaries"}) event.erase(part);
  }
  validations.push_back(std::move(event));
}

void RunHistory::add_system(const Json& event) {
  system_lines_.add(static_cast<double>(global_step_of(event)), event.value("time", 0.0));
  for (const auto& [name, value] : event.items()) {
    if (name != "time" && name != "global_step" && value.is_number())
      system["system." + name].add(system_lines_, value.get<double>());
  }
}

RunHistory read_history(const RunFolder& folder) {
  RunHistory history;
  std::error_code missing;
  if (!std::filesystem::exists(folder.events(), missing)) return history;
  EventBatchReader reader(folder.events(), {"statistics"});
  for (bool more = true; more;) {
    EventBatchReader::Poll poll = reader.poll();
    if (!poll.problem.empty()) {
      throw Error(poll.problem, folder.events().string(), "check the disk and the file's rights",
                  ErrorKind::kMachine);
    }
    if (poll.began_anew) history = {};
    for (EventBatch& batch : poll.batches) history.add(std::move(batch));
    more = poll.more;
  }
  return history;
}

}  // namespace warmstart
