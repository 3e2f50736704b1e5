// Voices with their accompaniments: two folders with files of equal names, or one folder of stereo
// files (left = accompaniment, right = voice, as iKala has them). Looks at names only.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::audio {

struct StemPair {
  std::string name;
  Path voice, song;   ///< the same file where it is stereo
  std::string group;  ///< the singer, "" = none
};

struct StemPairOptions {
  Path root;
  std::string voice = "vocals",
              song = "accompaniment";  ///< folders below the root; both "": stereo
  std::string group_pattern;           ///< regular expression with one (...), on the stem
};

/// Sorted by name. Errors: no such folder, no files, a voice without song or the reverse.
std::vector<StemPair> find_stem_pairs(const StemPairOptions& options);

}  // namespace warmstart::audio
