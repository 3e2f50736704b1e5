#include "plugins/satellite/components/class_counts.h"

#include <ATen/ATen.h>

#include <numeric>

#include "core/base/error.h"
#include "core/metrics/segmentation_classes.h"
#include "core/models/image_check.h"

namespace warmstart::satellite {
namespace {

constexpr std::int64_t kLeftOut = 255;

}  // namespace

void ClassCounts::begin(const Json& facts, const std::string& metric) {
  names_ = segmentation_class_names(facts, metric);
  counts_.assign(names_.size() * names_.size(), 0);
}

void ClassCounts::add(const std::string& sample, const Batch& outputs, const Batch& fields) {
  const bool pixels = fields.has("label");
  const at::Tensor reference = fields.get(pixels ? "label" : "class").to(at::kCPU, at::kLong);
  const at::Tensor& logits = outputs.get("logits");
  if (logits.dim() != reference.dim() + 1 || logits.size(0) != classes() ||
      logits.sizes().slice(1) != reference.sizes()) {
    throw Error("the model gives scores of " + sizes_text(logits.sizes()) + ", the data has " +
                    std::to_string(classes()) + " classes on " + sizes_text(reference.sizes()),
                sample, "set the model's classes to ${data.classes}");
  }
  count_pairs(reference, logits.argmax(0).to(at::kCPU), sample);
}

void ClassCounts::count_pairs(const at::Tensor& reference, const at::Tensor& predicted,
                              const std::string& sample) {
  const at::Tensor first = reference.contiguous(), second = predicted.contiguous();
  const auto *r = first.data_ptr<std::int64_t>(), *p = second.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < first.numel(); ++i) {
    if (r[i] == kLeftOut) continue;
    if (r[i] < 0 || r[i] >= classes())
      throw Error(
          "class " + std::to_string(r[i]) + " is outside 0.." + std::to_string(classes() - 1),
          sample, "correct the labels, or the data set's classes");
    ++counts_[static_cast<std::size_t>(r[i] * classes() + p[i])];
  }
}

double ClassCounts::count(std::int64_t reference, std::int64_t predicted) const {
  return static_cast<double>(counts_[static_cast<std::size_t>(reference * classes() + predicted)]);
}

double ClassCounts::in_reference(std::int64_t k) const {
  double sum = 0;
  for (std::int64_t j = 0; j < classes(); ++j) sum += count(k, j);
  return sum;
}

double ClassCounts::predicted(std::int64_t k) const {
  double sum = 0;
  for (std::int64_t j = 0; j < classes(); ++j) sum += count(j, k);
  return sum;
}

double ClassCounts::all() const {
  return static_cast<double>(std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}));
}

}  // namespace warmstart::satellite
