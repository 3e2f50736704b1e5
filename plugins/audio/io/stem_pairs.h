// Voices with their accompaniments: two folders with files of equal names, or one folder of stereo
// files (left = accompaniment, right = voice, as iKala has them). Looks at names only.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "plugins/audio/io/clip_list.h"

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
  std::string group_pattern;           ///< regular expression with one (...), on the voice's stem
  bool drawn = false;                  ///< any voice goes with any song: names need not agree
  PartOptions part;  ///< which pairs; drawn pairs take voice and song of the same part
};

/// The pairs of the part, sorted by the voice's name; drawn ones are a function of the names alone.
/// Errors: no such folder, no files, a voice without song or the reverse.
std::vector<StemPair> find_stem_pairs(const StemPairOptions& options);

}  // namespace warmstart::audio
