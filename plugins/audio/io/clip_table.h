// Clips listed in a table: CSV or TSV with a header row, or JSON lines.
#pragma once
#include <vector>

#include "plugins/audio/io/clip_list.h"

namespace warmstart::audio {

/// The rows in order. A column that `options` names must be there; the label's may be missing when
/// it was not asked for by another name than the default. Errors name file and line.
std::vector<Clip> read_clip_table(const ClipListOptions& options);

}  // namespace warmstart::audio
