// Where on the ground a capture's samples lie, for inspectors whose record is one a sample: what
// the Map panel puts them by.
#pragma once
#include "core/inspect/inspector.h"

namespace warmstart {

/// Adds, where the watched samples have it, the tensor "geotransform" (S 6), and to the header
/// "tile": rows and columns of pixels that it places. After the header was set.
void add_sample_places(Capture& capture, const Batch& watch);

}  // namespace warmstart
