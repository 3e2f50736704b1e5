#include "core/base/random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace warmstart {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t mix_seed(std::uint64_t seed, std::string_view stream, std::uint64_t index,
                       std::uint64_t sub) {
  std::uint64_t state = seed;
  std::uint64_t mixed = splitmix(state);
  for (const unsigned char c : stream) {
    state = mixed ^ c;
    mixed = splitmix(state);
  }
  for (const std::uint64_t part : {index, sub}) {
    state = mixed ^ (part * 0xd1342543de82ef95ULL + 1);
    mixed = splitmix(state);
  }
  return mixed;
}

Random::Random(std::uint64_t seed) {
  for (auto& word : state_) word = splitmix(seed);
}

std::uint64_t Random::bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::int64_t Random::integer(std::int64_t low, std::int64_t high) {
  const double span = static_cast<double>(high - low) + 1.0;
  const auto offset = static_cast<std::int64_t>(uniform() * span);
  return low + std::min(offset, high - low);
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

bool Random::chance(double probability) { return uniform() < probability; }

}  // namespace warmstart
