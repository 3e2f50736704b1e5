#include "core/run/scalar_series.h"

#include <algorithm>
#include <atomic>

namespace warmstart {
namespace {

void follow_axis(LineBlocks& blocks, const LineAxis& axis) {
  const LineBlocks& all = axis.blocks();
  blocks.insert(blocks.end(), all.begin() + static_cast<std::ptrdiff_t>(blocks.size()), all.end());
}

}  // namespace

void Numbers::make_room() {
  constexpr std::size_t kFirst = 16;  // thousands of metrics have a handful of points each
  const std::size_t used = size_ % kBlock;
  if (used == 0) {
    room_ = size_ == 0 ? kFirst : kBlock;
    blocks_.push_back(std::make_shared_for_overwrite<double[]>(room_));
  } else if (used == room_) {
    // A new block, not a longer one: copies go on reading the old.
    room_ *= 2;
    std::shared_ptr<double[]> longer = std::make_shared_for_overwrite<double[]>(room_);
    std::copy_n(blocks_.back().get(), used, longer.get());
    blocks_.back() = std::move(longer);
  }
}

void Numbers::push_back(double number) {
  make_room();
  blocks_.back().get()[size_ % kBlock] = number;
  ++size_;
}

void Numbers::append(std::span<const double> numbers) {
  while (!numbers.empty()) {
    make_room();
    const std::size_t used = size_ % kBlock, count = std::min(numbers.size(), room_ - used);
    std::copy_n(numbers.data(), count, blocks_.back().get() + used);
    size_ += count;
    numbers = numbers.subspan(count);
  }
}

void Numbers::cut(std::size_t count) {
  size_ = std::min(size_, count);
  blocks_.resize((size_ + kBlock - 1) / kBlock);
  room_ = kBlock;
  if (blocks_.empty()) return;
  // What follows is written to a block that no copy reads.
  std::shared_ptr<double[]> own = std::make_shared_for_overwrite<double[]>(kBlock);
  std::copy_n(blocks_.back().get(), size_ - (blocks_.size() - 1) * kBlock, own.get());
  blocks_.back() = std::move(own);
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
  std::atomic_thread_fence(std::memory_order_acquire);  // after what a copy's thread last read
  return *step.rows_;
}

void ScalarSeries::append(const LineAxis& axis, const RowSet& rows, std::size_t base,
                          const std::vector<double>& values) {
  Column::Rows& own = own_rows();
  follow_axis(own.blocks, axis);
  own.rows.append(rows, base);
  value.append(values);
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
  value.cut(kept);
}

}  // namespace warmstart
