// Groups of atlas labels: which numbers of a label volume become which class. Used by
// medical.mri_atlas.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::medical {

struct LabelGroups {
  std::vector<std::string> class_names;  ///< with background
  std::map<int, int> class_of;           ///< label number -> class; what is not there is background
};

/// `groups`: one "name=entry,entry" a class; an entry is a label number, or the start of a label's
/// name where `names` is the atlas's own list ("1 Precentral_L 2001" a line; empty path: numbers
/// only). Errors: an entry that matches no label, a label in two groups, a group without name or
/// entries.
LabelGroups read_label_groups(const std::vector<std::string>& groups, const Path& names);

/// Lobes, deep grey matter and cerebellum of the automated anatomical labelling (AAL) atlas.
std::vector<std::string> aal_lobes();

}  // namespace warmstart::medical
