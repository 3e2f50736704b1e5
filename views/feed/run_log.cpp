#include "views/feed/run_log.h"

#include <algorithm>
#include <iterator>

namespace warmstart {

void RunLog::add(EventBatch&& batch) {
  if (batch.cut) cut_after(*batch.cut);
  const std::size_t base = lines_.size();
  for (std::size_t i = 0; i < batch.step.size(); ++i) lines_.add(batch.step[i], batch.time[i]);
  for (auto& [name, points] : batch.scalars)
    scalars[name].append(lines_, points.rows, base, points.value);
  for (Json& event : batch.events) add_event(std::move(event));
  step = std::max(step, batch.last_step);
  garbage_lines += batch.garbage_lines;
}

void RunLog::cut_after(std::int64_t last) {
  const auto cut = [last](auto& all, LineAxis& axis) {
    axis.cut_after(static_cast<double>(last));
    for (auto& [name, series] : all) series.cut_after(static_cast<double>(last), axis);
    std::erase_if(all, [](const auto& entry) { return entry.second.size() == 0; });
  };
  cut(scalars, lines_);
  cut(validations, validation_lines_);
  for (auto* list : {&measures, &captures, &checkpoints, &statistics}) {
    std::erase_if(*list, [&](const Json& event) {
      return event.value("global_step", std::int64_t{0}) > last;
    });
  }
  std::erase_if(stages, [&](const Json& event) {
    return event.value("global_step", std::int64_t{0}) > std::max<std::int64_t>(last, 0);
  });
  step = std::min(step, last);
}

void RunLog::add_event(Json&& event) {
  const std::string kind = event.value("event", "");
  if (kind == "start" || kind == "resume") {
    total_steps = event.value("total_steps", total_steps);
    state = "running";
    error.clear();
    start = std::move(event);
  } else if (kind == "done" || kind == "failed" || kind == "stopped") {
    state = kind;
    error = event.value("error", "");
  } else if (kind == "stage") {
    add_stage(std::move(event));
  } else if (kind == "validation" || kind == "measure") {
    add_validation(event);
    if (kind == "measure") measures.push_back(std::move(event));
  } else if (kind == "capture") {
    captures.push_back(std::move(event));
  } else if (kind == "checkpoint") {
    checkpoints.push_back(std::move(event));
  } else if (kind == "warning") {
    warnings.push_back(std::move(event));
  } else if (kind == "statistics") {
    statistics.push_back(std::move(event));
  }
}

void RunLog::add_stage(Json&& event) {
  // A stage that goes on after a resume announces itself again.
  const auto same = std::find_if(stages.begin(), stages.end(), [&](const Json& known) {
    return known.value("stage", "") == event.value("stage", "") &&
           known.value("global_step", 0) == event.value("global_step", 0);
  });
  if (same != stages.end()) {
    *same = std::move(event);
  } else {
    stages.push_back(std::move(event));
  }
}

void RunLog::add_validation(const Json& event) {
  const std::string on = event.value("on", "");
  const auto metrics = event.find("metrics");
  if (metrics == event.end() || !metrics->is_object()) return;
  const double at = event.value("global_step", 0.0);
  // Several data entries are measured at one step, and again after a roll-back.
  validation_lines_.add(at, event.value("time", 0.0));
  for (const auto& [name, value] : metrics->items()) {
    ScalarSeries& series = validations[on + "." + name];
    const double number =
        value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
    if (!series.step.empty() && series.step.back() >= at)
      series.cut_after(at - 1, validation_lines_);
    series.add(validation_lines_, number);
  }
}

}  // namespace warmstart
