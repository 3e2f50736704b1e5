// A process tells what it takes: its memory grows by what it touches, its processors by its work.
#include "core/run/process_use.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <vector>

#include "core/run/devices.h"

namespace warmstart {
namespace {

TEST(ProcessUse, MemoryThatIsTouchedIsResident) {
  ProcessUse use(-1);
  const double before = use.look().at("resident_gib");
  const std::vector<char> touched(std::size_t{256} << 20, 1);
  EXPECT_NEAR(use.look().at("resident_gib").get<double>() - before, 0.25, 0.02);
}

/// The clock of the process says what a shared machine gave it.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

TEST(ProcessUse, ProcessorsAreItsOwnTimeOverTheTimeThatPassed) {
  using Clock = std::chrono::steady_clock;
  ProcessUse use(-1);
  EXPECT_FALSE(use.look().contains("cpu_cores")) << "there was no look before";
  const auto since = Clock::now();
  const double worked_before = cpu_seconds();
  volatile double sink = 1;
  while (cpu_seconds() - worked_before < 0.2) sink = sink * 1.0001;
  const double told = use.look().at("cpu_cores");
  const double passed = std::chrono::duration<double>(Clock::now() - since).count();
  EXPECT_NEAR(told / ((cpu_seconds() - worked_before) / passed), 1, 0.1);
}

TEST(ProcessUse, WithoutAGpuNothingIsSaidOfOne) {
  ProcessUse use(-1);
  EXPECT_FALSE(use.look().contains("gpu_share"));
}

TEST(ProcessUse, AGpusLoadIsWhatItsDriversLibrarySays) {
  const char* path = WARMSTART_BINARY_DIR "/tests/fake_nvml/libnvidia-ml.so.1";
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  const Json busy = ProcessUse(1).look();
  EXPECT_NEAR(busy.at("gpu_share").get<double>(), 0.87, 1e-12);
  EXPECT_NEAR(busy.at("gpu_memory_gib").get<double>(), 31.5, 1e-12);
  EXPECT_FALSE(ProcessUse(2).look().contains("gpu_share")) << "there are two";
  const std::vector<Device> devices = cuda_devices();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[1].name, "cuda:1");
  EXPECT_EQ(devices[1].description, "Fake GPU 1");
  EXPECT_EQ(devices[1].memory, std::int64_t{80} << 30);
  dlclose(library);
}

}  // namespace
}  // namespace warmstart
