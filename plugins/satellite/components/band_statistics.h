// Statistics of the channels of one image, shared by transforms.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace warmstart::satellite {

/// The percentile of each channel, (C,1,1), between neighbours linearly (numpy.percentile).
at::Tensor channel_percentile(const at::Tensor& image_CHW, double percent);

/// Numbers for each channel as (C,1,1): one number counts for all. Error naming `key` and the
/// sample for another count.
at::Tensor for_channels(const std::vector<double>& numbers, const at::Tensor& image_CHW,
                        const std::string& key, const std::string& sample);

/// (image - low) / (high - low), in [0, 1], channel by channel between two percentiles; 0 where a
/// channel is constant.
at::Tensor stretched(const at::Tensor& image_CHW, double low_percent, double high_percent);

}  // namespace warmstart::satellite
