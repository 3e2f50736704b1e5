#include "core/run/event_tail.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace warmstart {
namespace {

constexpr std::streamoff kTailBytes = 256 << 10;

/// Whole lines among the last bytes of a file; a torn last line is left out.
std::vector<std::string> tail_lines(const Path& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const std::streamoff size = in.tellg();
  const std::streamoff begin = std::max<std::streamoff>(0, size - kTailBytes);
  in.seekg(begin);
  std::string text(static_cast<std::size_t>(size - begin), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  std::vector<std::string> lines;
  std::size_t at = begin == 0 ? 0 : text.find('\n') + 1;
  for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    lines.push_back(text.substr(at, end - at));
  }
  return lines;
}

double modified_time(const Path& file) {
  struct stat entry {};
  if (stat(file.c_str(), &entry) != 0) return 0;
  return static_cast<double>(entry.st_mtim.tv_sec) +
         static_cast<double>(entry.st_mtim.tv_nsec) * 1e-9;
}

void read_number(const Json& event, const char* key, std::int64_t& target) {
  const auto found = event.find(key);
  if (found != event.end() && found->is_number()) target = found->get<std::int64_t>();
}

void add_event(const Json& event, double since, EventTail& tail) {
  read_number(event, "global_step", tail.step);
  read_number(event, "total_steps", tail.total_steps);
  if (event.value("time", 0.0) < since) return;
  const std::string kind = event.value("event", "");
  tail.spoke = true;
  const bool ends = kind == "done" || kind == "failed" || kind == "stopped";
  tail.ending = ends ? kind : "";
  tail.error = kind == "failed" ? event.value("error", "") : "";
}

}  // namespace

EventTail read_event_tail(const RunFolder& folder, double since) {
  EventTail tail;
  tail.modified = modified_time(folder.events());
  for (const std::string& line : tail_lines(folder.events())) {
    const Json event = Json::parse(line, nullptr, false);
    if (event.is_object()) add_event(event, since, tail);
  }
  return tail;
}

std::string last_log_lines(const RunFolder& folder, int count) {
  const std::vector<std::string> lines = tail_lines(folder.log());
  const std::size_t begin =
      lines.size() - std::min<std::size_t>(lines.size(), static_cast<std::size_t>(count));
  std::string text;
  for (std::size_t i = begin; i < lines.size(); ++i) text += (text.empty() ? "" : "\n") + lines[i];
  return text;
}

}  // namespace warmstart
