// What one stage of a run costs, found by really doing a little of it: some steps, one capture of
// each inspector, one measured sample. Called by the dry run, in a folder that is thrown away.
#pragma once
#include "core/train/forward_cost.h"
#include "core/train/stage_builder.h"

namespace warmstart {

struct StageCost {
  std::string stage;
  std::int64_t steps = 0, batch_size = 0, accumulate = 1;
  std::int64_t model_parameters = 0, objective_parameters = 0, trainable = 0;
  ForwardCost forward;  ///< of one batch; macs and activation_bytes are divided by its size
  double seconds_per_step = 0;
  double loader_wait_share = 0;  ///< of a step's time, waiting for data
  double seconds_training = 0, seconds_measuring = 0, seconds_capturing = 0;
  std::uint64_t memory_growth = 0;  ///< most that was resident while training, less what was before
  std::uint64_t memory_peak = 0;    ///< most that was resident in all
  std::uint64_t data_cache = 0;     ///< about what the prepared samples will take in time
  std::optional<std::uint64_t> device_memory;  ///< of a GPU
  std::uint64_t checkpoint_bytes = 0;
  std::uint64_t capture_bytes = 0;  ///< of all captures of the stage
  bool keeps_steps = false,
       keeps_best = false;  ///< which checkpoints there will be beside the result

  double seconds() const { return seconds_training + seconds_measuring + seconds_capturing; }
  Json to_json() const;
};

/// What the measuring needs beside the stage.
struct StageCostRequest {
  const RunPlan& plan;
  const StageSpec& stage;
  StagePosition position;
  const StateDict* weights = nullptr;  ///< of the stage before; null = none
  bool last = false;                   ///< of the arm: final measures belong to it
};

/// A stage's cost and its model, whose weights the next stage takes.
struct MeasuredStage {
  StageCost cost;
  std::shared_ptr<Model> model;
};

/// `folder` is an empty run folder for what the trainer writes. Errors: everything that would stop
/// the stage itself; kInterrupted when a stop is asked for.
MeasuredStage measure_stage(const StageCostRequest& request, Sources& sources, at::Device device,
                            const RunFolder& folder);

}  // namespace warmstart
