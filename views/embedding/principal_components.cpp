#include "views/embedding/principal_components.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"

namespace warmstart {
namespace {

constexpr std::size_t kExtra = 8;  ///< directions beside the wanted ones: those converge sooner
constexpr int kMostPasses = 500;

/// Row-major.
struct Dense {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;
  Dense(std::size_t rows, std::size_t columns)
      : rows(rows), columns(columns), values(rows * columns) {}
  double* row(std::size_t i) { return &values[i * columns]; }
  const double* row(std::size_t i) const { return &values[i * columns]; }
};

double dot(const double* a, const double* b, std::size_t count) {
  return std::inner_product(a, a + count, b, 0.0);
}

Dense centred(std::span<const float> values, std::size_t features) {
  Dense out(values.size() / features, features);
  std::vector<double> mean(features, 0);
  for (std::size_t i = 0; i < values.size(); ++i) mean[i % features] += values[i];
  for (double& each : mean) each /= static_cast<double>(out.rows);
  for (std::size_t i = 0; i < values.size(); ++i) out.values[i] = values[i] - mean[i % features];
  return out;
}

Dense transposed(const Dense& matrix) {
  Dense out(matrix.columns, matrix.rows);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (std::size_t j = 0; j < matrix.columns; ++j) out.row(j)[i] = matrix.row(i)[j];
  }
  return out;
}

/// Dot products of all pairs of rows.
Dense gram(const Dense& rows) {
  Dense out(rows.rows, rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    for (std::size_t j = 0; j <= i; ++j)
      out.row(i)[j] = out.row(j)[i] = dot(rows.row(i), rows.row(j), rows.columns);
  }
  return out;
}

/// Makes the rows orthonormal, one after the other, twice over; a row of what came before becomes
/// 0.
void orthonormalise(Dense& rows) {
  for (std::size_t i = 0; i < rows.rows; ++i) {
    double* own = rows.row(i);
    const double before = std::sqrt(dot(own, own, rows.columns));
    for (std::size_t j = 0; j < 2 * i; ++j) {
      const double* other = rows.row(j % i);
      const double share = dot(own, other, rows.columns);
      for (std::size_t k = 0; k < rows.columns; ++k) own[k] -= share * other[k];
    }
    const double length = std::sqrt(dot(own, own, rows.columns));
    const double scale = length > 1e-13 * before ? 1 / length : 0;
    for (std::size_t k = 0; k < rows.columns; ++k) own[k] *= scale;
  }
}

/// Every row times a symmetric matrix.
Dense times(const Dense& rows, const Dense& symmetric) {
  Dense out(rows.rows, rows.columns);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    for (std::size_t j = 0; j < rows.columns; ++j)
      out.row(i)[j] = dot(rows.row(i), symmetric.row(j), rows.columns);
  }
  return out;
}

/// Jacobi's rotations: turns `small` (symmetric) to a diagonal and the rows of `basis` with it.
void diagonalise(Dense& small, Dense& basis) {
  const std::size_t n = small.rows;
  const auto turn = [](double& x, double& y, double c, double s) {
    const double a = x, b = y;
    x = c * a - s * b, y = s * a + c * b;
  };
  for (int sweep = 0; sweep < 30; ++sweep) {
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        const double off = small.row(p)[q];
        if (off == 0) continue;
        const double theta = (small.row(q)[q] - small.row(p)[p]) / (2 * off);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        for (std::size_t k = 0; k < n; ++k) turn(small.row(k)[p], small.row(k)[q], c, s);
        for (std::size_t k = 0; k < n; ++k) turn(small.row(p)[k], small.row(q)[k], c, s);
        for (std::size_t k = 0; k < basis.columns; ++k)
          turn(basis.row(p)[k], basis.row(q)[k], c, s);
      }
    }
  }
}

struct Eigen {
  std::vector<double> values;  ///< falling
  Dense vectors;               ///< a row each
};

Eigen largest_eigen(const Dense& symmetric, std::size_t wanted) {
  const std::size_t size = symmetric.rows, block = std::min(size, wanted + kExtra);
  Eigen eigen{std::vector<double>(block, 0), Dense(block, size)};
  Random random(1);
  for (double& value : eigen.vectors.values) value = random.uniform() - 0.5;
  orthonormalise(eigen.vectors);
  for (int pass = 0; pass < kMostPasses; ++pass) {
    Dense moved = times(eigen.vectors, symmetric);
    Dense small(block, block);
    for (std::size_t i = 0; i < block; ++i) {
      for (std::size_t j = 0; j < block; ++j)
        small.row(i)[j] = dot(eigen.vectors.row(i), moved.row(j), size);
    }
    diagonalise(small, moved);
    std::vector<std::size_t> order(block);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return small.row(a)[a] > small.row(b)[b]; });
    double change = 0;
    for (std::size_t i = 0; i < block; ++i) {
      const double value = std::max(0.0, small.row(order[i])[order[i]]);
      std::copy_n(moved.row(order[i]), size, eigen.vectors.row(i));
      if (i < wanted) change = std::max(change, std::abs(value - eigen.values[i]));
      eigen.values[i] = value;
    }
    orthonormalise(eigen.vectors);
    // The error of a vector is the root of its value's.
    if (change <= 1e-14 * eigen.values.front()) break;
  }
  return eigen;
}

}  // namespace

PrincipalComponents principal_components(std::span<const float> values, std::size_t features,
                                         std::size_t components) {
  const std::size_t points = features == 0 ? 0 : values.size() / features;
  if (points == 0) return {};
  const Dense rows = centred(values, features);
  const double variance = dot(rows.values.data(), rows.values.data(), rows.values.size());
  const bool by_features = features <= points;
  const Dense columns = transposed(rows);
  const Dense matrix = gram(by_features ? columns : rows);
  const std::size_t kept = std::min(components, matrix.rows);
  const Eigen eigen = largest_eigen(matrix, kept);
  PrincipalComponents out{points, components, std::vector<double>(points * components, 0),
                          std::vector<double>(components, 0)};
  for (std::size_t c = 0; c < kept; ++c) {
    out.explained[c] = variance > 0 ? eigen.values[c] / variance : 0;
    // Loadings (features) up to their length.
    std::vector<double> loading(features);
    for (std::size_t f = 0; f < features; ++f)
      loading[f] =
          by_features ? eigen.vectors.row(c)[f] : dot(columns.row(f), eigen.vectors.row(c), points);
    const double length = std::sqrt(dot(loading.data(), loading.data(), features));
    const auto largest = std::max_element(loading.begin(), loading.end(), [](double a, double b) {
      return std::abs(a) < std::abs(b);
    });
    const double sign = length > 0 ? (*largest < 0 ? -1 : 1) / length : 0;
    for (std::size_t i = 0; i < points; ++i)
      out.scores[i * components + c] = sign * dot(rows.row(i), loading.data(), features);
  }
  return out;
}

}  // namespace warmstart
