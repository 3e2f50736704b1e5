// parallel_for: every index once, whatever the threads, and the first failure is told.
#include "core/base/parallel.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace warmstart {
namespace {

TEST(ParallelFor, CallsEachIndexOnce) {
  for (const unsigned threads : {0U, 1U, 3U, 64U}) {
    std::vector<int> called(1000, 0);
    parallel_for(called.size(), threads, [&](std::size_t i) { ++called[i]; });
    EXPECT_EQ(called, std::vector<int>(1000, 1)) << threads;
  }
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, ThrowsTheFailureOfTheSmallestIndexWhenAllHaveEnded) {
  std::vector<int> called(200, 0);
  try {
    parallel_for(called.size(), 4, [&](std::size_t i) {
      called[i] = 1;
      if (i % 50 == 7) throw std::runtime_error(std::to_string(i));
    });
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "7");
  }
  EXPECT_EQ(called, std::vector<int>(200, 1));
}

}  // namespace
}  // namespace warmstart
