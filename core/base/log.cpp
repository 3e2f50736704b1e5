#include "core/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mutex>

namespace warmstart {
namespace {

constexpr const char* kLoggerName = "warmstart";

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kNothing:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

/// Lines reach the system one by one: the last ones before a crash are those that are wanted.
class LogFileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LogFileSink(const Path& path) : file_(path) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_.append(std::string_view(line.data(), line.size() - 1));  // without its own newline
    file_.flush();
  }
  void flush_() override { file_.flush(); }

 private:
  AppendFile file_;
};

bool is_standard_error(const Path& file) {
  struct stat ours {
  }, theirs{};
  return ::fstat(STDERR_FILENO, &ours) == 0 && ::stat(file.c_str(), &theirs) == 0 &&
         ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

void install_logger(std::vector<spdlog::sink_ptr> sinks) {
  auto logger = std::make_shared<spdlog::logger>(kLoggerName, sinks.begin(), sinks.end());
  logger->set_level(spdlog::level::trace);  // the sinks decide
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc, "\n"));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace

void start_log(const LogOptions& options) {
  std::vector<spdlog::sink_ptr> sinks;
  if (!options.file.empty()) {
    sinks.push_back(std::make_shared<LogFileSink>(options.file));
    sinks.back()->set_level(spdlog_level(options.file_level));
  }
  if (options.file.empty() || !is_standard_error(options.file)) {
    sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    sinks.back()->set_level(spdlog_level(options.stderr_level));
  }
  install_logger(std::move(sinks));
}

void stop_log() { start_log({}); }

void log_line(LogLevel level, std::string_view text) {
  // spdlog's own default would write to standard output, where answers for machines go.
  if (spdlog::default_logger_raw()->name() != kLoggerName) stop_log();
  spdlog::default_logger_raw()->log(spdlog_level(level),
                                    spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace warmstart
