#include "core/run/verdict.h"

#include <csignal>
#include <optional>

namespace warmstart {
namespace {

constexpr int kDone = 0, kStopped = 3, kGateClosed = 125, kNotStarted = 127;

/// The worker's own word on its end; an adopted one has it in its events only.
std::optional<int> own_code(const EndFacts& facts) {
  if (facts.status.known()) return facts.status.code;
  if (facts.tail.ending == "done") return kDone;
  if (facts.tail.ending == "stopped") return kStopped;
  if (facts.tail.ending == "failed") return 4;
  return std::nullopt;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of("\n ");
  if (end == std::string::npos) return "";
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? -1 : begin));
}

std::string death(const EndFacts& facts) {
  if (facts.out_of_memory && facts.status.signal == SIGKILL) {
    return "killed by the system: out of memory";
  }
  if (facts.status.signal != 0) return "died by " + signal_name(facts.status.signal);
  return "died while no runner was watching";
}

Verdict stopped(const EndFacts& facts) {
  if (facts.request == "pause") return {JobState::kPaused, false, ""};
  if (facts.request == "stop") return {JobState::kInterrupted, false, "stopped as asked"};
  if (facts.found_ended) return {JobState::kQueued, false, "was stopped with the machine; goes on"};
  return {JobState::kInterrupted, false, "stopped from outside"};
}

Verdict failed(const EndFacts& facts, int code) {
  if (code == kNotStarted) {
    return {JobState::kFailed, false, "the worker program could not be started"};
  }
  std::string why = facts.tail.error.empty() ? last_line(facts.log) : facts.tail.error;
  if (why.empty()) why = "the worker ended with code " + std::to_string(code);
  return {JobState::kFailed, false, why};
}

Verdict died(const EndFacts& facts) {
  const std::string step = " at step " + std::to_string(facts.tail.step);
  if (facts.request == "pause") return {JobState::kPaused, false, death(facts) + step};
  if (facts.request == "stop") return {JobState::kInterrupted, false, death(facts) + step};
  if (facts.restarts < facts.max_restarts) {
    return {JobState::kQueued, true,
            death(facts) + step + "; start " + std::to_string(facts.restarts + 2) + " of " +
                std::to_string(facts.max_restarts + 1)};
  }
  const std::string starts =
      facts.restarts > 0 ? ", the last of " + std::to_string(facts.restarts + 1) + " starts" : "";
  return {
      JobState::kFailed, false,
      death(facts) + step + starts + (facts.log.empty() ? "" : "; last log lines:\n" + facts.log)};
}

}  // namespace

Verdict judge_end(const EndFacts& facts) {
  const std::optional<int> code = own_code(facts);
  if (code == kDone) return {JobState::kDone, false, ""};
  if (facts.request == "cancel") return {JobState::kCancelled, false, "cancelled"};
  if (facts.over_time) {
    return {JobState::kFailed, false,
            "time limit of " + std::to_string(static_cast<std::int64_t>(facts.time_limit)) +
                " s reached; retry goes on from its last checkpoint"};
  }
  if (code == kStopped) return stopped(facts);
  if (code == kGateClosed) return {JobState::kQueued, false, ""};
  return code ? failed(facts, *code) : died(facts);
}

}  // namespace warmstart
