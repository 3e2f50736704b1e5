#include "core/base/memory.h"

#include <cstdlib>
#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace warmstart {
namespace {

/// Of "VmRSS:    12345 kB" in one of the system's tables.
std::uint64_t kilobytes_line(const char* file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name + ":", 0) == 0)
      return std::strtoull(line.c_str() + name.size() + 1, nullptr, 10) * 1024;
  }
  return 0;
}

}  // namespace

void tune_allocator() {
#ifdef __GLIBC__
  // Both together: setting one switches off glibc's own adjustment of the other.
  constexpr int kKeep = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kKeep);
  mallopt(M_TRIM_THRESHOLD, kKeep);
#endif
}

void release_free_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

std::uint64_t resident_memory() { return kilobytes_line("/proc/self/status", "VmRSS"); }

std::uint64_t peak_memory() { return kilobytes_line("/proc/self/status", "VmHWM"); }

void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

std::uint64_t available_memory() { return kilobytes_line("/proc/meminfo", "MemAvailable"); }

}  // namespace warmstart
