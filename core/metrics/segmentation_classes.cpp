#include "core/metrics/segmentation_classes.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/base/error.h"

namespace warmstart {

std::vector<std::string> segmentation_class_names(const Json& facts, const std::string& metric) {
  if (facts.contains("class_names")) return facts["class_names"].get<std::vector<std::string>>();
  if (!facts.contains("classes")) {
    throw Error("the data set has no classes", metric, "measure on data with labels");
  }
  std::vector<std::string> names{"background"};
  for (std::int64_t k = 1; k < facts["classes"].get<std::int64_t>(); ++k) {
    names.push_back("class " + std::to_string(k));
  }
  return names;
}

SegmentationPair segmentation_pair(const std::string& sample, const Batch& outputs,
                                   const Batch& fields, std::int64_t classes) {
  const at::Tensor& logits = outputs.get("logits");
  const at::Tensor& label = fields.get("label");
  std::ostringstream text;
  if (logits.dim() != label.dim() + 1 || logits.size(0) != classes) {
    text << "the model gives scores of shape " << logits.sizes() << ", the data has " << classes
         << " classes on " << label.sizes();
    throw Error(text.str(), sample, "set the model's classes to ${data.NAME.classes}");
  }
  if (logits.sizes().slice(1) != label.sizes()) {
    text << "the prediction has size " << logits.sizes().slice(1) << ", the label "
         << label.sizes();
    throw Error(text.str(), sample, "measure with sliding_window inference, which keeps the size");
  }
  return {logits.argmax(0).to(at::kCPU), label.to(at::kCPU, at::kLong)};
}

at::Tensor count_class_pairs(const std::string& sample, const SegmentationPair& pair,
                             std::int64_t classes) {
  for (const at::Tensor& side : {pair.reference, pair.predicted}) {
    if (side.numel() == 0) continue;
    const std::int64_t least = side.min().item<std::int64_t>(),
                       most = side.max().item<std::int64_t>();
    if (least >= 0 && most < classes) continue;
    throw Error("class " + std::to_string(least < 0 ? least : most) + " is outside 0.." +
                    std::to_string(classes - 1),
                sample, "correct the labels, or the data set's number of classes");
  }
  const at::Tensor places = (pair.reference * classes + pair.predicted).flatten();
  return at::bincount(places, {}, classes * classes).view({classes, classes});
}

}  // namespace warmstart
