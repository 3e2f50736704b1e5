// Turns lines of an event log into batches. Runs of millions of steps are common, so step lines are
// parsed with simdjson straight into columns; the other lines become JSON values. Used by the
// readers of event logs alone: whoever includes it needs simdjson.
#pragma once
#include <simdjson.h>

#include <set>
#include <string_view>

#include "core/run/event_batch_reader.h"

namespace warmstart {

/// A roll-back ends one batch and begins the next.
class EventBatchBuilder {
 public:
  /// `step`: of the last step line so far.
  EventBatchBuilder(std::int64_t& step, const std::set<std::string, std::less<>>& passed_over)
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

/// Adds the whole lines of `text`, which must have SIMDJSON_PADDING readable bytes behind it;
/// returns the length of a last line without its end.
std::size_t add_lines(EventBatchBuilder& builder, std::string_view text);

}  // namespace warmstart
