// Does an exported file compute what its source model computes? Asked after every export, with the
// file as it lies on the disk.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/models/model.h"

namespace warmstart {

inline constexpr double kExportTolerance = 1e-4;

struct Difference {
  std::int64_t batch = 0;
  std::int64_t length = 0;  ///< along the model's other free axes; 0 = it has none
  double absolute = 0;      ///< largest |exported - source|
  double relative = 0;      ///< the same over the largest |source|
};

struct Verification {
  double tolerance = kExportTolerance;
  std::vector<Difference> batches;
  /// |difference| <= tolerance * max(1, largest |source|) for each batch.
  bool holds() const;
  Json to_json() const;
};

/// What a file gives for its inputs.
using ExportedModel = std::function<at::Tensor(const Batch& inputs)>;

/// Runs both at batch 1 and 3 in evaluation mode. `watched`: whole samples, for `run`, which
/// training and prediction use; the file gets its inputs of them. Where the model has another free
/// axis, also on a half and on a single element of it, with what was traced. Errors
/// (kVerification): other output shapes (an axis is fixed), values that are not finite in one of
/// the two only, a field of the samples that changes what `run` gives and that the file does not
/// take.
Verification compare_outputs(Model& model, const ExportedModel& exported, const Batch& watched,
                             double tolerance = kExportTolerance);

/// "3.14e-07"
std::string short_number(double value);

/// Error (kVerification) naming the batch and the difference, unless it holds.
void require(const Verification& verification, const std::string& where);

}  // namespace warmstart
