#include "core/export/verify.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>

#include "core/base/error.h"
#include "core/export/file_inputs.h"
#include "core/models/evaluation_scope.h"

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

bool within(const Difference& difference, double tolerance) {
  return difference.absolute <= tolerance || difference.relative <= tolerance;
}

[[noreturn]] void refuse_other_run(const Batch& inputs, const Batch& watched,
                                   const Difference& gap) {
  std::string taken, left;
  for (const auto& [name, tensor] : inputs.fields()) taken += (taken.empty() ? "" : ", ") + name;
  for (const auto& [name, tensor] : watched.fields()) {
    if (!inputs.has(name)) left += (left.empty() ? "" : ", ") + name;
  }
  throw Error("what the model computes from whole samples differs by " +
                  short_number(gap.absolute) + " from what it computes from " + taken +
                  " alone, which an exported file takes",
              "",
              "nothing was written; one of the other fields changes the result (" + left +
                  "): of texts, the model's pad must be the data's padding token",
              ErrorKind::kVerification);
}

/// The file against `run` on whole samples.
Difference compare_run(Model& model, const Batch& watched, const Batch& inputs,
                       const at::Tensor& output, const Difference& at, double tolerance) {
  const at::Tensor trained = model.run(watched).get("logits");
  const Difference gap = compare_one(trained, run_logits(model, output, watched), at);
  if (within(gap, tolerance)) return gap;
  const at::Tensor alone = run_logits(model, forward_file(model, inputs), watched);
  const Difference own = compare_one(trained, alone, at);
  if (!within(own, tolerance)) refuse_other_run(inputs, watched, own);
  return gap;
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
           return within(difference, tolerance);
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

Verification compare_outputs(Model& model, const ExportedModel& exported, const Batch& watched,
                             double tolerance) {
  const at::NoGradGuard no_gradients;
  const EvaluationScope evaluation(model);
  Verification verification;
  verification.tolerance = tolerance;
  const bool free_length = model.free_axes().size() > 1;
  const Batch inputs = file_inputs(model, watched);
  const std::int64_t longest = free_size(model, inputs);
  for (const auto& [batch, size] : verified_sizes(longest)) {
    const Batch part = batch_of(model, inputs, batch, size);
    const at::Tensor output = exported(part);
    const Difference at{.batch = batch, .length = free_length ? size : 0};
    verification.batches.push_back(
        size == longest ? compare_run(model, rows_of(watched, batch), part, output, at, tolerance)
                        : compare_one(forward_file(model, part), output, at));
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
