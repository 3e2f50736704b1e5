// Bare weights: out as safetensors with our checksums or as a PyTorch state dict, in from both,
// with a report of what matched; under the project's own names or those of a published family
// (weight_names.h). A stranger's file never executes anything: see pickle_reader.h.
#pragma once
#include <string>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/tensor_file.h"
#include "core/export/verify.h"
#include "core/models/model.h"
#include "core/surgery/surgery.h"

namespace warmstart {

/// What an exported file is: by its type alone where weights keep our names.
struct ExportFormat {
  ExportFormat(const char* type) : type(type) {}
  ExportFormat(std::string type, std::string names = "")
      : type(std::move(type)), names(std::move(names)) {}
  std::string type;   ///< bare weights: "safetensors" or "pytorch"
  std::string names;  ///< of bare weights: a family of weight_names.h; "" = our own
};

/// Every parameter and buffer; `metadata` goes into a safetensors file's "warmstart" entry as JSON.
void save_weights(const Model& model, const Json& metadata, const ExportFormat& format,
                  const Path& path);

/// The tensors as they are; the type is as ExportFormat's.
void write_weights(const StateDict& weights, const Metadata& metadata, const std::string& type,
                   const Path& path);

/// The file's tensors, under whichever names, against the model's, bit for bit (batch is 0 in the
/// result). Error (kVerification) on a missing tensor, another shape or type.
Verification verify_weights(const Model& model, const Path& path);

struct ImportedWeights {
  StateDict tensors;
  Json metadata;       ///< of a file that Warmstart wrote, else null
  std::string format;  ///< "safetensors" or "pytorch"
};

/// Reads by content, not by name; only an index of several files (weights_index.h) is known by its
/// name, and those files are read as one. Errors: another kind of file, damage, a pickle that does
/// more than build tensors, a file of an index that is missing or not in its folder.
ImportedWeights read_weights(const Path& path);

struct FittedWeights {
  StateDict tensors;  ///< under the model's names where they have a counterpart
  std::string names;  ///< the family that they came in; "" = our own
  std::vector<std::string> notes;
};

/// Published names become the model's own; prefixes "module." and "model." that training wrappers
/// add are left out when that makes names match; a position table longer than the model's is cut.
FittedWeights fit_names(const StateDict& weights, const Model& model);

/// Error where the table of words or of positions was not taken because it has another size: the
/// model would run, on nonsense.
void refuse_other_tables(const SurgeryReport& report);

/// Copies what fits into the model and says what did not: by name, then by shape. Error when
/// nothing matched, or the vocabulary or the position table does not fit.
SurgeryReport import_weights(Model& model, const StateDict& weights);

}  // namespace warmstart
