#include "core/base/random.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <string>

#include "core/base/error.h"

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

double Random::uniform(double low, double high) {
  const double value = low + (high - low) * uniform();
  return value < high ? value : low;  // rounding may reach `high`
}

std::int64_t Random::integer(std::int64_t low, std::int64_t high) {
  if (low > high) {
    throw Error(
        "no whole number lies between " + std::to_string(low) + " and " + std::to_string(high), "",
        "report this");
  }
  // Lemire (2019): the high half of a product is uniform once the few products that would favour
  // some values are drawn again. Unsigned arithmetic, since the span of the largest range does not
  // fit a signed number.
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (span == 0) return static_cast<std::int64_t>(bits());  // every 64-bit number
  Wide product = static_cast<Wide>(bits()) * span;
  if (static_cast<std::uint64_t>(product) < span) {
    const std::uint64_t favoured = (0 - span) % span;
    while (static_cast<std::uint64_t>(product) < favoured)
      product = static_cast<Wide>(bits()) * span;
  }
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                   static_cast<std::uint64_t>(product >> 64));
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

bool Random::chance(double probability) { return uniform() < probability; }

}  // namespace warmstart
