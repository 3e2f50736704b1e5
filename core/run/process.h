// Processes by a name that cannot be confused: pid, start time and boot. Spawning workers behind a
// gate, watching and ending them. Called by the runner, the workspace (who holds a run) and the
// command line.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

/// One process of one boot of one machine. A pid alone is reused; with the start time (field 22 of
/// /proc/PID/stat, clock ticks since boot) and the boot id it is not.
struct Lease {
  pid_t pid = 0;
  std::uint64_t start = 0;
  std::string boot;

  static Lease mine();
  /// Of a living process; nullopt when there is none (a zombie counts as none).
  static std::optional<Lease> of(pid_t pid);
  static std::optional<Lease> parse(const std::string& text);
  std::string text() const;  ///< "pid:start:boot"
  bool alive() const;
};

/// How a process ended.
struct ExitStatus {
  std::optional<int>
      code;  ///< exit code; none when a signal ended it, or when it was not our child
  int signal = 0;
  bool known() const { return code.has_value() || signal != 0; }
};

/// "SIGSEGV" for 11; "signal 64" for one without a name.
std::string signal_name(int signal);

struct SpawnRequest {
  std::vector<std::string> arguments;              ///< arguments[0] is the program's path
  std::map<std::string, std::string> environment;  ///< added to ours
  Path output;  ///< stdout and stderr are appended here; empty: inherited
  int oom_score_adjust = 0;
  bool new_session = false;  ///< detached from the terminal
  bool gated =
      false;  ///< the program starts only after open_gate(); it never starts if we die before
};

/// A child in a process group of its own, standard input from /dev/null. The destructor lets it
/// live.
class ChildProcess {
 public:
  static ChildProcess spawn(const SpawnRequest& request);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  const Lease& lease() const { return lease_; }
  void open_gate();
  /// nullopt while it runs; reaps it.
  std::optional<ExitStatus> poll();
  ExitStatus wait();

 private:
  ChildProcess() = default;
  Lease lease_;
  int gate_ = -1;
  std::optional<ExitStatus> status_;
};

/// Sends a signal to the process group of a lease that is alive; false when it is not.
bool signal_group(const Lease& lease, int signal);

/// Sleeps up to `limit`, or until one of the processes ends.
void wait_for_any(const std::vector<Lease>& leases, std::chrono::milliseconds limit);

/// The program `name` beside the running one, or the file that the environment variable names.
/// Error when missing.
Path sibling_program(const std::string& name, const char* environment_variable);

/// Runs a program to its end and returns its output. Standard error is kept apart.
struct CommandResult {
  ExitStatus status;
  std::string output, errors;
};
CommandResult run_command(const std::vector<std::string>& arguments);

}  // namespace warmstart
