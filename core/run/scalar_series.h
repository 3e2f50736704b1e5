// One measured number over the steps of a run: columns `step`, `time` and `value` of equal length,
// in step order. Steps and times stand in the run's LineAxis. A copy costs a pointer for every few
// thousand points, and is safe to read on another thread while the original grows. Part of
// RunHistory; views draw from it.
#pragma once
#include <algorithm>
#include <compare>
#include <iterator>
#include <span>
#include <stdexcept>

#include "core/run/line_axis.h"

namespace warmstart {

/// Walks a Numbers or a Column.
template <class Place>
class PlaceIterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = double;
  using difference_type = std::ptrdiff_t;
  using pointer = const double*;
  using reference = double;
  PlaceIterator() = default;
  PlaceIterator(const Place* column, std::ptrdiff_t at) : column_(column), at_(at) {}
  double operator*() const { return (*column_)[static_cast<std::size_t>(at_)]; }
  double operator[](std::ptrdiff_t n) const { return *(*this + n); }
  PlaceIterator& operator+=(std::ptrdiff_t n) {
    at_ += n;
    return *this;
  }
  PlaceIterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
  PlaceIterator& operator++() { return *this += 1; }
  PlaceIterator& operator--() { return *this -= 1; }
  PlaceIterator operator++(int) { return {column_, at_++}; }
  PlaceIterator operator--(int) { return {column_, at_--}; }
  friend PlaceIterator operator+(PlaceIterator a, std::ptrdiff_t n) { return a += n; }
  friend PlaceIterator operator+(std::ptrdiff_t n, PlaceIterator a) { return a += n; }
  friend PlaceIterator operator-(PlaceIterator a, std::ptrdiff_t n) { return a -= n; }
  friend std::ptrdiff_t operator-(const PlaceIterator& a, const PlaceIterator& b) {
    return a.at_ - b.at_;
  }
  auto operator<=>(const PlaceIterator& other) const { return at_ <=> other.at_; }
  bool operator==(const PlaceIterator& other) const { return at_ == other.at_; }

 private:
  const Place* column_ = nullptr;
  std::ptrdiff_t at_ = 0;
};

/// Doubles that only grow at their end, or are cut there; read like a const std::vector<double>.
/// They lie in blocks that copies share.
class Numbers {
 public:
  using Iterator = PlaceIterator<Numbers>;
  static constexpr std::size_t kBlock = 4096;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  double operator[](std::size_t i) const { return blocks_[i / kBlock].get()[i % kBlock]; }
  double at(std::size_t i) const {
    if (i >= size_) throw std::out_of_range("Numbers::at");
    return (*this)[i];
  }
  double front() const { return (*this)[0]; }
  double back() const { return (*this)[size_ - 1]; }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, static_cast<std::ptrdiff_t>(size_)}; }
  /// The numbers from `begin` on that lie in one piece, up to `end` at most.
  std::span<const double> piece(std::size_t begin, std::size_t end) const {
    const std::size_t at = begin % kBlock;
    return {blocks_[begin / kBlock].get() + at, std::min(end - begin, kBlock - at)};
  }
  template <class Number>
  bool operator==(const std::vector<Number>& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

  void push_back(double number);
  void append(std::span<const double> numbers);
  void cut(std::size_t count);  ///< to fewer

 private:
  void make_room();
  std::vector<std::shared_ptr<double[]>> blocks_;
  std::size_t size_ = 0, room_ = 0;  ///< room_: of the last block; the first ones begin small
};

/// Steps or times of a series, read like a const std::vector<double>.
class Column {
 public:
  enum class Kind { kStep, kTime };
  struct Rows {
    LineBlocks blocks;
    RowSet rows;
  };
  using Iterator = PlaceIterator<Column>;

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
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, static_cast<std::ptrdiff_t>(size())}; }
  template <class Number>
  bool operator==(const std::vector<Number>& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

 private:
  friend struct ScalarSeries;
  Kind kind_;
  std::shared_ptr<Rows> rows_;
};

struct ScalarSeries {
  ScalarSeries();
  Column step;    ///< global step
  Numbers value;  ///< NaN where it was not finite
  Column time;    ///< seconds since the epoch
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
