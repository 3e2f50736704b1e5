// How well each class of each watched sample is segmented at one step, and where it is worst: the
// rows of the segmentation view's table. Computed from the captured masks, so that every step has
// them and not only the measured ones. Plain values; not on the GUI thread.
#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "views/inspect/segmentation_facts.h"

namespace warmstart {

/// Voxels of one class in one region.
struct ClassOverlap {
  std::int64_t both = 0, predicted = 0, referred = 0;
  bool present() const { return predicted + referred > 0; }
  std::int64_t wrong() const { return predicted + referred - 2 * both; }
  /// 2|A n B| / (|A| + |B|), as the metric `dice` has it; NaN where the class is in neither.
  double dice() const;
  double precision() const;  ///< NaN where nothing was predicted
  double recall() const;     ///< NaN where there is nothing to find
};

struct CaseScore {
  int sample = 0, label = 0;
  ClassOverlap whole;
  /// The axial slice of the lowest Dice; of several the one with the most wrong voxels.
  ClassOverlap slice;
  /// In that slice, at the mean place of its wrong voxels (of all its voxels where none is wrong).
  Voxel worst{};
};

/// The classes of one sample, from label `first` on, that occur in its prediction or its reference,
/// by label. Empty without both, or where their sizes differ.
std::vector<CaseScore> caseScores(const SampleVolumes& volumes, int sample, int first = 1);

/// The same of all samples of a capture, background and what is no class apart; given up, and
/// incomplete, when `stop` becomes true.
std::vector<CaseScore> caseScores(const CapturePtr& capture,
                                  const std::shared_ptr<std::atomic<bool>>& stop);

}  // namespace warmstart
