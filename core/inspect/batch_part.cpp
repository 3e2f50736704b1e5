#include "core/inspect/batch_part.h"

#include <ATen/ATen.h>

namespace warmstart {

Batch part_of_batch(const Batch& batch, std::int64_t begin, std::int64_t end) {
  Batch part;
  for (const auto& [name, tensor] : batch.fields()) part.set(name, tensor.slice(0, begin, end));
  return part;
}

}  // namespace warmstart
