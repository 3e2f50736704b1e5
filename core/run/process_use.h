// What the calling process takes of the machine: memory, processors, and the GPU it computes on.
// The trainer writes it to the event log every few seconds, as "system" events.
#pragma once
#include <memory>
#include <optional>

#include "core/base/json.h"

namespace warmstart {

class ProcessUse {
 public:
  /// `gpu`: number of the GPU in PCI order, -1 = none. Its driver's library is loaded where it is
  /// there; without it nothing is said of the GPU.
  explicit ProcessUse(int gpu);
  ~ProcessUse();
  ProcessUse(const ProcessUse&) = delete;
  ProcessUse& operator=(const ProcessUse&) = delete;

  /// {"resident_gib", "cpu_cores", "gpu_share", "gpu_memory_gib"}: memory in GiB, processors busy
  /// on average since the look before (none at the first), share of the time that the GPU was busy
  /// (0 to 1) and its memory in use by everybody. What cannot be read is left out.
  Json look();

 private:
  struct Gpu;
  std::unique_ptr<Gpu> gpu_;
  std::optional<double> wall_, cpu_;  ///< seconds at the look before
};

}  // namespace warmstart
