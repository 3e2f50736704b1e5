// How many samples one step of each stage takes, from the resolved recipe of a run: batch size
// times accumulated batches. Called by the Live panel for its axis of samples seen.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "core/run/run_history.h"

namespace warmstart {

/// By stage name; empty where the folder has no recipe that says so.
std::map<std::string, double> samples_per_step(const RunFolder& folder);

/// Where the stages of an arm begin and how many samples a step takes there.
class SamplesSeen {
 public:
  SamplesSeen() = default;
  SamplesSeen(const RunHistory& history, const std::map<std::string, double>& per_step);
  bool known() const { return !pieces_.empty(); }
  /// Samples seen after global step `step`; it ascends with the step.
  double at(double step) const;

 private:
  struct Piece {
    double step, samples, per_step;
  };
  std::vector<Piece> pieces_;
};

}  // namespace warmstart
