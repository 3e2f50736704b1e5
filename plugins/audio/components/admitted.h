// Files that a data set may use: admitted by the gate and as the recipe wants them. A few bad ones
// among many are left out and listed; more than the allowed share is an error.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/fields.h"
#include "plugins/audio/io/sound_gate.h"

namespace warmstart::audio {

/// Settings that data sets of sound put beside their own.
struct SoundSettings {
  std::int64_t rate = 16000;
  bool resample = false, mix_down = false, allow_silence = false;
  double bad_share = 0.01, shortest = 0;
  double longest = 0;  ///< s, set by data sets that must not cut a clip; 0 = any length
  void describe(Fields& fields);
  SoundWish wish() const { return {rate, resample, mix_down, allow_silence, shortest, longest}; }
};

/// One result a file, in order; none: the file is left out. Each one left out is logged as a
/// warning and added to `skipped` ("NAME: why"). Error: more than bad_share of the files are bad
/// (with the first one's reason).
std::vector<std::optional<SoundAdmission>> admit_sounds(const std::vector<Path>& files,
                                                        const SoundSettings& settings,
                                                        std::vector<std::string>& skipped);

}  // namespace warmstart::audio
