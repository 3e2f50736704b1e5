// Principal components of points: centred, the directions of greatest variance, with the share of
// the variance that each explains. Used by the Embedding view, on another thread.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace warmstart {

struct PrincipalComponents {
  std::size_t points = 0, components = 0;
  std::vector<double> scores;     ///< (points, components), row-major
  std::vector<double> explained;  ///< share of the whole variance, falling; 0 where there is none
  double score(std::size_t point, std::size_t component) const {
    return scores[point * components + component];
  }
};

/// `values` (points, features), row-major and finite. The same as a singular value decomposition of
/// the centred values gives; the sign of a component is such that its largest loading is positive.
/// Block power iteration with Rayleigh-Ritz (Halko, Martinsson and Tropp 2011) on the smaller of
/// the two Gram matrices.
PrincipalComponents principal_components(std::span<const float> values, std::size_t features,
                                         std::size_t components);

}  // namespace warmstart
