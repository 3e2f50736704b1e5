#include "core/pathway/memorization.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kRightShare = 0.8;

std::size_t samples_of(const StepRows& rows) {
  if (rows.empty()) return 0;
  for (std::size_t t = 1; t < rows.size(); ++t) {
    if (rows[t].size() == rows[0].size()) continue;
    throw Error("row " + std::to_string(t) + " has " + std::to_string(rows[t].size()) +
                    " samples, the first one " + std::to_string(rows[0].size()),
                "memorization_time", "record the same samples at every step");
  }
  return rows[0].size();
}

/// Rows and columns with potentials; column 0 and row 0 are the start of a path.
struct Assignment {
  const std::vector<std::vector<double>>& cost;
  std::size_t rows, columns;
  std::vector<double> row_price, column_price;
  std::vector<std::size_t> row_of;  ///< by column; 0 = free

  explicit Assignment(const std::vector<std::vector<double>>& matrix)
      : cost(matrix),
        rows(matrix.size()),
        columns(matrix[0].size()),
        row_price(rows + 1),
        column_price(columns + 1),
        row_of(columns + 1) {}

  /// Finds a place for `row` along the cheapest path of exchanges.
  void place(std::size_t row) {
    std::vector<double> least(columns + 1, kInfinite);
    std::vector<std::size_t> from(columns + 1, 0);
    std::vector<bool> used(columns + 1, false);
    std::size_t column = 0;
    row_of[0] = row;
    do {
      used[column] = true;
      const std::size_t at = row_of[column];
      std::size_t next = 0;
      double step = kInfinite;
      for (std::size_t j = 1; j <= columns; ++j) {
        if (used[j]) continue;
        const double reduced = cost[at - 1][j - 1] - row_price[at] - column_price[j];
        if (reduced < least[j]) least[j] = reduced, from[j] = column;
        if (least[j] < step) step = least[j], next = j;
      }
      for (std::size_t j = 0; j <= columns; ++j) {
        if (used[j]) row_price[row_of[j]] += step, column_price[j] -= step;
        if (!used[j]) least[j] -= step;
      }
      column = next;
    } while (row_of[column] != 0);
    for (; column != 0; column = from[column]) row_of[column] = row_of[from[column]];
  }
};

std::vector<std::vector<double>> transposed(const std::vector<std::vector<double>>& matrix) {
  std::vector<std::vector<double>> result(matrix[0].size(), std::vector<double>(matrix.size()));
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = 0; j < matrix[i].size(); ++j) result[j][i] = matrix[i][j];
  }
  return result;
}

}  // namespace

std::vector<std::int64_t> memorization_times(const StepRows& losses, double eps, double delta) {
  std::vector<std::int64_t> times(samples_of(losses), -1);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double last = losses.back()[i];
    for (std::size_t t = losses.size(); t-- > 0;) {
      if (!(losses[t][i] <= eps) || !(std::abs(losses[t][i] - last) <= delta)) break;
      times[i] = static_cast<std::int64_t>(t);
    }
  }
  return times;
}

double memorization_eps(const StepRows& losses, double share, double delta) {
  const std::size_t samples = samples_of(losses);
  if (losses.size() < 2 || samples == 0) return kInfinite;
  std::vector<double> needed;
  const std::vector<double>&last = losses.back(), &before = losses[losses.size() - 2];
  for (std::size_t i = 0; i < samples; ++i) {
    const bool settled = std::abs(before[i] - last[i]) <= delta;
    needed.push_back(settled ? std::max(before[i], last[i]) : kInfinite);
  }
  std::sort(needed.begin(), needed.end());
  const auto count = static_cast<std::size_t>(std::ceil(share * static_cast<double>(samples)));
  return needed[std::clamp<std::size_t>(count, 1, samples) - 1];
}

std::vector<std::int64_t> generalization_times(const StepRows& correct) {
  std::vector<std::int64_t> times(samples_of(correct), -1);
  for (std::size_t i = 0; i < times.size(); ++i) {
    double right = 0;
    for (std::size_t t = correct.size(); t-- > 0;) {
      right += correct[t][i];
      const auto rows = static_cast<double>(correct.size() - t);
      if (rows - right > 1) break;
      if (correct[t][i] == 1 && right / rows >= kRightShare)
        times[i] = static_cast<std::int64_t>(t);
    }
  }
  return times;
}

std::vector<std::int64_t> hungarian(const std::vector<std::vector<double>>& cost) {
  if (cost.empty() || cost[0].empty()) return std::vector<std::int64_t>(cost.size(), -1);
  std::vector<std::int64_t> column_of(cost.size(), -1);
  const bool turned = cost.size() > cost[0].size();
  const std::vector<std::vector<double>> matrix = turned ? transposed(cost) : cost;
  Assignment assignment(matrix);
  for (std::size_t row = 1; row <= matrix.size(); ++row) assignment.place(row);
  for (std::size_t j = 1; j <= assignment.columns; ++j) {
    const std::size_t row = assignment.row_of[j];
    if (row == 0) continue;
    column_of[turned ? j - 1 : row - 1] = static_cast<std::int64_t>(turned ? row - 1 : j - 1);
  }
  return column_of;
}

}  // namespace warmstart
