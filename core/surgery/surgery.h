// What happens to weights between two stages: which are taken over, re-made or frozen, with a
// report of each.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/models/model.h"

namespace warmstart {

using StateDict = std::map<std::string, at::Tensor>;  ///< parameters and buffers by name

StateDict state_dict(const torch::nn::Module& module);

struct SurgeryReport {
  std::vector<std::string> matched, missing, unexpected, frozen, reinitialised;
  struct Mismatch {
    std::string name;
    std::vector<std::int64_t> have, want;
  };
  std::vector<Mismatch> reshaped;  ///< same name, other shape: not taken
  std::string names;               ///< the published family of the weights' names; "" = our own
  std::vector<std::string> notes;  ///< what else was done to them
  Json to_json() const;
};

class Surgery {
 public:
  static constexpr const char* kKind = "surgery";
  virtual ~Surgery() = default;
  /// `source`: weights of the earlier stage; changes `model` in place and adds to the report.
  /// Errors when nothing matched.
  virtual void operate(const StateDict& source, Model& model, SurgeryReport& report) const = 0;
};

}  // namespace warmstart
