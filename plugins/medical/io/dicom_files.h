// Which files of a folder are DICOM slices. Used by the series reader and by the gate, which hashes
// them.
#pragma once
#include <vector>

#include "core/base/files.h"

namespace warmstart::medical {

/// Plain files with the DICM mark, sorted by name. Error when there is none, or more than 5000.
std::vector<Path> dicom_files(const Path& folder);
bool is_dicom_file(const Path& file);

}  // namespace warmstart::medical
