#include "core/pathway/pathway_distance.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/claim/statistics.h"

namespace warmstart {
namespace {

double scaled_distance(std::int64_t edits, const Symbols& a, const Symbols& b, bool normalise) {
  if (!normalise) return static_cast<double>(edits);
  const std::size_t longer = std::max(a.size(), b.size());
  return longer == 0 ? 0 : static_cast<double>(edits) / static_cast<double>(longer);
}

DistanceSummary summary_of(const std::vector<double>& distances) {
  return {mean(distances), standard_deviation(distances), distances.size()};
}

DistanceSummary summarised(const std::vector<Symbols>& symbols,
                           const std::vector<SamplePair>& pairs, bool normalise) {
  std::vector<double> distances;
  for (const auto& [i, j] : pairs) {
    const Symbols &a = symbols[i], &b = symbols[j];
    distances.push_back(scaled_distance(edit_distance(a, b), a, b, normalise));
  }
  return summary_of(distances);
}

std::vector<Symbols> symbols_of(const std::vector<Pathway>& pathways, PathwayUnit unit) {
  std::vector<Symbols> symbols;
  for (const Pathway& pathway : pathways) symbols.push_back(pathway_symbols(pathway, unit));
  return symbols;
}

/// The members of each group; all in one without groups.
std::vector<std::vector<std::size_t>> members_of(std::size_t samples,
                                                 const std::vector<std::int64_t>& groups) {
  std::map<std::int64_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < samples; ++i) members[groups.empty() ? 0 : groups[i]].push_back(i);
  std::vector<std::vector<std::size_t>> lists;
  for (auto& [name, list] : members) lists.push_back(std::move(list));
  return lists;
}

/// Average linkage (UPGMA) of one group by the nearest-neighbour chain: time grows with the square.
class Linkage {
 public:
  Linkage(const std::vector<float>& matrix, std::size_t width,
          const std::vector<std::size_t>& members)
      : size_(members.size()), distance_(size_ * size_), leaves_(size_), alive_(size_) {
    for (std::size_t i = 0; i < size_; ++i) {
      leaves_[i] = {members[i]};
      alive_[i] = i;
      for (std::size_t j = 0; j < size_; ++j)
        distance_[i * size_ + j] = static_cast<double>(matrix[members[i] * width + members[j]]);
    }
  }

  std::vector<std::size_t> order() {
    std::vector<std::size_t> chain;
    while (alive_.size() > 1) {
      if (chain.empty()) chain.push_back(alive_.front());
      const std::size_t near = nearest(chain);
      if (chain.size() > 1 && near == chain[chain.size() - 2]) {
        join(near, chain.back());
        chain.resize(chain.size() - 2);
      } else {
        chain.push_back(near);
      }
    }
    return alive_.empty() ? std::vector<std::size_t>{} : leaves_[alive_.front()];
  }

 private:
  /// The cluster nearest to the chain's end; at equal distance the one that it came from.
  std::size_t nearest(const std::vector<std::size_t>& chain) const {
    const std::size_t end = chain.back();
    std::size_t best = chain.size() > 1 ? chain[chain.size() - 2] : end;
    for (const std::size_t other : alive_) {
      if (other == end) continue;
      if (best == end || distance_[end * size_ + other] < distance_[end * size_ + best])
        best = other;
    }
    return best;
  }

  void join(std::size_t a, std::size_t b) {
    const auto weight_a = static_cast<double>(leaves_[a].size());
    const auto weight_b = static_cast<double>(leaves_[b].size());
    for (const std::size_t other : alive_) {
      const double joined =
          (weight_a * distance_[a * size_ + other] + weight_b * distance_[b * size_ + other]) /
          (weight_a + weight_b);
      distance_[a * size_ + other] = distance_[other * size_ + a] = joined;
    }
    leaves_[a].insert(leaves_[a].end(), leaves_[b].begin(), leaves_[b].end());
    std::erase(alive_, b);
  }

  std::size_t size_;
  std::vector<double> distance_;
  std::vector<std::vector<std::size_t>> leaves_;
  std::vector<std::size_t> alive_;
};

}  // namespace

