// The reader program's third service: the surfaces of a label volume that the window has put into
// memory. `--surface FD CPU_SECONDS`; a JSON line each way:
//
//   in   {"size", "affine", "most_triangles"}   of the labels in FD: 16 bits each, i fastest
//   out  {"progress": share} now and then, then {"good": true, "surfaces": [{"label", "points",
//        "triangles"}, ...]} with counts, and behind the line for each of these its points (six
//        32-bit floats: place in mm, normal) and its triangles (three 32-bit numbers of points)
//
// or, instead of what is "good": {"good": false, "reason", "hint"}.
#pragma once

namespace warmstart::medical {

/// Serves one request from standard input; the exit code of the program.
int stream_surfaces(int memory, int cpu_seconds);

}  // namespace warmstart::medical
