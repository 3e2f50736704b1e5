// Class names and predicted classes for metrics on segmentations: dice and confusion here, surface
// distances in plugins.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/data/batch.h"

namespace warmstart {

/// Names of all classes, background first: `class_names` of the dataset, else "class 1", ... from
/// `classes`. Error naming the metric when the dataset tells neither.
std::vector<std::string> segmentation_class_names(const Json& facts, const std::string& metric);

struct SegmentationPair {
  at::Tensor predicted, reference;  ///< ([D,]H,W) int64, on the CPU; () for one class a sample
};
/// The argmax of "logits" (K,[D,]H,W) beside "label". Errors: no scores for `classes` classes,
/// unequal sizes.
SegmentationPair segmentation_pair(const std::string& sample, const Batch& outputs,
                                   const Batch& fields, std::int64_t classes);

/// How often each (reference, predicted) pair of classes occurs: int64 (classes, classes), the
/// reference along the first axis. Error naming the sample for a class outside 0..classes-1.
at::Tensor count_class_pairs(const std::string& sample, const SegmentationPair& pair,
                             std::int64_t classes);

}  // namespace warmstart
