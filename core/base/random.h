// Random numbers as a function of (seed, stream, index): no global state, so any sample or step can
// be drawn again after a resume without replaying what came before. Generator: xoshiro256** seeded
// by splitmix64 (Blackman and Vigna, 2018).
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace warmstart {

/// Mixes the parts into one 64-bit seed; equal parts give equal seeds on every machine.
std::uint64_t mix_seed(std::uint64_t seed, std::string_view stream, std::uint64_t index = 0,
                       std::uint64_t sub = 0);

class Random {
 public:
  explicit Random(std::uint64_t seed);
  std::uint64_t bits();
  double uniform();                         ///< in [0, 1)
  double uniform(double low, double high);  ///< in [low, high); low where both are equal
  std::int64_t integer(std::int64_t low,
                       std::int64_t high);  ///< in [low, high]; Error when low > high
  double normal();                          ///< mean 0, standard deviation 1
  bool chance(double probability);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace warmstart
