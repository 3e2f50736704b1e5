// The machine's places for jobs: its NVIDIA GPUs, else slots on the CPU, or what the workspace's
// devices.yaml says. Called by `warmstart serve` when it starts.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/run/workspace.h"

namespace warmstart {

struct Device {
  std::string name;         ///< "cuda:0", "cpu", or what devices.yaml calls it
  std::string kind;         ///< cpu, cuda
  std::int64_t index = 0;   ///< of a GPU, in PCI order
  std::int64_t places = 1;  ///< jobs at once
  std::int64_t memory = 0;  ///< bytes; 0 = unknown
  std::string description;  ///< "NVIDIA H100 80GB HBM3"

  /// What the worker is told: "cpu", "cuda:1".
  std::string argument() const { return kind == "cuda" ? "cuda:" + std::to_string(index) : "cpu"; }
  /// Whether a job that asked for `wanted` ("", kind, name or argument) may run here.
  bool accepts(const std::string& wanted) const;
};
Json to_json(const Device& device);

/// GPUs by the driver's management library, or by /dev/nvidia<n> where that cannot be loaded.
std::vector<Device> cuda_devices();
/// One device of so many places; 0 = a quarter of the cores, at least 1.
Device cpu_device(std::int64_t places);
std::int64_t core_count();  ///< that this process may use

/// Reads `devices: [{name: gpu, kind: cuda, index: 1, slots: 2}, ...]`. Error lists every problem.
std::vector<Device> read_devices(const Path& file);

struct DeviceOptions {
  bool use_cuda = true;     ///< false: this build's LibTorch has no CUDA
  std::int64_t places = 0;  ///< of the CPU, or of each GPU; 0 = default
};
/// devices.yaml of the workspace, else GPUs, else the CPU.
std::vector<Device> find_devices(const Path& workspace, const DeviceOptions& options);

/// Notes them in the index, for the window and the command line.
void record_devices(Workspace& workspace, const std::vector<Device>& devices);
/// As they were noted last, by name; none before the first runner.
std::vector<Device> recorded_devices(Workspace& workspace);

}  // namespace warmstart
