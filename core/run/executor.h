// Where a job's worker process lives: on this machine, or in a cluster. The runner decides what
// happens, an executor does it. A lease is the executor's own name for one living worker, kept in
// the job's row; with it a new runner finds workers that outlived the old one.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/run/devices.h"
#include "core/run/process.h"
#include "core/run/run_folder.h"

namespace warmstart {

struct Launch {
  std::int64_t job = 0;
  RunFolder folder;
  Device device;
  std::int64_t threads = 1;
};

class Executor {
 public:
  virtual ~Executor() = default;
  /// Starts the worker. `record` writes the lease down; while it has not returned true no training
  /// may start, and when it returns false none ever does. Returns the lease that was recorded,
  /// nullopt when it was not.
  virtual std::optional<std::string> launch(
      const Launch& launch, const std::function<bool(const std::string&)>& record) = 0;
  /// nullopt while the worker lives. An ended one that was not our child has an unknown status.
  virtual std::optional<ExitStatus> poll(const std::string& lease) = 0;
  /// Asks it to end (a checkpoint is still written), or ends it at once.
  virtual void end(const std::string& lease, bool at_once) = 0;
  /// Sleeps up to `limit`, or until one of the workers ends.
  virtual void wait(const std::vector<std::string>& leases, std::chrono::milliseconds limit) = 0;
};

/// Worker processes on this machine, each in a process group of its own.
class LocalExecutor final : public Executor {
 public:
  explicit LocalExecutor(Path worker) : worker_(std::move(worker)) {}
  std::optional<std::string> launch(const Launch& launch,
                                    const std::function<bool(const std::string&)>& record) override;
  std::optional<ExitStatus> poll(const std::string& lease) override;
  void end(const std::string& lease, bool at_once) override;
  void wait(const std::vector<std::string>& leases, std::chrono::milliseconds limit) override;

 private:
  Path worker_;
  std::map<std::string, ChildProcess> children_;
};

/// The worker's command line: `warmstart-worker work FOLDER --device D --threads N --job ID`.
std::vector<std::string> worker_command(const Path& worker, const Launch& launch);

}  // namespace warmstart
