// What a frozen encoder's features are worth: a small classifier learns from the samples marked
// `reference` and is measured on the others, all of one data entry.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/metrics/metric.h"

namespace warmstart::satellite {

/// Collects features and classes; a probe is a subclass that classifies.
class FeatureProbe : public Metric {
 public:
  explicit FeatureProbe(std::string name) : name_(std::move(name)) {}
  void begin(const Json& facts) override;
  /// outputs `features` (F); fields `class` () and `reference` (), bool.
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override;
  /// For each query 1 where its class was found, else 0; by class.
  std::vector<CaseValue> over_all() const override;
  bool higher_is_better() const override { return true; }

 protected:
  /// Classes (M) of `queries` (M,F), learned from `known` (N,F) with `classes` (N).
  virtual at::Tensor classify(const at::Tensor& known_NF, const at::Tensor& classes_N,
                              const at::Tensor& queries_MF) const = 0;
  const std::string& name() const { return name_; }

 private:
  struct Side {
    std::vector<at::Tensor> features;
    std::vector<std::int64_t> classes;
    std::vector<std::string> samples;
  };
  std::string name_;
  std::vector<std::string> class_names_;
  Side known_, queries_;
};

/// Class of the majority of the k nearest by Euclidean distance; of several majorities, the one
/// with the nearest member.
at::Tensor nearest_classes(const at::Tensor& known_NF, const at::Tensor& classes_N,
                           const at::Tensor& queries_MF, std::int64_t k);

/// Multinomial logistic regression on standardised features with penalty l2 / 2 |W|^2 on the mean
/// cross-entropy (no penalty on the biases), fitted to its optimum by L-BFGS. Returns scores (M,K).
at::Tensor logistic_scores(const at::Tensor& known_NF, const at::Tensor& classes_N,
                           const at::Tensor& queries_MF, double l2);

}  // namespace warmstart::satellite
