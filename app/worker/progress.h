// A progress bar on standard error, fed by a run's events; plain lines where there is no terminal.
#pragma once
#include <cstdint>
#include <string>

#include "core/base/json.h"

namespace warmstart {

class Progress {
 public:
  Progress(std::string title, bool silent);
  void see(const Json& event);
  void finish();

 private:
  void draw(const Json& event);
  std::string title_, stage_;
  bool silent_, terminal_;
  std::int64_t total_ = 0, drawn_tenth_ = -1, first_step_ = 0;
  double start_ = 0, drawn_at_ = 0;
};

}  // namespace warmstart
