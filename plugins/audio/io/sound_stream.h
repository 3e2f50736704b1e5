// The reader program's second service: pieces of one sound file on demand, for the window, which
// loads no decoder itself. Protocol on standard input and output: first one JSON line, {"good",
// "rate", "channels", "frames"} or {"good": false, "reason", "hint"}; then for each request of two
// native int64 (first frame, frames) the number of frames that follow as int64 and that many frames
// of interleaved float32. Ends with its input.
#pragma once
#include "core/base/files.h"

namespace warmstart::audio {

/// Most frames of one request.
inline constexpr long long kMostStreamed = 1 << 20;

/// Serves until standard input ends; the exit code of the program.
int stream_sound(const Path& file);

}  // namespace warmstart::audio
