#include "plugins/satellite/components/feature_probe.h"

#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

#include <map>

#include "core/base/error.h"

namespace warmstart::satellite {

void FeatureProbe::begin(const Json& facts) {
  class_names_ = facts.value("class_names", std::vector<std::string>{});
  if (class_names_.empty())
    throw Error("the data set has no classes", name_, "measure on data with classes");
}

std::vector<CaseValue> FeatureProbe::evaluate(const std::string& sample, const Batch& outputs,
                                              const Batch& fields) {
  const at::Tensor& features = outputs.get("features");
  if (features.dim() != 1)
    throw Error("the model gives no vector of features for a sample", sample,
                "probe a classifier such as satellite.convnet");
  Side& side = fields.get("reference").item<bool>() ? known_ : queries_;
  side.features.push_back(features.to(at::kCPU, at::kFloat).clone());
  side.classes.push_back(fields.get("class").item<std::int64_t>());
  side.samples.push_back(sample);
  return {};
}

std::vector<CaseValue> FeatureProbe::over_all() const {
  if (known_.features.empty() || queries_.features.empty())
    throw Error("the data has " + std::to_string(known_.features.size()) +
                    " reference samples and " + std::to_string(queries_.features.size()) +
                    " others",
                name_,
                "use a data set that marks both: satellite.image_folder with part: probe, or "
                "satellite.synth_earth with references");
  const at::Tensor found =
      classify(at::stack(known_.features), at::tensor(known_.classes, at::kLong),
               at::stack(queries_.features));
  std::vector<CaseValue> values;
  for (std::size_t i = 0; i < queries_.classes.size(); ++i) {
    const bool right =
        found[static_cast<std::int64_t>(i)].item<std::int64_t>() == queries_.classes[i];
    values.push_back({name_, class_names_.at(static_cast<std::size_t>(queries_.classes[i])),
                      queries_.samples[i], right ? 1.0 : 0.0});
  }
  return values;
}

at::Tensor nearest_classes(const at::Tensor& known_NF, const at::Tensor& classes_N,
                           const at::Tensor& queries_MF, std::int64_t k) {
  const at::Tensor distance_MN = at::cdist(queries_MF.to(at::kDouble), known_NF.to(at::kDouble));
  const at::Tensor nearest_Mk = std::get<1>(distance_MN.topk(k, 1, /*largest=*/false));
  const at::Tensor votes_Mk = classes_N.index({nearest_Mk});
  const at::Tensor chosen_M = at::empty({queries_MF.size(0)}, at::kLong);
  for (std::int64_t m = 0; m < votes_Mk.size(0); ++m) {
    std::map<std::int64_t, std::int64_t> votes;
    std::int64_t most = 0, winner = 0;
    for (std::int64_t i = 0; i < k; ++i)
      most = std::max(most, ++votes[votes_Mk[m][i].item<std::int64_t>()]);
    for (std::int64_t i = k; i-- > 0;) {
      const auto candidate = votes_Mk[m][i].item<std::int64_t>();
      if (votes[candidate] == most) winner = candidate;
    }
    chosen_M[m] = winner;
  }
  return chosen_M;
}

at::Tensor logistic_scores(const at::Tensor& known_NF, const at::Tensor& classes_N,
                           const at::Tensor& queries_MF, double l2) {
  const at::Tensor known = known_NF.to(at::kDouble);
  const at::Tensor mean = known.mean(0), deviation = known.std(0, false).clamp_min(1e-12);
  const at::Tensor x = (known - mean) / deviation;
  const std::int64_t classes = classes_N.max().item<std::int64_t>() + 1;
  at::Tensor weight = at::zeros({classes, x.size(1)}, at::kDouble).set_requires_grad(true);
  at::Tensor bias = at::zeros({classes}, at::kDouble).set_requires_grad(true);
  torch::optim::LBFGS solver({weight, bias}, torch::optim::LBFGSOptions(1.0)
                                                 .max_iter(500)
                                                 .tolerance_grad(1e-7)
                                                 .tolerance_change(1e-12)
                                                 .history_size(20)
                                                 .line_search_fn("strong_wolfe"));
  solver.step([&] {
    const c10::AutoGradMode gradients(true);
    solver.zero_grad();
    const at::Tensor loss = at::cross_entropy_loss(at::linear(x, weight, bias), classes_N) +
                            0.5 * l2 * weight.square().sum();
    loss.backward();
    return loss;
  });
  const c10::AutoGradMode none(false);
  return at::linear((queries_MF.to(at::kDouble) - mean) / deviation, weight, bias).detach();
}

}  // namespace warmstart::satellite
