// Some samples of a batch: what inspectors of many samples pass through a model at a time.
#pragma once
#include "core/data/batch.h"

namespace warmstart {

/// Samples [begin, end) of every field, as views; `end` may lie beyond the last one.
Batch part_of_batch(const Batch& batch, std::int64_t begin, std::int64_t end);

}  // namespace warmstart
