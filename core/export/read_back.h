// Every reader that can open an exported file, each asked whether it computes what the source model
// does. The exporter calls this before the file gets its name.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/export/verify.h"

namespace warmstart {

/// One reader's verdict on a file, or why it gave none.
struct Reading {
  std::string reader;         ///< "LibTorch", "ONNX Runtime"
  std::string version;        ///< "" where it is not there
  std::string note;           ///< why it did not check ("not installed"), else ""
  bool fault = false;         ///< it is there but did not work: worth a warning
  Verification verification;  ///< without batches where it did not check

  bool checked() const { return !verification.batches.empty(); }
  double largest() const;    ///< largest absolute difference over the batches
  std::string text() const;  ///< "ONNX Runtime 1.14.0: largest difference 3.1e-07"
  Json to_json() const;
};

/// Readers of each format: torchscript LibTorch; safetensors and pytorch our readers of them; onnx
/// our own reader and, where there is one, ONNX Runtime. `watched`: see compare_outputs. Errors
/// (kVerification): a reader refuses the file or finds another result than the source model's.
std::vector<Reading> read_back(Model& model, const std::string& format, const Path& path,
                               const Batch& watched, double tolerance = kExportTolerance);

/// The largest difference of all readers at each batch.
Verification worst_of(const std::vector<Reading>& readings);

}  // namespace warmstart