double pathway_distance(const Pathway& a, const Pathway& b, const PathwayDistance& how) {
  const Symbols from = pathway_symbols(a, how.unit), to = pathway_symbols(b, how.unit);
  return scaled_distance(edit_distance(from, to), from, to, how.normalise);
}

std::vector<SamplePair> sample_pairs(std::size_t samples, std::size_t count, std::uint64_t seed,
                                     const std::vector<std::int64_t>& groups) {
  std::vector<SamplePair> all;
  for (const std::vector<std::size_t>& members : members_of(samples, groups)) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = i + 1; j < members.size(); ++j) all.emplace_back(members[i], members[j]);
    }
  }
  if (all.size() <= count) return all;
  // The first places of a shuffle (Fisher and Yates).
  Random random(mix_seed(seed, "pathway.pairs"));
  for (std::size_t i = 0; i < count; ++i) {
    const auto other = static_cast<std::size_t>(
        random.integer(static_cast<std::int64_t>(i), static_cast<std::int64_t>(all.size()) - 1));
    std::swap(all[i], all[other]);
  }
  all.resize(count);
  return all;
}

DistanceSummary mean_distance(const std::vector<Pathway>& pathways,
                              const std::vector<SamplePair>& pairs, const PathwayDistance& how) {
  return summarised(symbols_of(pathways, how.unit), pairs, how.normalise);
}

DistanceSummary layer_distance(const std::vector<Pathway>& pathways, std::size_t layer,
                               const std::vector<SamplePair>& pairs, const PathwayDistance& how) {
  std::vector<Symbols> symbols;
  for (const Pathway& pathway : pathways)
    symbols.push_back(pathway_symbols({{pathway.layers.at(layer)}}, how.unit));
  return summarised(symbols, pairs, how.normalise);
}

std::vector<DistanceSummary> layer_distances(const std::vector<Pathway>& pathways,
                                             const std::vector<SamplePair>& pairs,
                                             const PathwayDistance& how) {
  std::vector<DistanceSummary> result;
  const std::size_t layers = pathways.empty() ? 0 : pathways.front().layers.size();
  for (std::size_t layer = 0; layer < layers; ++layer)
    result.push_back(layer_distance(pathways, layer, pairs, how));
  return result;
}

std::vector<float> distance_matrix(const std::vector<Pathway>& pathways, const PathwayDistance& how,
                                   unsigned threads) {
  const std::vector<Symbols> symbols = symbols_of(pathways, how.unit);
  const std::size_t count = symbols.size();
  std::vector<float> matrix(count * count, 0.0F);
  parallel_for(count, threads, [&](std::size_t i) {
    const EditPattern pattern(symbols[i]);
    for (std::size_t j = i + 1; j < count; ++j) {
      const double value =
          scaled_distance(pattern.distance(symbols[j]), symbols[i], symbols[j], how.normalise);
      matrix[i * count + j] = matrix[j * count + i] = static_cast<float>(value);
    }
  });
  return matrix;
}

GroupDistances group_distances(const std::vector<float>& matrix,
                               const std::vector<std::int64_t>& groups) {
  const std::set<std::int64_t> names(groups.begin(), groups.end());
  GroupDistances result{{names.begin(), names.end()}, {}};
  const std::size_t count = result.names.size(), width = groups.size();
  std::vector<DefinedMean> means(count * count);
  std::vector<std::size_t> place(width);
  for (std::size_t i = 0; i < width; ++i)
    place[i] = static_cast<std::size_t>(std::distance(names.begin(), names.find(groups[i])));
  for (std::size_t i = 0; i < width; ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      if (i != j)
        means[place[i] * count + place[j]].add(static_cast<double>(matrix[i * width + j]));
    }
  }
  for (const DefinedMean& each : means) result.mean.push_back(each.value());
  return result;
}

std::vector<std::size_t> similar_order(const std::vector<float>& matrix,
                                       const std::vector<std::int64_t>& groups) {
  std::vector<std::size_t> order;
  for (const std::vector<std::size_t>& members : members_of(groups.size(), groups)) {
    const std::vector<std::size_t> own = Linkage(matrix, groups.size(), members).order();
    order.insert(order.end(), own.begin(), own.end());
  }
  return order;
}

}  // namespace warmstart
