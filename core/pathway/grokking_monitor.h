// Where a model stands between memorizing and generalizing, told from training data alone (seed
// card 05). Called by the routing trace at each of its steps, and by the Pathway view.
#pragma once
#include <cstdint>
#include <vector>

namespace warmstart {

/// learning: the training samples are not memorized yet; memorized: they are, pathways do not
/// change; generalizing: pathways become more alike, or simpler; plateau: they did, and have
/// stopped.
enum class GrokkingState { kLearning, kMemorized, kGeneralizing, kPlateau };
const char* grokking_state_name(GrokkingState state);

struct GrokkingMonitor {
  double memorized_share = 0.95;  ///< of the samples that makes the set memorized
  std::int64_t window = 8;        ///< recorded steps over which levels and slopes are taken
  double fall = 0.05;             ///< below the highest level that tells structure from noise
  double slope = 0.003;           ///< fall a recorded step that says it goes on
};

/// Values at the recorded steps, in order; NaN = undefined there.
struct GrokkingSignals {
  std::vector<double> memorized;   ///< share of samples that are memorized
  std::vector<double> distance;    ///< pathway distance, or its ratio to all pairs
  std::vector<double> complexity;  ///< pathway complexity
};

/// The state at every recorded step; a state looks back only. Steps at which the samples are not
/// memorized (late spikes of the loss) do not count and keep the state before them.
std::vector<GrokkingState> grokking_states(const GrokkingSignals& observed,
                                           const GrokkingMonitor& monitor);

/// Slope of the least-squares line through the last `window` values, per value; NaN with less than
/// two defined ones.
double recent_slope(const std::vector<double>& values, std::int64_t window);

}  // namespace warmstart
