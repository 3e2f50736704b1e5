#include "core/run/alert_follower.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "core/run/event_batch_builder.h"

namespace warmstart {
namespace {

constexpr std::array<std::string_view, 3> kWatchedScalars{"loss", "gradient_norm",
                                                          "loader_wait_share"};

/// Kinds of events that no rule looks at, and that may be long.
const std::set<std::string, std::less<>>& unwatched_kinds() {
  static const std::set<std::string, std::less<>> kinds{"statistics", "capture", "measure",
                                                        "system", "checkpoint"};
  return kinds;
}

}  // namespace

std::vector<Alert> AlertFollower::look(const AlertSettings& settings) {
  while (read_piece()) {
  }
  return watch_.look(alert_series(history_), settings);
}

/// True where more may follow.
bool AlertFollower::read_piece() {
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(file_, code);
  if (code) return false;  // a run that has not begun has no log
  if (!offset_) offset_ = size > kReach ? size - kReach : 0;
  if (size < *offset_) {  // replaced by a shorter one
    offset_ = 0;
    partial_ = 0;
    line_step_ = -1;
    history_ = {};
    history_.keep_cases = false;
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uintmax_t>(size - *offset_, kReach));
  if (wanted == 0) return false;
  text_.resize(partial_ + wanted + simdjson::SIMDJSON_PADDING);
  std::ifstream in(file_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(*offset_));
  in.read(text_.data() + partial_, static_cast<std::streamsize>(wanted));
  const auto count = static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount()));
  *offset_ += count;
  add(partial_ + count);
  return count > 0;
}

/// A line whose beginning lies before the reach is no JSON, and is passed over.
void AlertFollower::add(std::size_t length) {
  EventBatchBuilder builder(line_step_, unwatched_kinds());
  partial_ = add_lines(builder, {text_.data(), length});
  for (EventBatch& batch : builder.take()) {
    std::erase_if(batch.scalars, [](const auto& scalar) {
      return std::find(kWatchedScalars.begin(), kWatchedScalars.end(), scalar.first) ==
             kWatchedScalars.end();
    });
    history_.add(std::move(batch));
  }
  text_.erase(0, length - partial_);
  text_.resize(partial_);
  text_.shrink_to_fit();
}

}  // namespace warmstart
