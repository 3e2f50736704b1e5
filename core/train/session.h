// One run: the stages of an arm with one seed, then the measures. The only thing it knows of the
// outside is its run folder; started on a folder that holds a checkpoint, it goes on from there.
#pragma once
#include <string>

#include "core/data/dataset.h"
#include "core/models/model.h"
#include "core/recipe/recipe.h"
#include "core/train/recorder.h"

namespace warmstart {

struct SessionOptions {
  std::string device = "cpu";
  std::int64_t threads = 1;
  Recorder::Listener listener;  ///< sees every event as it is written
};

enum class SessionOutcome { kDone, kInterrupted };

/// Throws Error for bad input and machine failures, after writing a "failed" event.
SessionOutcome run_session(const RunFolder& folder, const SessionOptions& options);

/// The recipe of a run folder (with run.json's smoke and extra steps applied), its arm and seed.
struct RunPlan {
  Recipe recipe;
  std::string arm;
  std::uint64_t seed = 0;
  std::int64_t extra_steps = 0;  ///< added to the last stage
};
RunPlan load_run_plan(const RunFolder& folder);

/// The model of a run with its (averaged, where on) weights in evaluation mode, for prediction and
/// export.
struct TrainedModel {
  RunPlan plan;
  const StageSpec* stage = nullptr;  ///< that the weights were trained in
  std::string checkpoint;            ///< its file's name, "best.ckpt"
  std::int64_t global_step = 0;      ///< of the weights
  bool last = true;                  ///< they are those that the run ended with
  std::shared_ptr<Model> model;
  std::shared_ptr<Source> source;  ///< of the last stage's first measure, else of its data
  const MeasureSpec* measure = nullptr;
  Json facts;
};
/// `checkpoint`: "last" = what the arm's last stage ended with; "best" = the best validation; the
/// name of a stage = what that one ended with; a number = the checkpoint of that global step, which
/// only a run that is at work or was stopped has. Error when it is not there: names those that are.
TrainedModel load_trained_model(const RunFolder& folder, at::Device device,
                                const std::string& checkpoint = "last");

}  // namespace warmstart
