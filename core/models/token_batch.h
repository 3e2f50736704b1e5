// A check of token numbers before an embedding sees them, with an error that says what to change.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

namespace warmstart {

/// Error unless `tokens` is (B,T) int64 with values in 0..vocabulary-1.
void check_tokens(const at::Tensor& tokens_BT, std::int64_t vocabulary, const std::string& model);

}  // namespace warmstart
