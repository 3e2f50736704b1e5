#include "plugins/satellite/components/upernet_decoder.h"

#include <ATen/ATen.h>

namespace warmstart::satellite {
namespace {

constexpr std::array<std::int64_t, 4> kBins{1, 2, 3, 6};

}  // namespace

ConvNormRelu::ConvNormRelu(std::int64_t in, std::int64_t out, std::int64_t kernel) {
  conv_ = register_module("conv",
                          std::make_shared<Convolution>(ConvolutionOptions{
                              .dims = 2, .in = in, .out = out, .kernel = kernel, .bias = false}));
  norm_ = register_module("norm", std::make_shared<Normalisation>("batch", out));
}

at::Tensor ConvNormRelu::forward(const at::Tensor& x) {
  return at::relu(norm_->forward(conv_->forward(x)));
}

at::Tensor pooling_matrix(std::int64_t length, std::int64_t bins) {
  at::Tensor matrix = at::zeros({bins, length});
  for (std::int64_t bin = 0; bin < bins; ++bin) {
    const std::int64_t begin = bin * length / bins, end = ((bin + 1) * length + bins - 1) / bins;
    matrix[bin].slice(0, begin, end).fill_(1.0 / static_cast<double>(end - begin));
  }
  return matrix;
}

UPerNetDecoder::UPerNetDecoder(const UPerNetOptions& options) : options_(options) {
  const auto make = [this](const std::string& name, std::int64_t in, std::int64_t kernel) {
    return register_module(name, std::make_shared<ConvNormRelu>(in, options_.width, kernel));
  };
  for (const std::int64_t bins : kBins) {
    pools_.push_back(
        register_buffer("pool" + std::to_string(bins), pooling_matrix(options.edges.back(), bins)));
    bins_.push_back(make("bin" + std::to_string(bins), options.in, 1));
  }
  context_ = make("context", options.in + std::ssize(kBins) * options.width, 3);
  for (std::size_t level = 0; level + 1 < options.edges.size(); ++level) {
    laterals_.push_back(make("lateral" + std::to_string(level), options.in, 1));
    smooth_.push_back(make("smooth" + std::to_string(level), options.width, 3));
  }
  fuse_ = make("fuse", std::ssize(options.edges) * options.width, 3);
}

at::Tensor UPerNetDecoder::to_level(const at::Tensor& map, std::size_t level) const {
  const std::int64_t edge = options_.edges[level];
  return at::upsample_bilinear2d(map, {edge, edge}, /*align_corners=*/false);
}

at::Tensor UPerNetDecoder::pooled(const at::Tensor& coarsest) {
  std::vector<at::Tensor> parts{coarsest};
  for (std::size_t i = 0; i < kBins.size(); ++i) {
    const at::Tensor small = at::matmul(at::matmul(pools_[i], coarsest), pools_[i].t());
    parts.push_back(to_level(bins_[i]->forward(small), options_.edges.size() - 1));
  }
  return context_->forward(at::cat(parts, 1));
}

at::Tensor UPerNetDecoder::forward(const std::vector<at::Tensor>& maps) {
  at::Tensor above = pooled(maps.back());
  std::vector<at::Tensor> levels(maps.size());
  levels.back() = above;
  for (std::size_t level = laterals_.size(); level-- > 0;) {
    above = laterals_[level]->forward(maps[level]) + to_level(above, level);
    levels[level] = smooth_[level]->forward(above);
  }
  for (std::size_t level = 1; level < levels.size(); ++level)
    levels[level] = to_level(levels[level], 0);
  return fuse_->forward(at::cat(levels, 1));
}

}  // namespace warmstart::satellite
