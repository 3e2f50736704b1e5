// k nearest neighbours among the features of a frozen encoder.
#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "plugins/satellite/components/feature_probe.h"

namespace warmstart::satellite {

class KnnAccuracy final : public FeatureProbe {
 public:
  struct Config {
    std::int64_t k = 5;
    void describe(Fields& fields) { fields.field("k", k, "neighbours that vote").at_least(1); }
  };
  explicit KnnAccuracy(const Config& config)
      : FeatureProbe("satellite.knn_accuracy"), k_(config.k) {}

 private:
  at::Tensor classify(const at::Tensor& known_NF, const at::Tensor& classes_N,
                      const at::Tensor& queries_MF) const override {
    if (k_ > known_NF.size(0))
      throw Error("k is " + std::to_string(k_) + ", there are " + std::to_string(known_NF.size(0)) +
                      " reference samples",
                  name(), "use a smaller k or more samples");
    return nearest_classes(known_NF, classes_N, queries_MF, k_);
  }
  std::int64_t k_;
};

const Registered<Metric, KnnAccuracy> knn_accuracy{Card{
    .name = "knn_accuracy",
    .summary = "accuracy of k nearest neighbours among features, learned from reference samples",
    .needs = {"features", "class", "reference"},
    .yields = {},
    .papers = {55},
}};

}  // namespace warmstart::satellite
