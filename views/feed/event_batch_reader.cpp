// The reading side of a feed. Runs of millions of steps are common, so step lines are parsed with
// simdjson straight into columns; the other lines become JSON values.
#include <simdjson.h>

#include <fstream>
#include <limits>

#include "views/feed/run_log.h"

namespace warmstart {
namespace {

constexpr std::size_t kPollBytes = 8 << 20;

/// Turns lines into batches; a roll-back ends one and begins the next.
class BatchBuilder {
 public:
  explicit BatchBuilder(std::int64_t& step) : step_(step) { batches_.emplace_back(); }
  void add_line(std::string_view line);
  std::vector<EventBatch> take() { return std::move(batches_); }

 private:
  void add_step(simdjson::dom::element line);
  void add_event(std::string_view kind, std::string_view line);
  void roll_back(std::int64_t last);
  std::vector<EventBatch> batches_;
  simdjson::dom::parser parser_;
  std::int64_t& step_;
};

void BatchBuilder::add_line(std::string_view line) {
  simdjson::dom::element element;
  std::string_view kind;
  if (parser_.parse(line.data(), line.size()).get(element) != simdjson::SUCCESS ||
      !element.is_object() || element["event"].get(kind) != simdjson::SUCCESS) {
    ++batches_.back().garbage_lines;
    return;
  }
  try {
    if (kind == "step") {
      add_step(element);
    } else {
      add_event(kind, line);
    }
  } catch (const std::exception&) {
    ++batches_.back().garbage_lines;
  }
}

void BatchBuilder::roll_back(std::int64_t last) {
  batches_.emplace_back().cut = last;
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
  for (const auto field : scalars) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (field.value.is_number()) value = field.value.get_double();
    batch.scalars[std::string(field.key)].add(static_cast<double>(step), value, time);
  }
}

void BatchBuilder::add_event(std::string_view kind, std::string_view line) {
  Json event = Json::parse(line);
  if (kind == "resume") roll_back(event.at("global_step").get<std::int64_t>());
  batches_.back().events.push_back(std::move(event));
}

}  // namespace

std::string EventBatchReader::read_new_text(Poll& poll) {
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(file_, code);
  if (code) {
    // A run that has not begun has a folder without events.
    if (!std::filesystem::exists(file_.parent_path(), code)) {
      poll.problem = "the run's folder is gone: " + file_.parent_path().string();
    }
    return {};
  }
  if (size < offset_) {
    poll.began_anew = true;
    offset_ = 0;
    partial_.clear();
    step_ = -1;
  }
  std::string text(std::min<std::uintmax_t>(size - offset_, kPollBytes), '\0');
  std::ifstream in(file_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset_));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  offset_ += text.size();
  poll.more = offset_ < size;
  return text;
}

EventBatchReader::Poll EventBatchReader::poll() {
  Poll poll;
  const std::string text = partial_ + read_new_text(poll);
  BatchBuilder builder(step_);
  std::size_t start = 0;
  // A last line without its end is still being written.
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    if (end > start) builder.add_line(std::string_view(text).substr(start, end - start));
  }
  partial_ = text.substr(start);
  poll.batches = builder.take();
  return poll;
}

}  // namespace warmstart
