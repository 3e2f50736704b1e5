#include "core/run/event_batch_builder.h"

#include <limits>

namespace warmstart {
namespace {

constexpr double kMissingScalar = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void EventBatchBuilder::add_line(std::string_view line) {
  simdjson::dom::element element;
  std::string_view kind;
  if (parser_.parse(line.data(), line.size(), false).get(element) != simdjson::SUCCESS ||
      !element.is_object() || element["event"].get(kind) != simdjson::SUCCESS) {
    ++batches_.back().garbage_lines;
    return;
  }
  try {
    if (kind == "step") {
      add_step(element);
    } else if (!passed_over_.contains(kind)) {
      add_event(kind, line);
    }
  } catch (const std::exception&) {
    ++batches_.back().garbage_lines;
  }
}

void EventBatchBuilder::roll_back(std::int64_t last) {
  batches_.emplace_back().cut = last;
  layout_.clear();
  step_ = last;
}

void EventBatchBuilder::add_step(simdjson::dom::element line) {
  const std::int64_t step = line["global_step"].get_int64();
  const double time = line["time"].get_double();
  const simdjson::dom::object scalars = line["scalars"];
  // Steps go back where a process began again without a checkpoint: the newer record is valid.
  if (step <= step_) roll_back(step - 1);
  step_ = step;
  EventBatch& batch = batches_.back();
  batch.last_step = step;
  const std::size_t row = batch.step.size();
  batch.step.push_back(static_cast<double>(step));
  batch.time.push_back(time);
  std::size_t place = 0;
  for (const auto field : scalars) {
    EventBatch::Points& series = points(place++, field.key);
    if (!series.value.empty() && series.rows.back() == row) continue;  // the same key twice
    series.rows.add(row);
    series.value.push_back(field.value.is_number() ? field.value.get_double().value()
                                                   : kMissingScalar);
  }
}

EventBatch::Points& EventBatchBuilder::points(std::size_t place, std::string_view name) {
  if (place < layout_.size() && layout_[place].first == name) return *layout_[place].second;
  layout_.resize(std::min(place, layout_.size()));
  auto& series = batches_.back().scalars[std::string(name)];
  layout_.emplace_back(name, &series);
  return series;
}

void EventBatchBuilder::add_event(std::string_view kind, std::string_view line) {
  Json event = Json::parse(line);
  // A process that begins at the first step of a stage names that step; an old one's may lack it.
  if (kind == "resume" || (kind == "start" && event.contains("global_step")))
    roll_back(event.at("global_step").get<std::int64_t>());
  batches_.back().events.push_back(std::move(event));
}

std::size_t add_lines(EventBatchBuilder& builder, std::string_view text) {
  std::size_t start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string_view::npos; start = end + 1) {
    if (end > start) builder.add_line(text.substr(start, end - start));
  }
  return text.size() - start;
}

}  // namespace warmstart
