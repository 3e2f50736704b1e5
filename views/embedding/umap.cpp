#include "views/embedding/umap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "core/base/random.h"

namespace warmstart {
namespace {

constexpr std::size_t kUmapNeighbours = 15;  ///< the point itself among them
constexpr int kUmapPasses = 500, kStrangers = 5;
constexpr double kUmapExtent = 10;  ///< of the start, as in the authors' program
// Of 1 / (1 + a d^2b), fitted to a least distance of 0.1 (equation 17).
constexpr double kCurveA = 1.5769434603, kCurveB = 0.8950608779;
constexpr double kLongestMove = 4;

struct Near {
  std::size_t point = 0;
  double distance = 0;
};

/// Eight sums side by side, which a compiler turns into one instruction.
double apart(const float* a, const float* b, std::size_t features) {
  std::array<float, 8> sums{};
  std::size_t f = 0;
  for (; f + 8 <= features; f += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane)
      sums[lane] += (a[f + lane] - b[f + lane]) * (a[f + lane] - b[f + lane]);
  }
  for (; f < features; ++f) sums[0] += (a[f] - b[f]) * (a[f] - b[f]);
  return std::sqrt(std::accumulate(sums.begin(), sums.end(), 0.0));
}

/// The nearest others of one point, nearest first.
std::vector<Near> nearest(std::span<const float> values, std::size_t features, std::size_t own,
                          std::size_t count) {
  const std::size_t points = values.size() / features;
  std::vector<Near> all;
  all.reserve(points);
  const float* row = &values[own * features];
  for (std::size_t i = 0; i < points; ++i) {
    if (i != own) all.push_back({i, apart(row, &values[i * features], features)});
  }
  const std::size_t kept = std::min(count, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                    [](const Near& a, const Near& b) {
                      return std::pair(a.distance, a.point) < std::pair(b.distance, b.point);
                    });
  all.resize(kept);
  return all;
}

double membership(double distance, double first, double scale) {
  return distance <= first ? 1 : std::exp(-(distance - first) / scale);
}

/// How much each of `near` belongs to the point: 1 for the nearest that lies elsewhere, then less
/// with distance, over a scale found by bisection such that all sum to log2 of their number, the
/// point itself counted. `mean`: distance between all points, for those whose neighbours lie where
/// they do.
std::vector<double> memberships(const std::vector<Near>& near, double mean) {
  double first = 0, own = 0;
  for (const Near& each : near) {
    if (first == 0) first = each.distance;
    own += each.distance / static_cast<double>(near.size() + 1);
  }
  const double wanted = std::log2(static_cast<double>(near.size() + 1));
  double low = 0, high = INFINITY, scale = 1;
  for (int pass = 0; pass < 64; ++pass) {
    double sum = 0;
    for (const Near& each : near) sum += membership(each.distance, first, scale);
    if (std::abs(sum - wanted) < 1e-5) break;
    (sum > wanted ? high : low) = scale;
    scale = std::isinf(high) ? 2 * scale : (low + high) / 2;
  }
  scale = std::max(scale, 1e-3 * (first > 0 ? own : mean));
  std::vector<double> weights;
  for (const Near& each : near) weights.push_back(membership(each.distance, first, scale));
  return weights;
}

double squared(const double* a, const double* b) {
  return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

class Layout {
 public:
  Layout(std::vector<double> places, const std::vector<FuzzyEdge>& edges)
      : places_(std::move(places)), points_(places_.size() / 2) {
    double heaviest = 0;
    for (const FuzzyEdge& edge : edges) heaviest = std::max(heaviest, edge.weight);
    for (const FuzzyEdge& edge : edges) {
      if (edge.weight < heaviest / kUmapPasses) continue;
      const double every = heaviest / edge.weight;
      for (const auto& [from, to] : {std::pair(edge.from, edge.to), std::pair(edge.to, edge.from)})
        edges_.push_back({from, to, every, every, every / kStrangers});
    }
  }

  std::vector<double> settle() {
    for (int pass = 0; pass < kUmapPasses; ++pass) {
      rate_ = 1 - static_cast<double>(pass) / kUmapPasses;
      for (Spring& spring : edges_) {
        if (spring.next > pass) continue;
        pull(spring);
        push(spring, pass);
      }
    }
    return std::move(places_);
  }

 private:
  struct Spring {
    std::size_t from, to;
    double every, next;    ///< passes between two pulls, and when the next is due
    double next_stranger;  ///< when the next push is due
  };

  double* place(std::size_t point) { return &places_[2 * point]; }

  void move(double* place, double coefficient, const double* other, double sign) const {
    const double x = place[0] - other[0], y = place[1] - other[1];
    place[0] += sign * rate_ * std::clamp(coefficient * x, -kLongestMove, kLongestMove);
    place[1] += sign * rate_ * std::clamp(coefficient * y, -kLongestMove, kLongestMove);
  }

  void pull(Spring& spring) {
    double *own = place(spring.from), *other = place(spring.to);
    const double distance = squared(own, other);
    if (distance > 0) {
      const double power = std::pow(distance, kCurveB);
      const double coefficient = -2 * kCurveA * kCurveB * power / distance / (kCurveA * power + 1);
      const std::array<double, 2> before{own[0], own[1]};
      move(own, coefficient, other, 1);
      move(other, coefficient, before.data(), 1);
    }
    spring.next += spring.every;
  }

  /// Strangers, drawn from all points, are pushed away from.
  void push(Spring& spring, int pass) {
    const double apart = spring.every / kStrangers;
    const int due = static_cast<int>((pass - spring.next_stranger) / apart);
    for (int i = 0; i < due; ++i) {
      const std::size_t stranger = random_.bits() % points_;
      if (stranger == spring.from) continue;
      double* own = place(spring.from);
      const double distance = squared(own, place(stranger));
      if (distance <= 0) continue;
      move(own, 2 * kCurveB / ((0.001 + distance) * (kCurveA * std::pow(distance, kCurveB) + 1)),
           place(stranger), 1);
    }
    spring.next_stranger += due * apart;
  }

  std::vector<double> places_;
  std::size_t points_;
  std::vector<Spring> edges_;
  double rate_ = 1;
  Random random_{1};
};

/// The first two components, at most kUmapExtent from the middle, each point moved a little: equal
/// points must be able to part.
std::vector<double> firstPlaces(const PrincipalComponents& components) {
  std::vector<double> places(2 * components.points, 0);
  double largest = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i % 2 < components.components) places[i] = components.score(i / 2, i % 2);
    largest = std::max(largest, std::abs(places[i]));
  }
  Random random(2);
  for (double& each : places)
    each = (largest > 0 ? each * kUmapExtent / largest : 0) + 1e-4 * random.normal();
  return places;
}

}  // namespace

