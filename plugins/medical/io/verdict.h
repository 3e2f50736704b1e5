// What the reader process found in one file. Verdicts travel as one JSON line, and are remembered
// by content (core/base/file_guard.h), so that a file is decoded under guard once.
#pragma once
#include <string>

#include "core/base/files.h"
#include "core/base/json.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

struct Verdict {
  bool good = false;
  std::string reason, hint;  ///< when bad
  Grid grid;                 ///< when good; without the NIfTI forms
  double low = 0, high = 0;  ///< of the voxels
  bool whole = false;        ///< all voxels are whole numbers
};

Json to_json(const Verdict& verdict);
Verdict verdict_from_json(const Json& json);

/// SHA-256 over a file, the data file its header names, or a DICOM folder's slices.
std::string content_key(const Path& path);

}  // namespace warmstart::medical
