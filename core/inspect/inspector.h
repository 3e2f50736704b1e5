// Records what is inside a model for the fixed watch set at one step. A capture is data, never a
// picture.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/data/dataset.h"
#include "core/objectives/objective.h"

namespace warmstart {

/// Header: kind ("segmentation", "reconstruction", "attention", "confusion", ...), axes (per
/// tensor), units. Whoever files it adds inspector, stage, step, samples and, where the data has
/// them, class_names, class_values (what stands for each class in the data's own files), origins
/// (Dataset::origin, one a sample) and tokens (texts, one list a sample). A capture with
/// add_sample_places() lies on the map.
struct Capture {
  Json header;
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  /// Numbers for the event log, as metrics "<capture's name>.<name>" of the watched data entry.
  std::vector<std::pair<std::string, double>> scalars = {};
  std::vector<std::string> warnings = {};
};

class Inspector {
 public:
  static constexpr const char* kKind = "inspector";
  virtual ~Inspector() = default;
  /// Whether it takes samples that cannot be stacked (clips of unequal length): capture() is then
  /// called for each sample with a batch of one, and its tensors are filed as "<tensor>.<sample>".
  virtual bool one_by_one() const { return false; }
  /// Called once, before the first capture; `watched` outlives the inspector.
  virtual void attach(const Dataset& /*watched*/) {}
  /// `watch`: the batch of watched samples on the model's device; `objective` gives reconstructions
  /// and masks.
  virtual Capture capture(const Batch& watch, const std::vector<std::string>& ids,
                          Objective& objective, Context& context) = 0;
  /// The scalars of an earlier capture of this run, in order, before the first capture(): what an
  /// inspector knows of the past is the same after a resume.
  virtual void recall(const Json& /*scalars*/) {}
};

}  // namespace warmstart
