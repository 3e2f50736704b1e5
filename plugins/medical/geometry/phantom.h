// A made-up pelvis in CT: body, four organs in their anatomical order, and a treatment target
// defined by anatomy rather than by intensity (seed card 01, small-scale experiment). Drawn by the
// dataset medical.synth_ct_phantom.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/base/random.h"

namespace warmstart::medical {

struct PhantomSettings {
  std::int64_t size = 24;                        ///< voxels along each axis
  double contrast_low = 20, contrast_high = 60;  ///< HU between organ and surrounding tissue
  double noise = 25;                             ///< HU, standard deviation
  double bias = 15;                              ///< HU, largest of the smooth field
  double streak = 10;                            ///< HU, largest of the streaks
  double warp = 1.5;                             ///< voxels, largest displacement
};

/// Values of the label map; the target map uses kUterus for the target.
enum PhantomLabel : std::uint8_t { kBackground, kBladder, kRectum, kSigmoid, kUterus };

/// Voxels with x (to the right) fastest, then y (forward), then z (up).
struct Phantom {
  std::vector<float> image;          ///< HU
  std::vector<std::uint8_t> organs;  ///< PhantomLabel
  std::vector<std::uint8_t> target;  ///< as organs, with the target in place of the uterus
};

/// The target is the uterus grown by a margin of 1 to 2 voxels, minus the bladder.
Phantom draw_phantom(const PhantomSettings& settings, Random& random);

}  // namespace warmstart::medical
