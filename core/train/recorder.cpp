#include "core/train/recorder.h"

namespace warmstart {

std::atomic<bool> Recorder::stop_requested_{false};

Recorder::Recorder(const RunFolder& folder, Listener listener)
    : folder_(folder),
      events_(folder.events()),
      control_(folder.control()),
      listener_(std::move(listener)) {
  control_.poll();  // commands to an earlier process of this run are not for this one
}

void Recorder::event(const std::string& kind, Json fields, bool important) {
  if (listener_) {
    Json seen = fields;
    seen["event"] = kind;
    listener_(seen);
  }
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
