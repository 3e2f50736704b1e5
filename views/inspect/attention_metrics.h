// Numbers that say what an attention head does, and attention rollout. Plain values, any thread;
// used by the attention view.
#pragma once
#include <span>
#include <vector>

namespace warmstart {

/// Weights of one head, row-major: a row a query, each row sums to 1.
struct HeadWeights {
  std::span<const float> weights;
  int queries = 0, keys = 0;
  float at(int query, int key) const {
    return weights[static_cast<std::size_t>(query) * static_cast<std::size_t>(keys) +
                   static_cast<std::size_t>(key)];
  }
};

/// Mean over queries of -sum p log2 p, in bits; 0 = each query looks at one key.
double attention_entropy(const HeadWeights& head);
/// Mean weight on the key `distance` places before the query, over the queries that have one.
/// 0 = the token itself, 1 = the previous token. NaN when there is no such query, or queries and
/// keys are different tokens.
double distance_score(const HeadWeights& head, int distance);
/// Mean weight on the first key, over all queries but the first.
double first_key_score(const HeadWeights& head);
/// Prefix-matching score of Olsson et al. (2022, "In-context Learning and Induction Heads"): the
/// mean, over queries whose token occurred before, of the weight on the keys that directly follow
/// those earlier occurrences (keys before the query only). `tokens`: equal numbers = equal tokens,
/// one a place. NaN when no token repeats, or queries and keys are different tokens.
double induction_score(const HeadWeights& head, std::span<const int> tokens);
/// Attention rollout (Abnar and Zuidema 2020, eq. 1): the product, from the last layer to the
/// first, of 0.5 A + 0.5 I with rows normalised; A = mean over the heads of a layer, T x T each.
/// Row = place in the last layer, column = input token.
std::vector<float> attention_rollout(const std::vector<std::vector<float>>& layers, int tokens);

}  // namespace warmstart
