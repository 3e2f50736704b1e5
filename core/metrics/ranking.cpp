#include "core/metrics/ranking.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/claim/statistics.h"

namespace warmstart {

double average_precision(const std::vector<double>& scores, const std::vector<bool>& positive) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const auto all = static_cast<double>(std::count(positive.begin(), positive.end(), true));
  double hits = 0, fresh = 0, area = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    fresh += positive[order[i]] ? 1 : 0;
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    hits += fresh;
    area += fresh * hits / static_cast<double>(i + 1);
    fresh = 0;
  }
  return all > 0 ? area / all : kUndefined;
}

double area_under_curve(const std::vector<double>& scores, const std::vector<bool>& positive) {
  std::vector<double> ranks(scores.size());
  rank_values(scores, ranks);
  double sum = 0, positives = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!positive[i]) continue;
    sum += ranks[i];
    ++positives;
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  if (positives == 0 || negatives == 0) return kUndefined;
  return (sum - positives * (positives + 1) / 2) / (positives * negatives);
}

double d_prime_of(double area) {
  if (!(area > 0 && area < 1)) return kUndefined;
  return std::sqrt(2.0) * at::special_ndtri(at::scalar_tensor(area, at::kDouble)).item<double>();
}

void RankingMetric::begin(const Json& facts) {
  class_names_ = facts.value("class_names", std::vector<std::string>{});
  scores_.clear();
  positive_.clear();
}

std::vector<CaseValue> RankingMetric::evaluate(const std::string& sample, const Batch& outputs,
                                               const Batch& fields) {
  const at::Tensor logits_K = outputs.get("logits").to(at::kCPU, at::kDouble);
  const at::Tensor target_K = fields.get("target").to(at::kCPU).gt(0.5);
  if (logits_K.dim() != 1 || logits_K.sizes() != target_K.sizes()) {
    throw Error("the model gives " + std::to_string(logits_K.numel()) + " scores, the sample has " +
                    std::to_string(target_K.numel()) + " classes",
                sample, "set the model's classes to ${data.classes}");
  }
  const auto classes = static_cast<std::size_t>(logits_K.size(0));
  scores_.resize(classes);
  positive_.resize(classes);
  for (std::size_t k = 0; k < classes; ++k) {
    const auto at = static_cast<std::int64_t>(k);
    scores_[k].push_back(logits_K[at].item<double>());
    positive_[k].push_back(target_K[at].item<bool>());
  }
  return {};
}

std::vector<CaseValue> RankingMetric::each_class(Rank rank) const {
  std::vector<CaseValue> values;
  for (std::size_t k = 0; k < scores_.size(); ++k) {
    const std::string part =
        k < class_names_.size() ? class_names_[k] : "class " + std::to_string(k);
    values.push_back({name_, part, kWholeData, rank(scores_[k], positive_[k])});
  }
  return values;
}

}  // namespace warmstart
