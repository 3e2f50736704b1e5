#include "core/layers/relative_positions.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>
#include <vector>

#include "core/base/error.h"

namespace warmstart {

std::int64_t relative_bucket(std::int64_t offset, const RelativePositionOptions& options) {
  std::int64_t buckets = options.buckets, first = 0;
  if (options.bidirectional) {
    buckets /= 2;
    if (offset > 0) first = buckets;
  }
  const std::int64_t away =
      options.bidirectional ? std::abs(offset) : std::max<std::int64_t>(0, -offset);
  const std::int64_t exact = buckets / 2;
  if (away < exact) return first + away;
  const double share = std::log(static_cast<double>(away) / static_cast<double>(exact)) /
                       std::log(static_cast<double>(options.distance) / static_cast<double>(exact));
  const auto beyond = static_cast<std::int64_t>(share * static_cast<double>(buckets - exact));
  return first + std::min(exact + beyond, buckets - 1);
}

RelativePositions::RelativePositions(const RelativePositionOptions& options) : options_(options) {
  const std::int64_t exact = options.buckets / (options.bidirectional ? 4 : 2);
  if (options.distance <= exact) {
    throw Error("relative_distance " + std::to_string(options.distance) + " is within the " +
                    std::to_string(exact) + " distances that have ranges of their own",
                "model.relative_distance", "raise it, or choose fewer relative_buckets");
  }
  weight = register_parameter("weight", at::empty({options.buckets, options.heads}));
  std::vector<std::int64_t> buckets;
  for (std::int64_t offset = 1 - options.longest; offset < options.longest; ++offset)
    buckets.push_back(relative_bucket(offset, options));
  bucket_ = at::tensor(buckets, at::kLong);
  reset_parameters();
}

void RelativePositions::reset_parameters() { torch::nn::init::normal_(weight, 0.0, 0.02); }

at::Tensor RelativePositions::forward(const at::Tensor& query_T, const at::Tensor& key_S) const {
  const at::Tensor number_DH = weight.index_select(0, bucket_.to(weight.device()));
  const at::Tensor place_TS = key_S.unsqueeze(0) - query_T.unsqueeze(1) + (options_.longest - 1);
  return at::embedding(number_DH, place_TS).permute({2, 0, 1}).unsqueeze(0);
}

}  // namespace warmstart
