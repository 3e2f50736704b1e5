// What the Volume panel tells of label volumes: which labels occur, and how well those of two files
// agree. Passes over all voxels: not on the GUI thread.
#pragma once
#include "views/volume/volume_file.h"

namespace warmstart {

/// Labels above 0 that occur at some point in time, rising. Error when the values are no whole
/// numbers from 0 to 65535.
std::vector<int> labelsOf(const VolumeFile& file);

struct LabelAgreement {
  int label = 0;
  /// 2 |A and B| / (|A| + |B|), Dice 1945; at the first point in time.
  double dice = 0;
};
/// One for each label above 0 of either, rising; both lie on one grid.
std::vector<LabelAgreement> agreementOf(const VolumeFile& labels, const VolumeFile& reference);

}  // namespace warmstart
