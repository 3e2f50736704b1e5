#include "plugins/audio/components/panns_block.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

namespace warmstart::audio {

PannsBlock::PannsBlock(std::int64_t in, std::int64_t out, bool single) {
  for (int i = 0; i < (single ? 1 : 2); ++i) {
    const std::string number = std::to_string(i + 1);
    const ConvolutionOptions options{
        .dims = 2, .in = i == 0 ? in : out, .out = out, .kernel = single ? 5 : 3, .bias = false};
    convs_.push_back(register_module("conv" + number, std::make_shared<Convolution>(options)));
    norms_.push_back(register_module("bn" + number, std::make_shared<Normalisation>("batch", out)));
  }
}

at::Tensor PannsBlock::forward(at::Tensor x, std::int64_t pool_time, std::int64_t pool_mels) {
  for (std::size_t i = 0; i < convs_.size(); ++i)
    x = at::relu(norms_[i]->forward(convs_[i]->forward(x)));
  return pool_time * pool_mels > 1 ? at::avg_pool2d(x, {pool_time, pool_mels}) : x;
}

std::int64_t panns_channels(std::int64_t i, double width_mult) {
  return std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(std::int64_t{64} << i) * width_mult));
}

}  // namespace warmstart::audio
