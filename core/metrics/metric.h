// A measure over a data set. Values come per case, so that claims can be tested on cases and views
// can show the worst.
#pragma once
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/data/batch.h"

namespace warmstart {

struct RunHistory;

/// "Undefined" (for example the surface distance of an empty mask); written as null, never as 0.
inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Stands for the sample where a value belongs to the whole data set.
inline constexpr const char* kWholeData = "all samples";

/// One number about one sample. `part` is a class name, or "" for the whole.
struct CaseValue {
  std::string metric;  ///< "dice"
  std::string part;    ///< "anterior"
  std::string sample;  ///< sample id
  double value = kUndefined;
  bool geometric = false;  ///< cases are averaged by the mean of logarithms (perplexity)
};

class Metric {
 public:
  static constexpr const char* kKind = "metric";
  virtual ~Metric() = default;
  /// `facts`: the dataset's (classes, class_names, ...).
  virtual void begin(const Json& facts);
  /// One sample: `outputs` and `fields` have no batch axis.
  virtual std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                          const Batch& fields) = 0;
  /// Higher is better? Used for "best" checkpoints and worst-first lists.
  virtual bool higher_is_better() const = 0;
  virtual std::string unit() const { return ""; }  ///< "mm"; "" = a plain number
  /// What is known after all samples beside their values, for views that draw it: {kind, ...}; null
  /// = nothing.
  virtual Json summary() const { return nullptr; }
  /// Values that no single sample has (a ranking of all): asked once after the last sample, and
  /// treated as the cases of one more sample, named kWholeData.
  virtual std::vector<CaseValue> over_all() const { return {}; }
  /// What the run itself shows, beside its samples, by part: "" or a name. Asked once after the
  /// last step.
  virtual std::map<std::string, double> over_run(const RunHistory& /*history*/) const { return {}; }
};

/// How a model is run over a whole sample: `whole` in one piece, `sliding_window` in overlapping
/// patches.
class Inference {
 public:
  static constexpr const char* kKind = "inference";
  virtual ~Inference() = default;
  /// `image` (C,[D,]H,W) -> outputs without batch axis ("logits" (K,[D,]H,W), or (K)). `run` maps
  /// (B,C,...) to logits.
  virtual Batch infer(const at::Tensor& image,
                      const std::function<at::Tensor(const at::Tensor&)>& run) const = 0;
};

}  // namespace warmstart