std::vector<FuzzyEdge> fuzzy_graph(std::span<const float> values, std::size_t features,
                                   std::size_t neighbours) {
  const std::size_t points = features == 0 ? 0 : values.size() / features;
  std::vector<std::vector<Near>> near(points);
  double mean = 0, count = 0;
  for (std::size_t i = 0; i < points; ++i) {
    near[i] = nearest(values, features, i, neighbours - 1);
    for (const Near& each : near[i]) mean += each.distance;
    count += static_cast<double>(near[i].size() + 1);  // itself at 0
  }
  if (count > 0) mean /= count;
  std::map<std::pair<std::size_t, std::size_t>, double> joined;
  for (std::size_t i = 0; i < points; ++i) {
    const std::vector<double> weights = memberships(near[i], mean);
    for (std::size_t j = 0; j < weights.size(); ++j) {
      double& weight = joined[std::minmax(i, near[i][j].point)];
      weight += weights[j] - weight * weights[j];
    }
  }
  std::vector<FuzzyEdge> edges;
  for (const auto& [ends, weight] : joined) edges.push_back({ends.first, ends.second, weight});
  return edges;
}

std::vector<double> umap(std::span<const float> values, std::size_t features,
                         const PrincipalComponents& components) {
  if (components.points < 3) return firstPlaces(components);
  return Layout(firstPlaces(components), fuzzy_graph(values, features, kUmapNeighbours)).settle();
}

}  // namespace warmstart
