#include "core/run/process_use.h"

#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>

namespace warmstart {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

std::optional<double> resident_gib() {
  std::ifstream file("/proc/self/statm");
  double whole = 0, resident = 0;
  if (!(file >> whole >> resident)) return {};
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / kGiB;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double process_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return seconds_of(use.ru_utime) + seconds_of(use.ru_stime);
}

double use_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

/// The management library's stable C interface, as far as it is needed here.
struct ProcessUse::Gpu {
  struct Memory {
    unsigned long long total, free, used;
  };
  struct Rates {
    unsigned int gpu, memory;  // percent
  };
  void* library = nullptr;
  void* handle = nullptr;
  int (*shutdown)() = nullptr;
  int (*memory)(void*, Memory*) = nullptr;
  int (*rates)(void*, Rates*) = nullptr;

  ~Gpu() {
    if (handle != nullptr) shutdown();
    if (library != nullptr) dlclose(library);
  }
  bool open(int index) {
    library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    const auto take = [this](auto& function, const char* symbol) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, symbol));
      return function != nullptr;
    };
    int (*init)() = nullptr;
    int (*find)(unsigned int, void**) = nullptr;
    if (!take(init, "nvmlInit_v2") || !take(shutdown, "nvmlShutdown") ||
        !take(find, "nvmlDeviceGetHandleByIndex_v2") || !take(memory, "nvmlDeviceGetMemoryInfo") ||
        !take(rates, "nvmlDeviceGetUtilizationRates") || init() != 0)
      return false;
    if (find(static_cast<unsigned int>(index), &handle) == 0) return true;
    handle = nullptr;
    shutdown();
    return false;
  }
};

ProcessUse::ProcessUse(int gpu) {
  if (gpu < 0) return;
  auto found = std::make_unique<Gpu>();
  if (found->open(gpu)) gpu_ = std::move(found);
}

ProcessUse::~ProcessUse() = default;

Json ProcessUse::look() {
  Json use = Json::object();
  if (const auto resident = resident_gib()) use["resident_gib"] = *resident;
  const double wall = use_clock(), cpu = process_seconds();
  if (wall_ && wall > *wall_) use["cpu_cores"] = (cpu - *cpu_) / (wall - *wall_);
  wall_ = wall;
  cpu_ = cpu;
  if (gpu_ == nullptr) return use;
  Gpu::Memory memory{};
  Gpu::Rates rates{};
  if (gpu_->rates(gpu_->handle, &rates) == 0) use["gpu_share"] = rates.gpu / 100.0;
  if (gpu_->memory(gpu_->handle, &memory) == 0)
    use["gpu_memory_gib"] = static_cast<double>(memory.used) / kGiB;
  return use;
}

}  // namespace warmstart
