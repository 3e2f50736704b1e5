#include "core/layers/tap.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <thread>

namespace warmstart::testing {
namespace {

TEST(Tap, IsSilentWithoutAListener) {
  EXPECT_FALSE(tapping());
  tap("anything", at::zeros({1}));
}

TEST(Tap, GivesTensorsToTheInnermostListenerOfThisThread) {
  std::vector<std::string> outer, inner;
  {
    const TapScope first(
        [&](const std::string& name, const at::Tensor&) { outer.push_back(name); });
    tap("a", at::zeros({1}));
    {
      const TapScope second(
          [&](const std::string& name, const at::Tensor&) { inner.push_back(name); });
      tap("b", at::zeros({1}));
    }
    tap("c", at::zeros({1}));
    std::thread([] { EXPECT_FALSE(tapping()); }).join();
  }
  EXPECT_EQ(outer, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(inner, (std::vector<std::string>{"b"}));
  EXPECT_FALSE(tapping());
}

}  // namespace
}  // namespace warmstart::testing
