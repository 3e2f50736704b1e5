#include "plugins/satellite/components/band_statistics.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace warmstart::satellite {

at::Tensor channel_percentile(const at::Tensor& image_CHW, double percent) {
  const at::Tensor flat = image_CHW.to(at::kFloat).flatten(1);
  return at::quantile(flat, percent / 100, 1).view({-1, 1, 1});
}

at::Tensor for_channels(const std::vector<double>& numbers, const at::Tensor& image_CHW,
                        const std::string& key, const std::string& sample) {
  if (numbers.size() == 1) return at::full({1, 1, 1}, numbers[0], at::kFloat);
  if (static_cast<std::int64_t>(numbers.size()) == image_CHW.size(0))
    return at::tensor(numbers, at::kFloat).view({-1, 1, 1});
  throw Error(key + " has " + std::to_string(numbers.size()) + " numbers, the image has " +
                  std::to_string(image_CHW.size(0)) + " channels",
              sample, "give one number for each channel, or one for all");
}

at::Tensor stretched(const at::Tensor& image_CHW, double low_percent, double high_percent) {
  const at::Tensor image = image_CHW.to(at::kFloat);
  const at::Tensor low = channel_percentile(image, low_percent),
                   span = channel_percentile(image, high_percent) - low;
  return at::where(span > 0, ((image - low) / span).clamp(0, 1), at::zeros_like(image));
}

}  // namespace warmstart::satellite
