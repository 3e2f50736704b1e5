// Records what is inside a model for the fixed watch set at one step. A capture is data, never a
// picture.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/data/dataset.h"
#include "core/objectives/objective.h"

namespace warmstart {

/// Header: kind ("segmentation", "reconstruction", "attention", "confusion", ...), axes (per
/// tensor), units. Whoever files it adds stage, step, samples and, where the data has them,
/// class_names and tokens (texts, one list a sample).
struct Capture {
  Json header;
  std::vector<std::pair<std::string, at::Tensor>> tensors;
};

class Inspector {
 public:
  static constexpr const char* kKind = "inspector";
  virtual ~Inspector() = default;
  /// `watch`: the batch of watched samples on the model's device; `objective` gives reconstructions
  /// and masks.
  virtual Capture capture(const Batch& watch, const std::vector<std::string>& ids,
                          Objective& objective, Context& context) = 0;
};

}  // namespace warmstart
