#include "plugins/audio/components/distinct_draw.h"

#include <numeric>
#include <utility>

namespace warmstart::audio {

std::vector<std::int64_t> distinct_draw(std::int64_t count, std::int64_t size, Random& random) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(size));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < count; ++i) {
    std::swap(all[static_cast<std::size_t>(i)],
              all[static_cast<std::size_t>(random.integer(i, size - 1))]);
  }
  all.resize(static_cast<std::size_t>(count));
  return all;
}

}  // namespace warmstart::audio
