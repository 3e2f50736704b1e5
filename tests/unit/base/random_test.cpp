#include "core/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();

TEST(Random, AnIndependentImplementationDrawsTheSame) {
  const Json reference = testing::ask_reference("random_numbers.py", "");
  ASSERT_TRUE(reference.is_object());
  for (const auto& [name, seed] :
       std::map<std::string, std::uint64_t>{{"0", 0}, {"42", 42}, {"max", ~0ULL}}) {
    Random bits(seed), uniform(seed), normal(seed), small(seed), wide(seed);
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(std::to_string(bits.bits()), reference["bits." + name][i]) << name << " " << i;
      EXPECT_EQ(uniform.uniform(), reference["uniform." + name][i].get<double>())
          << name << " " << i;
      EXPECT_NEAR(normal.normal(), reference["normal." + name][i].get<double>(), 1e-14)
          << name << " " << i;
      EXPECT_EQ(std::to_string(small.integer(-3, 6)), reference["small." + name][i])
          << name << " " << i;
      EXPECT_EQ(std::to_string(wide.integer(kLow, 1LL << 62)), reference["wide." + name][i])
          << name << " " << i;
    }
  }
}

TEST(Random, SeedsMixAsInAnIndependentImplementation) {
  const Json reference = testing::ask_reference("random_numbers.py", "")["mix"];
  const std::vector<std::uint64_t> ours{mix_seed(0, ""), mix_seed(7, "data"),
                                        mix_seed(7, "data", 3), mix_seed(7, "data", 3, 9),
                                        mix_seed(~0ULL, "Ma\xc3\x9f", ~0ULL, 1)};
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_EQ(std::to_string(ours[i]), reference[i]) << i;
}

TEST(Random, EveryPartOfASeedMatters) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const char* stream : {"", "a", "b", "ab", "ba"}) {
      for (std::uint64_t index = 0; index < 20; ++index) {
        for (std::uint64_t sub = 0; sub < 20; ++sub)
          seeds.insert(mix_seed(seed, stream, index, sub));
      }
    }
  }
  EXPECT_EQ(seeds.size(), 10U * 5 * 20 * 20);
}

/// Chi-square of counts against equal shares.
double chi_square(const std::vector<int>& counts, double share) {
  double sum = 0;
  for (const int count : counts) sum += (count - share) * (count - share) / share;
  return sum;
}

TEST(Random, NeighbouringSeedsFillTheUnitIntervalEvenly) {
  // First draw of each sample's own generator: what augmentations really use. 99.99% of chi-square
  // with 99 degrees: 161.
  std::vector<int> counts(100);
  for (std::uint64_t index = 0; index < 100000; ++index) {
    const double u = Random(mix_seed(1, "augment", index)).uniform();
    ASSERT_TRUE(u >= 0 && u < 1);
    ++counts[static_cast<std::size_t>(u * 100)];
  }
  EXPECT_LT(chi_square(counts, 1000), 161);
  EXPECT_GT(chi_square(counts, 1000), 50) << "more even than chance allows";
}

TEST(Random, IntegersReachBothEndsEvenly) {
  Random random(5);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[static_cast<std::size_t>(random.integer(-3, 3) + 3)];
  EXPECT_LT(chi_square(counts, 10000), 28);  // 99.99% with 6 degrees
  EXPECT_EQ(random.integer(4, 4), 4);
  bool negative = false, positive = false;
  for (int i = 0; i < 64; ++i) (random.integer(kLow, kHigh) < 0 ? negative : positive) = true;
  EXPECT_TRUE(negative && positive);
}

TEST(Random, AnEmptyRangeIsAnError) {
  EXPECT_EQ(testing::error_of([] { Random(1).integer(3, 2); }),
            "no whole number lies between 3 and 2; report this");
}

TEST(Random, NormalsHaveMeanZeroAndDeviationOne) {
  Random random(9);
  constexpr int kDraws = 100000;
  double sum = 0, squares = 0, fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0, 4 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(fourth / kDraws, 3, 4 * std::sqrt(96.0 / kDraws));
}

TEST(Random, UniformKeepsToItsRange) {
  Random random(2);
  const double next = std::nextafter(1.0, 2.0);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(random.uniform(1.0, next), 1.0) << "rounding must not reach the end";
  EXPECT_EQ(random.uniform(3, 3), 3);
  int hits = 0;
  for (int i = 0; i < 10000; ++i) hits += random.chance(0.25);
  EXPECT_NEAR(hits, 2500, 4 * std::sqrt(10000 * 0.25 * 0.75));
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

}  // namespace
}  // namespace warmstart
