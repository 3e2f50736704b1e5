// The state of a run at one step, in one checksummed tensor file. Random numbers are a function of
// (seed, stage, step), so position and seed restore them; thread count and BLAS are kept because
// they decide the bits of a sum.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/data/tensor_arrays.h"
#include "core/run/run_folder.h"

namespace warmstart {

struct Checkpoint {
  std::string stage;
  std::int64_t stage_index = 0;  ///< in the arm
  std::int64_t step = 0;         ///< finished steps of the stage
  std::int64_t global_step = 0;  ///< finished steps of the arm
  std::uint64_t seed = 0;
  std::int64_t threads = 1;
  std::string blas, torch_version;
  double best = 0;  ///< best validation so far, when has_best
  bool has_best = false;
  std::int64_t stale_validations = 0;
  NamedTensors tensors;  ///< "model.*", "objective.*", "optimizer.*", "average.*"

  NamedTensors part(const std::string& prefix) const;  ///< names without "prefix."
};

/// Writes checkpoints/<name>.ckpt atomically.
Path save_checkpoint(const RunFolder& folder, const std::string& name,
                     const Checkpoint& checkpoint);
/// Verifies every checksum first. Errors name file and tensor.
Checkpoint load_checkpoint(const Path& path);

struct FoundCheckpoint {
  Checkpoint checkpoint;
  Path path;
  std::vector<std::string> skipped;  ///< newer ones that were damaged, with the reason
};
/// The newest step checkpoint that verifies; none when there is none.
std::optional<FoundCheckpoint> newest_valid_checkpoint(const RunFolder& folder);
/// Keeps the newest `keep` step checkpoints ("step-*.ckpt"); stage results and "best" stay.
void prune_checkpoints(const RunFolder& folder, std::size_t keep);

}  // namespace warmstart
