// How the tokens of watched samples read to people; captures carry it as labels.
#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/json.h"
#include "core/data/dataset.h"

namespace warmstart {

/// A list of texts for each sample of tokens (S,T); null where the data is no text.
Json token_texts(const at::Tensor& tokens_ST, const Dataset& dataset);

}  // namespace warmstart
