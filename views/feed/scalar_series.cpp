#include "views/feed/scalar_series.h"

#include <algorithm>

namespace warmstart {
namespace {

void follow_axis(LineBlocks& blocks, const LineAxis& axis) {
  const LineBlocks& all = axis.blocks();
  blocks.insert(blocks.end(), all.begin() + static_cast<std::ptrdiff_t>(blocks.size()), all.end());
}

}  // namespace

bool Column::operator==(const std::vector<double>& other) const {
  return std::equal(begin(), end(), other.begin(), other.end());
}

ScalarSeries::ScalarSeries()
    : step(Column::Kind::kStep, std::make_shared<Column::Rows>()),
      time(Column::Kind::kTime, step.rows_) {}

Column::Rows& ScalarSeries::own_rows() {
  // Two columns of this series hold it; anybody else reads a copy that must not change.
  if (step.rows_.use_count() > 2) {
    step.rows_ = std::make_shared<Column::Rows>(*step.rows_);
    time.rows_ = step.rows_;
  }
  return *step.rows_;
}

void ScalarSeries::append(const LineAxis& axis, const RowSet& rows, std::size_t base,
                          const std::vector<double>& values) {
  Column::Rows& own = own_rows();
  follow_axis(own.blocks, axis);
  own.rows.append(rows, base);
  value.insert(value.end(), values.begin(), values.end());
}

void ScalarSeries::add(const LineAxis& axis, double number) {
  Column::Rows& own = own_rows();
  follow_axis(own.blocks, axis);
  own.rows.add(axis.size() - 1);
  value.push_back(number);
}

void ScalarSeries::cut_after(double last_step, const LineAxis& axis) {
  const auto kept = static_cast<std::size_t>(std::upper_bound(step.begin(), step.end(), last_step) -
                                             step.begin());
  Column::Rows& own = own_rows();
  own.rows.resize(kept);
  own.blocks = axis.blocks();
  value.resize(kept);
}

}  // namespace warmstart
