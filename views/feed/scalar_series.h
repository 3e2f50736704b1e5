// One measured number over the steps of a run: columns `step`, `time` and `value` of equal length,
// in step order. Steps and times stand in the run's LineAxis. Copies are safe to read on another
// thread while the original grows.
#pragma once
#include <iterator>
#include <stdexcept>

#include "views/feed/line_axis.h"

namespace warmstart {

/// Steps or times of a series, read like a const std::vector<double>.
class Column {
 public:
  enum class Kind { kStep, kTime };
  struct Rows {
    LineBlocks blocks;
    RowSet rows;
  };
  class Iterator;

  Column(Kind kind, std::shared_ptr<Rows> rows) : kind_(kind), rows_(std::move(rows)) {}
  std::size_t size() const { return rows_->rows.size(); }
  bool empty() const { return size() == 0; }
  double operator[](std::size_t i) const {
    const std::size_t row = rows_->rows[i];
    const LineBlock& block = *rows_->blocks[row / LineBlock::kRows];
    return (kind_ == Kind::kStep ? block.step : block.time)[row % LineBlock::kRows];
  }
  double at(std::size_t i) const {
    if (i >= size()) throw std::out_of_range("Column::at");
    return (*this)[i];
  }
  double front() const { return (*this)[0]; }
  double back() const { return (*this)[size() - 1]; }
  Iterator begin() const;
  Iterator end() const;
  bool operator==(const std::vector<double>& other) const;

 private:
  friend struct ScalarSeries;
  Kind kind_;
  std::shared_ptr<Rows> rows_;
};

class Column::Iterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = double;
  using difference_type = std::ptrdiff_t;
  using pointer = const double*;
  using reference = double;
  Iterator() = default;
  Iterator(const Column* column, std::ptrdiff_t at) : column_(column), at_(at) {}
  double operator*() const { return (*column_)[static_cast<std::size_t>(at_)]; }
  double operator[](std::ptrdiff_t n) const { return *(*this + n); }
  Iterator& operator+=(std::ptrdiff_t n) {
    at_ += n;
    return *this;
  }
  Iterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this -= 1; }
  Iterator operator++(int) { return {column_, at_++}; }
  Iterator operator--(int) { return {column_, at_--}; }
  friend Iterator operator+(Iterator a, std::ptrdiff_t n) { return a += n; }
  friend Iterator operator+(std::ptrdiff_t n, Iterator a) { return a += n; }
  friend Iterator operator-(Iterator a, std::ptrdiff_t n) { return a -= n; }
  friend std::ptrdiff_t operator-(const Iterator& a, const Iterator& b) { return a.at_ - b.at_; }
  auto operator<=>(const Iterator& other) const { return at_ <=> other.at_; }
  bool operator==(const Iterator& other) const { return at_ == other.at_; }

 private:
  const Column* column_ = nullptr;
  std::ptrdiff_t at_ = 0;
};

inline Column::Iterator Column::begin() const { return {this, 0}; }
inline Column::Iterator Column::end() const { return {this, static_cast<std::ptrdiff_t>(size())}; }

struct ScalarSeries {
  ScalarSeries();
  Column step;                ///< global step
  std::vector<double> value;  ///< NaN where it was not finite
  Column time;                ///< seconds since the epoch
  std::size_t size() const { return value.size(); }

  /// Points at the rows `rows` (each moved up by `base`) of the axis, later than all before.
  void append(const LineAxis& axis, const RowSet& rows, std::size_t base,
              const std::vector<double>& values);
  /// A point at the newest row of the axis.
  void add(const LineAxis& axis, double number);
  /// Only points up to `last_step` stay; `axis` was cut there already.
  void cut_after(double last_step, const LineAxis& axis);

 private:
  Column::Rows& own_rows();
};

}  // namespace warmstart
