// The program's side of FileGuard: what the main function of a plugin's reader calls. It decodes
// the files named on standard input (each ended by a zero byte) under limits of time and memory,
// prints one verdict line for each, and may die over any file without harm.
#pragma once
#include <cstdint>
#include <functional>

#include "core/base/files.h"
#include "core/base/json.h"

namespace warmstart {

/// Gives the verdict's line of one file; may throw (Error: its problem and hint become the
/// verdict).
using JudgeFile = std::function<Json(const Path& file)>;

/// `arguments`: the program's; the first is the CPU time for one file in seconds (20 without).
int run_guarded_reader(int count, char** arguments, const JudgeFile& judge);

/// What every reader does first: it ends with its parent, leaves no core file and writes no file.
void guard_process();

/// Lets this process compute for so many more seconds than now.
void limit_cpu(int seconds);

/// Before decoding: lets this process map so many bytes more than now.
void limit_memory(std::uint64_t more_bytes);

}  // namespace warmstart
