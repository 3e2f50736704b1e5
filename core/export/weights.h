// Bare weights: out as safetensors with our checksums, in from safetensors and PyTorch's zip files,
// with a report of what matched. A stranger's file never executes anything: see pickle_reader.h.
#pragma once
#include <string>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/export/verify.h"
#include "core/models/model.h"
#include "core/surgery/surgery.h"

namespace warmstart {

/// Every parameter and buffer under its name; `metadata` goes into the file's "warmstart" entry as
/// JSON.
void save_weights(const Model& model, const Json& metadata, const Path& path);

/// The file's tensors against the model's, bit for bit (batch is 0 in the result). Error
/// (kVerification) on a missing tensor, another shape or type.
Verification verify_weights(const Model& model, const Path& path);

struct ImportedWeights {
  StateDict tensors;
  Json metadata;       ///< of a file that Warmstart wrote, else null
  std::string format;  ///< "safetensors" or "pytorch"
};

/// Reads by content, not by name. Errors: another kind of file, damage, a pickle that does more
/// than build tensors.
ImportedWeights read_weights(const Path& path);

/// Copies what fits into the model and says what did not: by name, then by shape. Prefixes
/// "module." and "model." that training wrappers add are left out when that makes names match.
/// Error when nothing matched (the model is untouched).
SurgeryReport import_weights(Model& model, const StateDict& weights);

}  // namespace warmstart
