// Which files of a folder belong together as cases: images with their labels, in the two layouts
// people have (images/ + labels/ with equal names; imagesTr/ + labelsTr/ as nnU-Net and the
// Decathlon write them). Used by the image_pairs dataset; looks at names only.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::medical {

struct Case {
  std::string name;
  std::vector<Path> images;  ///< one a channel
  Path label;                ///< empty when there is none
};

struct CaseFolder {
  std::vector<Case> cases;               ///< sorted by name
  std::vector<std::string> class_names;  ///< with background; empty when nothing says them
};

/// Reads the layout and, where there is one, dataset.json. Errors: no such folder, no volumes in
/// it, a case without label (when `labelled`), cases with unequal channel counts, an unreadable
/// dataset.json.
CaseFolder find_cases(const Path& root, bool labelled);

/// Groups files into cases: NAME_0000, NAME_0001 are the channels of NAME.
std::vector<Case> group_channels(std::vector<Path> files);

/// The names that `split_file` lists for `split`, in its order. The file is JSON: {"how": "...",
/// "train": ["a", ...], "test": [...]}. Errors: unreadable, no such split (with those there are), a
/// name twice or in two splits.
std::vector<std::string> read_split(const Path& split_file, const std::string& split);

/// The cases named, in that order. Error naming the first that is not there.
std::vector<Case> pick_cases(const std::vector<Case>& cases, const std::vector<std::string>& names,
                             const Path& root);

}  // namespace warmstart::medical
