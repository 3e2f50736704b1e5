#include "core/run/executor.h"

#include <signal.h>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr int kWorkerOomScore =
    500;  // when memory runs out a worker goes before the window and the runner

}  // namespace

std::vector<std::string> worker_command(const Path& worker, const Launch& launch) {
  return {worker.string(),           "work",      launch.folder.root.string(),    "--device",
          launch.device.argument(),  "--threads", std::to_string(launch.threads), "--job",
          std::to_string(launch.job)};
}

std::optional<std::string> LocalExecutor::launch(
    const Launch& launch, const std::function<bool(const std::string&)>& record) {
  SpawnRequest request;
  request.arguments = worker_command(worker_, launch);
  request.environment = {{"OMP_WAIT_POLICY", "passive"},
                         {"OMP_NUM_THREADS", std::to_string(launch.threads)},
                         {"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}};
  request.output = launch.folder.log();
  request.oom_score_adjust = kWorkerOomScore;
  request.gated = true;
  ChildProcess child = ChildProcess::spawn(request);
  const std::string lease = child.lease().text();
  if (!record(lease))
    return std::nullopt;  // the gate closes with the child's handle, and the child ends
  child.open_gate();
  children_.insert_or_assign(lease, std::move(child));
  return lease;
}

std::optional<ExitStatus> LocalExecutor::poll(const std::string& lease) {
  const auto child = children_.find(lease);
  if (child == children_.end()) {
    const std::optional<Lease> adopted = Lease::parse(lease);
    if (adopted && adopted->alive()) return std::nullopt;
    return ExitStatus{};
  }
  const std::optional<ExitStatus> status = child->second.poll();
  if (status) children_.erase(child);
  return status;
}

void LocalExecutor::end(const std::string& lease, bool at_once) {
  const std::optional<Lease> holder = Lease::parse(lease);
  if (!holder) return;
  signal_group(*holder, at_once ? SIGKILL : SIGTERM);
  signal_group(*holder, SIGCONT);  // a stopped process sees SIGTERM only once it goes on
}

void LocalExecutor::wait(const std::vector<std::string>& leases, std::chrono::milliseconds limit) {
  std::vector<Lease> parsed;
  for (const std::string& lease : leases) {
    if (const std::optional<Lease> one = Lease::parse(lease)) parsed.push_back(*one);
  }
  wait_for_any(parsed, limit);
}

}  // namespace warmstart
