#include "plugins/audio/components/span_mask.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "plugins/audio/components/distinct_draw.h"

namespace warmstart::audio {

at::Tensor span_mask(const std::vector<std::int64_t>& lengths, std::int64_t columns,
                     const SpanOptions& options, std::uint64_t seed) {
  at::Tensor mask = at::zeros({static_cast<std::int64_t>(lengths.size()), columns}, at::kBool);
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    const std::int64_t places = lengths[b] - options.span + 1;
    if (places < 1) continue;
    Random random(mix_seed(seed, "span_mask", b));
    const double wanted = options.starts * static_cast<double>(lengths[b]) + random.uniform();
    const std::int64_t spans =
        std::clamp(static_cast<std::int64_t>(wanted), std::min(options.at_least, places), places);
    for (const std::int64_t start : distinct_draw(spans, places, random))
      mask[static_cast<std::int64_t>(b)].narrow(0, start, options.span).fill_(true);
  }
  return mask;
}

}  // namespace warmstart::audio
