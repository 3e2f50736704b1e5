// How well scores rank samples, class by class: what mean_average_precision, auc and d_prime share.
// A class has a value only where samples with and without it occur; else it is undefined and left
// out of means.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

/// Area under precision over recall by steps, sum_n (R_n - R_{n-1}) P_n over the distinct scores
/// from the highest on, as scikit-learn's average_precision_score. NaN without a positive.
double average_precision(const std::vector<double>& scores, const std::vector<bool>& positive);
/// Chance that a positive's score lies above a negative's, equal scores counting half
/// (Mann-Whitney). NaN when either is missing.
double area_under_curve(const std::vector<double>& scores, const std::vector<bool>& positive);
/// sqrt(2) times the standard normal quantile of an area (seed card 11). NaN at 0 and 1.
double d_prime_of(double area);

/// Collects the logits (K) and the field `target` (K; above one half = positive) of every sample.
class RankingMetric : public Metric {
 public:
  struct Config {
    void describe(Fields&) {}
  };
  explicit RankingMetric(std::string name) : name_(std::move(name)) {}
  void begin(const Json& facts) override;
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override;
  bool higher_is_better() const override { return true; }

 protected:
  using Rank = double (*)(const std::vector<double>&, const std::vector<bool>&);
  /// One value a class.
  std::vector<CaseValue> each_class(Rank rank) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::vector<std::string> class_names_;
  std::vector<std::vector<double>> scores_;  // [class][sample]
  std::vector<std::vector<bool>> positive_;
};

}  // namespace warmstart
