// Does a WAV file hold what its header says? libsndfile quietly reads as much as there is, so that
// a truncated recording would pass for a short one.
#pragma once
#include "core/base/files.h"

namespace warmstart::audio {

/// Walks the chunks of a RIFF file; files of other formats pass. Errors: the sound ends before the
/// length the header gives, the header gives no length, or bytes follow that belong to no chunk.
void check_wav(const Path& path);

}  // namespace warmstart::audio
