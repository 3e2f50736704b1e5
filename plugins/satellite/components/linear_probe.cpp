// Logistic regression on the features of a frozen encoder.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "plugins/satellite/components/feature_probe.h"

namespace warmstart::satellite {

class LinearProbe final : public FeatureProbe {
 public:
  struct Config {
    double l2 = 1e-3;
    void describe(Fields& fields) { fields.field("l2", l2, "penalty on the weights").above(0); }
  };
  explicit LinearProbe(const Config& config)
      : FeatureProbe("satellite.linear_probe"), l2_(config.l2) {}

 private:
  at::Tensor classify(const at::Tensor& known_NF, const at::Tensor& classes_N,
                      const at::Tensor& queries_MF) const override {
    return logistic_scores(known_NF, classes_N, queries_MF, l2_).argmax(1);
  }
  double l2_;
};

const Registered<Metric, LinearProbe> linear_probe{Card{
    .name = "linear_probe",
    .summary = "accuracy of logistic regression on features, learned from reference samples",
    .needs = {"features", "class", "reference"},
    .yields = {},
    .papers = {15, 55},
}};

}  // namespace warmstart::satellite
