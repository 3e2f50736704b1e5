// The reader program's second service: parts of one raster on demand, for the window, which loads
// no decoder itself. Protocol on standard input and output: first one JSON line, {"good", "width",
// "height", "bands", "placed", "transform", "crs", "crs_name", "geographic", "metres", "classes"}
// or
// {"good": false, "reason", "hint"}; then for each request line
//   {"bands": [...], "window": [left, top, width, height], "size": [columns, rows], "nearest":
//   bool}
// the number of values as native int64 and that many float32 (band, row, column), NaN where there
// is no data; and for {"earth": [column, row]} that number (2, or 0 where it is not known) and as
// many float64: latitude and longitude in degrees. What cannot be decoded is answered with the
// number -1, then as int64 the bytes of a text that says why, and these. Ends with its input.
#pragma once
#include "core/base/files.h"

namespace warmstart::satellite {

/// Most values of one request.
inline constexpr long long kMostStreamed = 1LL << 26;

/// Serves until standard input ends; the exit code of the program.
int stream_raster(const Path& file);

}  // namespace warmstart::satellite
