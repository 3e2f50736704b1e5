// Plain log lines, "2026-01-31T12:00:00.000Z warning text", to standard error and to the log.txt of
// a run. The worker's main and the command line call start_log once; anyone may write. What a run
// means to say to its watchers goes to its event log instead. The one global is spdlog's default
// logger; spdlog itself stays behind this header.
#pragma once
#include <string_view>

#include "core/base/files.h"

namespace warmstart {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kNothing };

struct LogOptions {
  Path file;  ///< empty: standard error alone
  LogLevel file_level = LogLevel::kInfo;
  LogLevel stderr_level = LogLevel::kWarning;
};

/// From here on lines go where `options` say; without it warnings and errors go to standard error.
/// Where standard error is already redirected to `file`, each line is written once. Throws Error
/// (kMachine) when the file cannot be opened.
void start_log(const LogOptions& options);
/// Ends the file; standard error goes on.
void stop_log();

/// Never throws: a line that a full disk keeps out of the file is named on standard error. A level
/// of kNothing writes nothing.
void log_line(LogLevel level, std::string_view text);
inline void log_debug(std::string_view text) { log_line(LogLevel::kDebug, text); }
inline void log_info(std::string_view text) { log_line(LogLevel::kInfo, text); }
inline void log_warning(std::string_view text) { log_line(LogLevel::kWarning, text); }
inline void log_error(std::string_view text) { log_line(LogLevel::kError, text); }

}  // namespace warmstart
