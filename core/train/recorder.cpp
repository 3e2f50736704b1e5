#include "core/train/recorder.h"

#include "core/base/log.h"

namespace warmstart {

std::atomic<bool> Recorder::stop_requested_{false};

namespace {

/// The events that a person who reads log.txt wants to see, as lines.
void log_event(const std::string& kind, const Json& fields) {
  if (kind == "warning") {
    log_warning(fields.value("text", ""));
  } else if (kind == "failed") {
    log_error("failed: " + fields.value("error", ""));
  } else if (kind != "step" && kind != "system" && kind != "statistics" && kind != "measure" &&
             kind != "validation") {
    log_info(kind + " " + fields.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

}  // namespace

Recorder::Recorder(const RunFolder& folder, Listener listener)
    : folder_(folder),
      events_(folder.events()),
      control_(folder.control()),
      listener_(std::move(listener)) {
  start_log({.file = folder.log(), .stderr_level = LogLevel::kNothing});
  control_.poll();  // commands to an earlier process of this run are not for this one
}

Recorder::~Recorder() { stop_log(); }

void Recorder::event(const std::string& kind, Json fields, bool important) {
  if (listener_) {
    Json seen = fields;
    seen["event"] = kind;
    listener_(seen);
  }
  log_event(kind, fields);
  events_.write(kind, std::move(fields), important);
}

void Recorder::warn(const std::string& text) { event("warning", {{"text", text}}, true); }

Recorder::Requests Recorder::poll() {
  Requests requests;
  for (const Json& command : control_.poll()) {
    const std::string name = command.value("command", "");
    if (name == "stop" || name == "pause") {
      stop_ = true;
    } else if (name == "checkpoint") {
      requests.checkpoint = true;
    } else if (name == "capture") {
      requests.capture = true;
    } else {
      warn("unknown command '" + name +
           "' in control.jsonl; known: stop, pause, checkpoint, capture");
    }
  }
  requests.stop = stop_ || stop_requested_.load();
  return requests;
}

void Recorder::request_stop() { stop_requested_.store(true); }

}  // namespace warmstart
