// T5's relative positions (Raffel et al. 2020, section 2.1): a learned number for each head and
// each range of distances between a query and a key, added to the attention scores.
#pragma once
#include <torch/nn/module.h>

#include "core/layers/initialised.h"

namespace warmstart {

struct RelativePositionOptions {
  std::int64_t heads = 4, longest = 256;  ///< longest sequence
  std::int64_t buckets = 32;              ///< ranges of distances; half of them where both ways
  std::int64_t distance = 128;            ///< from which on all distances are one range
  bool bidirectional = true;              ///< keys after the query have ranges of their own
};

/// The range of each distance (key minus query): exact up to half the ranges of a direction, then
/// logarithmic up to `distance`.
std::int64_t relative_bucket(std::int64_t offset, const RelativePositionOptions& options);

class RelativePositions final : public torch::nn::Module, public Initialised {
 public:
  explicit RelativePositions(const RelativePositionOptions& options);
  /// Places of queries (T) and keys (S), both below `longest` -> bias (1,H,T,S).
  at::Tensor forward(const at::Tensor& query_T, const at::Tensor& key_S) const;
  void reset_parameters() override;
  at::Tensor weight;  ///< (buckets, heads)

 private:
  RelativePositionOptions options_;
  at::Tensor bucket_;  // of the distances -(longest - 1) .. longest - 1
};

}  // namespace warmstart
