// What the models that read tokens share at their two ends: the check of token numbers before an
// embedding sees them, and the fields that they yield.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

#include "core/data/batch.h"
#include "core/layers/moe_feed_forward.h"

namespace warmstart {

/// Error unless `tokens` is (B,T) int64 with values in 0..vocabulary-1.
void check_tokens(const at::Tensor& tokens_BT, std::int64_t vocabulary, const std::string& model);

/// {logits, features: hidden (B,T,D)}, and where there are experts router_balance and router_z,
/// each (B) with the same value in every place.
Batch token_outputs(const at::Tensor& logits, const at::Tensor& hidden_BTD,
                    const RouterLoss& router);

}  // namespace warmstart
