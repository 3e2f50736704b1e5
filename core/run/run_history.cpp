// Reads a whole event log at once. Long runs have millions of lines, so this path parses with simdjson and builds values
// only for the few lines that are not scalars.
#include <simdjson.h>

#include <algorithm>
#include <cmath>
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

void truncate_history(RunHistory& history, std::int64_t step) {
  for (auto& [name, series] : history.scalars) truncate_series(series, step);
  for (auto* list : {&history.stages, &history.measures, &history.validations, &history.captures, &history.checkpoints}) {
    std::erase_if(*list, [&](const Json& event) { return event.value("global_step", std::int64_t{0}) > step; });
  }
  history.step = std::clamp<std::int64_t>(step, 0, history.step);
}

void add_step(RunHistory& history, simdjson::dom::element line) {
  const std::int64_t step = line["global_step"].get_int64();
  const double time = line["time"].get_double();
  history.step = step;
  for (const auto field : simdjson::dom::object(line["scalars"])) {
    Series& series = history.scalars[std::string(field.key)];
    series.step.push_back(step);
    series.time.push_back(time);
    double value = std::numeric_limits<double>::quiet_NaN();
    if (field.value.is_number()) value = field.value.get_double();
    series.value.push_back(value);
  }
}

/// Events that are kept whole; kinds that only a newer version writes are passed over.
void add_event(RunHistory& history, const std::string& kind, Json event) {
  if (kind == "start" || kind == "resume") {
    history.state = "running";
    history.error.clear();
    history.total_steps = event.value("total_steps", history.total_steps);
    // A run that died before its first checkpoint starts again: nothing of before counts.
    truncate_history(history, kind == "resume" ? event.value("global_step", std::int64_t{0}) : -1);
  } else if (kind == "stopped" || kind == "failed" || kind == "done") {
    history.state = kind;
    history.error = event.value("error", "");
  } else if (kind == "stage") {
    // Announced again when the run resumes within it.
    std::erase_if(history.stages, [&](const Json& stage) { return stage.value("index", -1) == event.value("index", -2); });
    history.stages.push_back(std::move(event));
  } else if (kind == "measure") {
    history.measures.push_back(std::move(event));
  } else if (kind == "validation") {
    history.validations.push_back(std::move(event));
  } else if (kind == "capture") {
    history.captures.push_back(std::move(event));
  } else if (kind == "checkpoint") {
    history.checkpoints.push_back(std::move(event));
  } else if (kind == "warning") {
    history.warnings.push_back(std::move(event));
  }
}

void add_line(RunHistory& history, simdjson::dom::parser& parser, std::string_view line) {
  simdjson::dom::element element;
  if (parser.parse(line.data(), line.size()).get(element) != simdjson::SUCCESS || !element.is_object()) {
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
