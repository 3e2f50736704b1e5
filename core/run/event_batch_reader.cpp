// Runs of millions of steps are common, so step lines are parsed with simdjson straight into
// columns; the other lines become JSON values.
#include "core/run/event_batch_reader.h"

#include <simdjson.h>

#include <cstring>
#include <fstream>
#include <limits>

namespace warmstart {
namespace {

constexpr std::size_t kPollBytes = 8 << 20;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Turns lines into batches; a roll-back ends one and begins the next.
class BatchBuilder {
 public:
  BatchBuilder(std::int64_t& step, const std::set<std::string, std::less<>>& passed_over)
      : step_(step), passed_over_(passed_over) {
    batches_.emplace_back();
  }
  /// `line` lies in a buffer that may be read for SIMDJSON_PADDING bytes more.
  void add_line(std::string_view line);
  std::vector<EventBatch> take() { return std::move(batches_); }

 private:
  void add_step(simdjson::dom::element line);
  void add_event(std::string_view kind, std::string_view line);
  void roll_back(std::int64_t last);
  EventBatch::Points& points(std::size_t place, std::string_view name);
  std::vector<EventBatch> batches_;
  /// The scalars of the line before: the next line most likely has the same in the same order.
  std::vector<std::pair<std::string, EventBatch::Points*>> layout_;
  simdjson::dom::parser parser_;
  std::int64_t& step_;
  const std::set<std::string, std::less<>>& passed_over_;
};

void BatchBuilder::add_line(std::string_view line) {
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

void BatchBuilder::roll_back(std::int64_t last) {
  batches_.emplace_back().cut = last;
  layout_.clear();
  step_ = last;
}

void BatchBuilder::add_step(simdjson::dom::element line) {
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
    series.value.push_back(field.value.is_number() ? field.value.get_double().value() : kNaN);
  }
}

EventBatch::Points& BatchBuilder::points(std::size_t place, std::string_view name) {
  if (place < layout_.size() && layout_[place].first == name) return *layout_[place].second;
  layout_.resize(std::min(place, layout_.size()));
  auto& series = batches_.back().scalars[std::string(name)];
  layout_.emplace_back(name, &series);
  return series;
}

void BatchBuilder::add_event(std::string_view kind, std::string_view line) {
  Json event = Json::parse(line);
  // A process that begins at the first step of a stage names that step; an old one's may lack it.
  if (kind == "resume" || (kind == "start" && event.contains("global_step")))
    roll_back(event.at("global_step").get<std::int64_t>());
  batches_.back().events.push_back(std::move(event));
}

}  // namespace

std::size_t EventBatchReader::read_new_text(Poll& poll) {
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(file_, code);
  if (code) {
    // A run that has not begun has a folder without events.
    if (!std::filesystem::exists(file_.parent_path(), code)) {
      poll.problem = "the run's folder is gone: " + file_.parent_path().string();
    }
    return 0;
  }
  if (size < offset_) {
    poll.began_anew = true;
    offset_ = 0;
    partial_ = 0;
    step_ = -1;
  }
  if (size == offset_) return 0;
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uintmax_t>(size - offset_, kPollBytes));
  text_.resize(partial_ + wanted + simdjson::SIMDJSON_PADDING);
  std::ifstream in(file_, std::ios::binary);
  if (!in) {
    poll.problem = "cannot read " + file_.string();
    return 0;
  }
  in.seekg(static_cast<std::streamoff>(offset_));
  in.read(text_.data() + partial_, static_cast<std::streamsize>(wanted));
  const auto count = static_cast<std::size_t>(in.gcount());
  offset_ += count;
  poll.more = offset_ < size;
  return count;
}

EventBatchReader::Poll EventBatchReader::poll() {
  Poll poll;
  if (const std::size_t count = read_new_text(poll); count > 0) parse_lines(partial_ + count, poll);
  // A run at rest keeps no buffer.
  if (!poll.more && text_.capacity() > kPollBytes / 8) {
    text_.resize(partial_);
    text_.shrink_to_fit();
  }
  return poll;
}

void EventBatchReader::parse_lines(std::size_t length, Poll& poll) {
  BatchBuilder builder(step_, passed_over_);
  const std::string_view text(text_.data(), length);
  std::size_t start = 0;
  // A last line without its end is still being written.
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    if (end > start) builder.add_line(text.substr(start, end - start));
  }
  partial_ = length - start;
  std::memmove(text_.data(), text_.data() + start, partial_);
  poll.batches = builder.take();
}

}  // namespace warmstart
