#include "core/run/event_batch_reader.h"

#include <cstring>
#include <fstream>

#include "core/run/event_batch_builder.h"

namespace warmstart {
namespace {

constexpr std::size_t kPollBytes = 8 << 20;

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
  EventBatchBuilder builder(step_, passed_over_);
  // A last line without its end is still being written.
  partial_ = add_lines(builder, {text_.data(), length});
  std::memmove(text_.data(), text_.data() + length - partial_, partial_);
  poll.batches = builder.take();
}

}  // namespace warmstart
