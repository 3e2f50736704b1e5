// A process tells what it takes: its memory grows by what it touches, its processors by its work.
#include "core/run/process_use.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace warmstart {
namespace {

TEST(ProcessUse, MemoryThatIsTouchedIsResident) {
  ProcessUse use(-1);
  const double before = use.look().at("resident_gib");
  const std::vector<char> touched(std::size_t{256} << 20, 1);
  EXPECT_NEAR(use.look().at("resident_gib").get<double>() - before, 0.25, 0.02);
}

TEST(ProcessUse, ABusyThreadIsAboutOneProcessorAndAnIdleOneNone) {
  ProcessUse use(-1);
  EXPECT_FALSE(use.look().contains("cpu_cores")) << "there was no look before";
  const auto busy_since = std::chrono::steady_clock::now();
  volatile double sink = 1;
  while (std::chrono::steady_clock::now() - busy_since < std::chrono::milliseconds(300))
    sink = sink * 1.0001;
  const double busy = use.look().at("cpu_cores");
  EXPECT_GT(busy, 0.1) << "the machine may be shared";
  EXPECT_LT(busy, 1.3);
}

TEST(ProcessUse, WithoutAGpuNothingIsSaidOfOne) {
  ProcessUse use(-1);
  EXPECT_FALSE(use.look().contains("gpu_share"));
}

}  // namespace
}  // namespace warmstart
