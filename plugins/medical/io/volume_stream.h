// The reader program's second service: one volume decoded into memory that the window has made, for
// the window, which loads no decoder itself. `--decode FD CPU_SECONDS`; a JSON line each way:
//
//   in   {"path", "series", "grid"}   series: of a DICOM folder, "" = the largest; grid: null, or
//                                     {"size", "affine"} that the volume must lie on
//   out  {"good": true, "size", "affine", "axis", "flip", "bytes", ...}   see facts_line()
//   in   an empty line, once FD is `bytes` long
//   out  {"progress": share} now and then, then {"good": true, "low", "high", "whole",
//        "not_finite"}: FD holds the voxels, in their own type and stored order
//
// or, instead of what is "good": {"good": false, "reason", "hint"}.
#pragma once
#include "core/base/json.h"
#include "plugins/medical/io/volume_source.h"

namespace warmstart::medical {

/// Serves one request from standard input; the exit code of the program.
int stream_volume(int memory, int cpu_seconds);

/// "axis" and "flip": which stored axis lies closest to right, front and top, and whether it runs
/// against it.
Json facts_line(const VolumeFacts& facts);

}  // namespace warmstart::medical
