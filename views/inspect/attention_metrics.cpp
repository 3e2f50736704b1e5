#include "views/inspect/attention_metrics.h"

#include <algorithm>
#include <cmath>

namespace warmstart {

double attention_entropy(const HeadWeights& head) {
  double sum = 0;
  for (const float weight : head.weights) {
    if (weight > 0) sum -= static_cast<double>(weight) * std::log2(weight);
  }
  return head.queries > 0 ? sum / head.queries : NAN;
}

double distance_score(const HeadWeights& head, int distance) {
  if (head.queries != head.keys || distance >= head.queries) return NAN;
  double sum = 0;
  for (int query = distance; query < head.queries; ++query) sum += head.at(query, query - distance);
  return sum / (head.queries - distance);
}

double first_key_score(const HeadWeights& head) {
  if (head.queries < 2 || head.keys < 1) return NAN;
  double sum = 0;
  for (int query = 1; query < head.queries; ++query) sum += head.at(query, 0);
  return sum / (head.queries - 1);
}

double induction_score(const HeadWeights& head, std::span<const int> tokens) {
  const auto length = static_cast<int>(tokens.size());
  if (head.queries != head.keys || head.queries != length) return NAN;
  const auto token = [&](int place) { return tokens[static_cast<std::size_t>(place)]; };
  double sum = 0;
  int queries = 0;
  for (int query = 0; query < length; ++query) {
    bool repeats = false;
    for (int key = 1; key < query; ++key) {
      if (token(key - 1) != token(query)) continue;
      repeats = true;
      sum += head.at(query, key);
    }
    queries += repeats ? 1 : 0;
  }
  return queries > 0 ? sum / queries : NAN;
}

std::vector<float> attention_rollout(const std::vector<std::vector<float>>& layers, int tokens) {
  const auto size = static_cast<std::size_t>(tokens);
  std::vector<float> rollout(size * size, 0);
  for (std::size_t i = 0; i < size; ++i) rollout[i * size + i] = 1;
  std::vector<float> mixed(size), next(size * size);
  for (const std::vector<float>& layer : layers) {
    std::fill(next.begin(), next.end(), 0.0F);
    for (std::size_t row = 0; row < size; ++row) {
      float sum = 0;
      for (std::size_t k = 0; k < size; ++k) {
        mixed[k] = 0.5F * layer[row * size + k] + (k == row ? 0.5F : 0.0F);
        sum += mixed[k];
      }
      for (std::size_t k = 0; k < size; ++k) {
        if (mixed[k] == 0) continue;
        const float share = mixed[k] / sum;
        for (std::size_t column = 0; column < size; ++column)
          next[row * size + column] += share * rollout[k * size + column];
      }
    }
    rollout.swap(next);
  }
  return rollout;
}

}  // namespace warmstart
