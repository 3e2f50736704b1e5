#include "core/models/model.h"

#include "core/base/error.h"

namespace warmstart {

Batch Model::run(const Batch& batch) {
  Batch outputs;
  outputs.set("logits", forward(batch.get(input())));
  return outputs;
}

std::vector<std::int64_t> Backbone::axis_strides(std::size_t level) const {
  return std::vector<std::int64_t>(static_cast<std::size_t>(dims()), strides().at(level));
}

}  // namespace warmstart
