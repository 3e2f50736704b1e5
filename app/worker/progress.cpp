#include "app/worker/progress.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace warmstart {
namespace {

double progress_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

}  // namespace

Progress::Progress(std::string title, bool silent)
    : title_(std::move(title)),
      silent_(silent),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(progress_clock()) {}

void Progress::see(const Json& event) {
  if (silent_) return;
  const std::string kind = event.value("event", "");
  if (kind == "start" || kind == "resume") {
    total_ = event.value("total_steps", std::int64_t{0});
    first_step_ = event.value("global_step", std::int64_t{0});
    if (!terminal_)
      std::fprintf(stderr, "%s: %ld steps\n", title_.c_str(), static_cast<long>(total_));
  } else if (kind == "step") {
    draw(event);
  } else if (kind == "warning") {
    std::fprintf(stderr, "%swarning: %s\n", terminal_ ? "\r\033[K" : "",
                 event.value("text", "").c_str());
  }
}

void Progress::draw(const Json& event) {
  const auto step = event.value("global_step", std::int64_t{0});
  const double now = progress_clock();
  const std::int64_t tenth = total_ > 0 ? step * 10 / total_ : 0;
  const bool last = step == total_;
  if (terminal_ ? (now - drawn_at_ < 0.1 && !last) : tenth == drawn_tenth_) return;
  drawn_at_ = now;
  drawn_tenth_ = tenth;
  const double rate = static_cast<double>(step - first_step_) / std::max(1e-9, now - start_);
  const double left = rate > 0 ? static_cast<double>(total_ - step) / rate : 0;
  std::string bar;
  for (int i = 0; i < 20; ++i) bar += total_ > 0 && i * total_ < step * 20 ? '#' : '.';
  const Json& scalars = event.at("scalars");
  const double loss = scalars.value("loss", Json()).is_number() ? scalars.value("loss", 0.0) : 0.0;
  std::fprintf(stderr, "%s[%s] %s %s %ld/%ld  loss %.4f  %.1f steps/s  %s left%s",
               terminal_ ? "\r\033[K" : "  ", bar.c_str(), title_.c_str(),
               event.value("stage", "").c_str(), static_cast<long>(step), static_cast<long>(total_),
               loss, rate, clock_text(left).c_str(), terminal_ ? "" : "\n");
  std::fflush(stderr);
}

void Progress::finish() {
  if (!silent_ && terminal_) std::fputc('\n', stderr);
}

}  // namespace warmstart
