// Which files of a folder are DICOM slices. Used by the series reader and by the gate, which hashes
// them.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/files.h"

namespace warmstart::medical {

/// Plain files with the DICM mark, sorted by name. Error when there is none, or more than 5000.
std::vector<Path> dicom_files(const Path& folder);
bool is_dicom_file(const Path& file);
/// Whether dicom_files would find any.
bool holds_dicom(const Path& folder);

/// A slice's pixel data (7FE0,0010) must be there whole: `bytes` of it, or, when compressed, up to
/// its end mark. The decoder fills what a cut file lacks with whatever the memory held. Error "the
/// file is cut".
void check_dicom_pixels(const Path& file, std::uint64_t bytes);

}  // namespace warmstart::medical
