// The training loop of one stage: next batch, forward, loss, backward, clip, step, record, maybe
// evaluate, capture, save. A method from a paper enters as a component, never as a branch here.
#pragma once
#include <memory>
#include <optional>

#include "core/data/loader.h"
#include "core/objectives/objective.h"
#include "core/optim/optimizer.h"
#include "core/run/process_use.h"
#include "core/train/average.h"
#include "core/train/capturing.h"
#include "core/train/checkpoint.h"
#include "core/train/evaluate.h"
#include "core/train/layer_statistics.h"
#include "core/train/recorder.h"

namespace warmstart {

/// What a stage trains and on what; owned by the session.
struct StageParts {
  const StageSpec& spec;
  std::int64_t index = 0;  ///< in the arm
  std::int64_t steps = 0;  ///< of this stage
  std::int64_t first_global_step = 0;
  std::uint64_t seed = 0;  ///< of the run
  at::Device device{at::kCPU};
  std::shared_ptr<Model> model = nullptr;
  std::shared_ptr<Objective> objective = nullptr;
  std::shared_ptr<Optimizer> optimizer = nullptr;
  std::shared_ptr<Schedule> schedule = nullptr;
  std::shared_ptr<const Source> source = nullptr;
  std::shared_ptr<const Source> validation = nullptr;  ///< may be null
  std::optional<MeasureSpec> validation_measure =
      std::nullopt;  ///< metrics for it; the first one decides "best"
  std::vector<Watch> watches = {};
};

enum class StageOutcome { kFinished, kInterrupted };

class Trainer {
 public:
  Trainer(StageParts parts, Recorder& recorder);
  /// Takes up where the checkpoint was written; call before train().
  void restore(const Checkpoint& checkpoint);
  /// Runs to the end of the stage, or until a stop is asked for (a checkpoint is saved first).
  /// Throws Error when the loss is not finite and the recipe says stop.
  StageOutcome train();
  WeightAverage& average() { return average_; }
  Checkpoint checkpoint() const;

 private:
  double forward_backward(Loss& loss);
  bool loss_is_usable(const Loss& loss, const Batch& batch);
  double clip_gradients();
  void update();
  void record(const Loss& loss, double gradient_norm);
  void after_step();
  void capture(bool all);  ///< the inspectors that are due, or all
  void validate();
  void save(const std::string& name);
  Context context(bool training) const;
  std::int64_t global_step() const { return parts_.first_global_step + step_; }
  bool every(std::int64_t interval) const { return interval > 0 && step_ % interval == 0; }

  StageParts parts_;
  Recorder& recorder_;
  std::vector<std::pair<std::string, at::Tensor>> trained_;
  WeightAverage average_;
  LayerStatistics statistics_;
  ProcessUse use_;
  std::unique_ptr<Loader> loader_;
  Batch batch_;
  std::int64_t step_ = 0;  ///< finished steps
  double best_ = 0;
  bool has_best_ = false;
  std::int64_t stale_validations_ = 0;
  double window_start_ = 0, window_waited_ = 0;
  double system_looked_ = 0;
};

}  // namespace warmstart
