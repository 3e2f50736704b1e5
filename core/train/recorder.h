// What a run tells the outside: events to the event log, the telling ones to log.txt too (and all
// to a listener in the same process, for a progress bar), commands from control.jsonl and signals
// coming in.
#pragma once
#include <atomic>
#include <functional>
#include <string>

#include "core/run/run_folder.h"

namespace warmstart {

class Recorder {
 public:
  using Listener = std::function<void(const Json& event)>;
  explicit Recorder(const RunFolder& folder, Listener listener = {});
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  const RunFolder& folder() const { return folder_; }
  void event(const std::string& kind, Json fields, bool important = false);
  void warn(const std::string& text);
  void flush() { events_.flush(); }

  /// What the outside asked for since the last look; "stop" stays set.
  struct Requests {
    bool stop = false;
    bool checkpoint = false;
    bool capture = false;
  };
  Requests poll();

  /// Makes poll() report stop; safe in a signal handler.
  static void request_stop();

 private:
  RunFolder folder_;
  EventWriter events_;
  EventReader control_;
  Listener listener_;
  bool stop_ = false;
  static std::atomic<bool> stop_requested_;
};

}  // namespace warmstart
