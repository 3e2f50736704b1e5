// Cohen's kappa, (p_o - p_e) / (1 - p_e): agreement over a whole data set beyond what the classes'
// frequencies give by chance (Cohen 1960; seed card 16).
#include "plugins/satellite/components/class_counts.h"

namespace warmstart::satellite {

struct Kappa final : CountedMetric {
  explicit Kappa(const Config&) : CountedMetric("satellite.kappa") {}
  std::vector<CaseValue> over_all() const override {
    const double all = counts().all();
    double observed = 0, expected = 0;
    for (std::int64_t k = 0; k < counts().classes(); ++k) {
      observed += counts().count(k, k) / all;
      expected += counts().in_reference(k) / all * counts().predicted(k) / all;
    }
    const double kappa = expected < 1 ? (observed - expected) / (1 - expected) : kUndefined;
    return {value_of("", kappa)};
  }
};

const Registered<Metric, Kappa> kappa{Card{
    .name = "kappa",
    .summary = "agreement beyond chance: 1 = perfect, 0 = as chance",
    .needs = {"logits"},
    .yields = {},
    .papers = {16},
}};

}  // namespace warmstart::satellite
