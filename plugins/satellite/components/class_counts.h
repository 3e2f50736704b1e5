// How often each pair of reference and predicted class occurs over a whole data set, for metrics
// that are ratios of such counts. Works on a label for each pixel ("label") and on one class for
// each sample ("class"); labels of 255 are left out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart::satellite {

class ClassCounts {
 public:
  /// Class names from the facts. Error naming `metric` when there are none.
  void begin(const Json& facts, const std::string& metric);
  /// Errors: scores of another number of classes or size, a class outside the list.
  void add(const std::string& sample, const Batch& outputs, const Batch& fields);
  std::int64_t classes() const { return static_cast<std::int64_t>(names_.size()); }
  const std::string& name(std::int64_t k) const { return names_[static_cast<std::size_t>(k)]; }
  double count(std::int64_t reference, std::int64_t predicted) const;
  double in_reference(std::int64_t k) const;
  double predicted(std::int64_t k) const;
  double all() const;

 private:
  void count_pairs(const at::Tensor& reference, const at::Tensor& predicted,
                   const std::string& sample);
  std::vector<std::string> names_;
  std::vector<std::int64_t> counts_;  // reference major
};

/// A metric whose value is a function of those counts, given by over_all(); higher is better.
class CountedMetric : public Metric {
 public:
  struct Config {
    void describe(Fields&) {}
  };
  explicit CountedMetric(std::string name) : name_(std::move(name)) {}
  void begin(const Json& facts) override { counts_.begin(facts, name_); }
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    counts_.add(sample, outputs, fields);
    return {};
  }
  bool higher_is_better() const override { return true; }

 protected:
  const ClassCounts& counts() const { return counts_; }
  CaseValue value_of(const std::string& part, double value) const {
    return {name_, part, kWholeData, value};
  }

 private:
  std::string name_;
  ClassCounts counts_;
};

}  // namespace warmstart::satellite
