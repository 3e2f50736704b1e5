#include "core/export/verify.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>

#include "core/base/error.h"
#include "core/export/torchscript.h"

namespace warmstart {
namespace {

/// Batches and sizes along the other free axes that an export is verified at.
std::vector<std::pair<std::int64_t, std::int64_t>> verified_sizes(std::int64_t longest) {
  std::vector<std::pair<std::int64_t, std::int64_t>> sizes{{1, longest}, {3, longest}};
  if (longest > 1) sizes.insert(sizes.end(), {{1, (longest + 1) / 2}, {3, 1}});
  return sizes;
}

std::string size_text(const Difference& at) {
  return "batch " + std::to_string(at.batch) +
         (at.length > 0 ? ", length " + std::to_string(at.length) : "");
}

double largest(const at::Tensor& tensor) {
  return tensor.numel() == 0 ? 0 : tensor.to(at::kDouble).abs().max().item<double>();
}

Difference compare_one(const at::Tensor& source, const at::Tensor& exported, Difference at) {
  if (source.sizes() != exported.sizes()) {
    throw Error("the exported model gives shape " + c10::str(exported.sizes()) +
                    " where the source gives " + c10::str(source.sizes()) + " at " + size_text(at),
                "", "keep free sizes free in forward, for example x.reshape({-1, T, D})",
                ErrorKind::kVerification);
  }
  // Equal infinities (masked logits) are no difference.
  const at::Tensor gap = at::where(source == exported, at::zeros_like(source), exported - source);
  if (!at::isfinite(gap).all().item<bool>()) {
    throw Error(
        "the exported model or its source gives values that are not finite at " + size_text(at), "",
        "check the model's weights for NaN", ErrorKind::kVerification);
  }
  const at::Tensor finite = at::where(at::isfinite(source), source, at::zeros_like(source));
  const double absolute = largest(gap), scale = largest(finite);
  at.absolute = absolute;
  at.relative = scale > 0 ? absolute / scale : absolute;
  return at;
}

}  // namespace

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

bool Verification::holds() const {
  return !batches.empty() &&
         std::all_of(batches.begin(), batches.end(), [this](const Difference& difference) {
           return difference.absolute <= tolerance || difference.relative <= tolerance;
         });
}

Json Verification::to_json() const {
  Json list = Json::array();
  for (const Difference& difference : batches) {
    list.push_back({{"batch", difference.batch},
                    {"largest_absolute", difference.absolute},
                    {"largest_relative", difference.relative}});
    if (difference.length > 0) list.back()["length"] = difference.length;
  }
  return {{"holds", holds()}, {"tolerance", tolerance}, {"batches", list}};
}

Verification compare_outputs(Model& model, const ExportedModel& exported, const at::Tensor& inputs,
                             double tolerance) {
  const at::NoGradGuard no_gradients;
  const EvaluationScope evaluation(model);
  Verification verification;
  verification.tolerance = tolerance;
  const bool free_length = model.free_axes().size() > 1;
  for (const auto& [batch, size] : verified_sizes(free_size(model, inputs))) {
    const at::Tensor x = batch_of(model, inputs, batch, size);
    const Difference at{.batch = batch, .length = free_length ? size : 0};
    verification.batches.push_back(compare_one(model.forward(x), exported(x), at));
  }
  return verification;
}

void require(const Verification& verification, const std::string& where) {
  if (verification.holds()) return;
  const auto worst = std::max_element(
      verification.batches.begin(), verification.batches.end(),
      [](const Difference& a, const Difference& b) { return a.absolute < b.absolute; });
  throw Error("the exported model differs from its source by " + short_number(worst->absolute) +
                  " (" + short_number(worst->relative) + " of the largest value) at " +
                  size_text(*worst) + ", allowed is " + short_number(verification.tolerance),
              where, "nothing was written; export as torchscript, or report the model",
              ErrorKind::kVerification);
}

}  // namespace warmstart
