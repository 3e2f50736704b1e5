// Reads a whole event log at once. Long runs have millions of lines, so this path parses with
// simdjson and builds values only for the few lines that are not scalars.
#include <simdjson.h>

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/run/run_folder.h"

namespace warmstart {
namespace {

/// Drops what was logged later than `step`, because a resumed process wrote it again.
void truncate_series(Series& series, std::int64_t step) {
  while (!series.step.empty() && series.step.back() > step) {
    series.step.pop_back();
    series.value.pop_back();
    series.time.pop_back();
  }
}

std::int64_t global_step_of(const Json& event) {
  return event.value("global_step", std::int64_t{0});
}

void truncate_history(RunHistory& history, std::int64_t step) {
  for (auto& [name, series] : history.scalars) truncate_series(series, step);
  std::erase_if(history.scalars, [](const auto& entry) { return entry.second.step.empty(); });
  for (auto* list :
       {&history.measures, &history.validations, &history.captures, &history.checkpoints}) {
    std::erase_if(*list, [&](const Json& event) { return global_step_of(event) > step; });
  }
  // A stage names the step before its first one; a run that began again has its first stage
  // announced already.
  std::erase_if(history.stages, [&](const Json& event) {
    return global_step_of(event) > std::max<std::int64_t>(step, 0);
  });
  history.step = std::min(history.step, step);
}

void add_step(RunHistory& history, simdjson::dom::element line) {
  const std::int64_t step = line["global_step"].get_int64();
  const double time = line["time"].get_double();
  const simdjson::dom::object scalars = line["scalars"];
  // Steps go back where a process began again without a checkpoint: the newer record is the valid
  // one.
  if (step <= history.step && !history.scalars.empty()) truncate_history(history, step - 1);
  history.step = step;
  for (const auto field : scalars) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (field.value.is_number()) value = field.value.get_double();
    Series& series = history.scalars[std::string(field.key)];
    if (!series.step.empty() && series.step.back() == step)
      continue;  // the same key twice in one line
    series.step.push_back(step);
    series.time.push_back(time);
    series.value.push_back(value);
  }
}

/// A stage that goes on after a resume announces itself again: the newer line takes the older one's
/// place.
void add_stage(RunHistory& history, Json event) {
  const std::string name = event.at("stage");
  event["global_step"] = global_step_of(event);
  for (Json& known : history.stages) {
    if (known["stage"] != name || known["global_step"] != event["global_step"]) continue;
    known = std::move(event);
    return;
  }
  history.stages.push_back(std::move(event));
}

void add_start(RunHistory& history, const std::string& kind, const Json& event) {
  const std::int64_t total = event.value("total_steps", history.total_steps);
  // A process that begins at the first step of a stage names that step; an old one's may lack it.
  if (kind == "resume" || event.contains("global_step"))
    truncate_history(history, event.at("global_step").get<std::int64_t>());
  history.total_steps = total;
  history.state = "running";
  history.error.clear();
}

/// Events that are kept whole; kinds that only a newer version writes are passed over.
void add_event(RunHistory& history, const std::string& kind, Json event) {
  const std::map<std::string_view, std::vector<Json>*> lists{{"measure", &history.measures},
                                                             {"validation", &history.validations},
                                                             {"capture", &history.captures},
                                                             {"checkpoint", &history.checkpoints},
                                                             {"warning", &history.warnings}};
  if (kind == "start" || kind == "resume") {
    add_start(history, kind, event);
  } else if (kind == "stopped" || kind == "failed" || kind == "done") {
    history.error = event.value("error", "");
    history.state = kind;
  } else if (kind == "stage") {
    add_stage(history, std::move(event));
  } else if (const auto list = lists.find(kind); list != lists.end()) {
    global_step_of(event);  // throws where it is no number
    list->second->push_back(std::move(event));
  }
}

void add_line(RunHistory& history, simdjson::dom::parser& parser, std::string_view line) {
  simdjson::dom::element element;
  if (parser.parse(line.data(), line.size()).get(element) != simdjson::SUCCESS ||
      !element.is_object()) {
    ++history.garbage_lines;
    return;
  }
  std::string_view kind;
  if (element["event"].get(kind) != simdjson::SUCCESS) {
    ++history.garbage_lines;
    return;
  }
  try {
    if (kind == "step") {
      add_step(history, element);
    } else if (kind != "statistics") {
      add_event(history, std::string(kind), Json::parse(line));
    }
  } catch (const std::exception&) {
    ++history.garbage_lines;
  }
}

}  // namespace

RunHistory read_history(const RunFolder& folder) {
  RunHistory history;
  history.state = "created";
  std::error_code missing;
  if (!std::filesystem::exists(folder.events(), missing)) return history;
  const std::string text = read_file(folder.events());
  simdjson::dom::parser parser;
  std::size_t start = 0;
  // A last line without its end was cut off while being written: not looked at.
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    if (end > start) add_line(history, parser, std::string_view(text).substr(start, end - start));
  }
  return history;
}

}  // namespace warmstart
