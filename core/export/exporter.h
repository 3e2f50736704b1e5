// The one door for exports: writes the model, reads it back from the disk, compares it with the
// source, and only then gives the file its name. Called by `warmstart export`.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/export/read_back.h"
#include "core/export/weights.h"
#include "core/models/model.h"

namespace warmstart {

/// "torchscript", "onnx", "safetensors", "pytorch".
const std::vector<std::string>& export_formats();

struct ExportReport {
  Path file, report;  ///< the model, and "<file>.report.json"
  std::string format;
  std::string names;  ///< the family of the weights' names; "" = our own
  std::uintmax_t bytes = 0;
  std::string crc32;          ///< of the file, eight hexadecimal digits
  Verification verification;  ///< the worst of the readers at each batch
  std::vector<Reading> readings;
  Json to_json() const;
};

/// `metadata`: an object with what a user of the file must know (spacing, normalisation,
/// class_names, input axes); it is stored inside the file and in the report. `watched`: whole
/// samples, as training reads them. The model must be on the CPU; it is put into evaluation mode
/// for the time and back. What a killed export of the same file left is removed. Errors: unknown
/// format or family of names; what the writers or readers refuse; a difference above tolerance
/// (kVerification), after which no file is left.
ExportReport export_model(Model& model, const ExportFormat& format, const Path& path,
                          const Json& metadata, const Batch& watched,
                          double tolerance = kExportTolerance);

}  // namespace warmstart
