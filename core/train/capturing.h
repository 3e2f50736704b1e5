// Runs a recipe's inspectors on the fixed watch set and files what they recorded.
#pragma once
#include <map>
#include <memory>
#include <vector>

#include "core/inspect/inspector.h"
#include "core/train/recorder.h"

namespace warmstart {

/// One inspector with its watch set.
class Watch {
 public:
  /// `source`: where the watched samples come from (the first `spec.samples`, drawn with fixed
  /// randomness); spec.on names it.
  Watch(const CaptureSpec& spec, const Source& source, at::Device device);
  /// Every `spec.every` steps, counted from the stage's start.
  bool due(std::int64_t finished_steps) const { return finished_steps % every_ == 0; }
  /// Of its files, and before its numbers.
  const std::string& name() const { return name_; }
  std::int64_t interval() const { return every_; }
  void capture(Objective& objective, Context& context, const std::string& stage,
               std::int64_t global_step, Recorder& recorder);

 private:
  Capture captured(Objective& objective, Context& context);
  void recall(std::int64_t global_step, Recorder& recorder);
  void record_scalars(const Capture& captured, const std::string& stage, std::int64_t global_step,
                      Recorder& recorder) const;
  std::string name_, type_, on_;
  std::int64_t every_;
  std::shared_ptr<Inspector> inspector_;
  std::vector<Batch> batches_;  ///< one of all samples, or one a sample
  std::vector<std::string> ids_;
  Json about_;  ///< class_names, class_values, origins and tokens, as far as the data has them
  bool recalled_ = false;
};

}  // namespace warmstart
