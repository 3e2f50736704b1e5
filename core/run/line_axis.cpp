#include "core/run/line_axis.h"

#include <algorithm>

namespace warmstart {

void LineAxis::add(double step, double time) {
  const std::size_t at = size_ % LineBlock::kRows;
  if (at == 0) blocks_.push_back(std::make_shared<LineBlock>());
  blocks_.back()->step[at] = step;
  blocks_.back()->time[at] = time;
  ++size_;
}

void LineAxis::cut_after(double step) {
  const auto later = [this, step](std::size_t row) {
    return blocks_[row / LineBlock::kRows]->step[row % LineBlock::kRows] > step;
  };
  while (size_ > 0 && later(size_ - 1)) --size_;
  blocks_.resize((size_ + LineBlock::kRows - 1) / LineBlock::kRows);
  if (!blocks_.empty()) blocks_.back() = std::make_shared<LineBlock>(*blocks_.back());
}

void RowSet::add(std::size_t row) {
  if (count_ == 0) first_ = row;
  if (sparse_.empty() && row != first_ + count_) become_sparse();
  if (!sparse_.empty()) sparse_.push_back(static_cast<std::uint32_t>(row));
  ++count_;
}

void RowSet::append(const RowSet& newer, std::size_t base) {
  if (newer.count_ == 0) return;
  const std::size_t begin = base + newer[0];
  if (count_ == 0) first_ = begin;
  if (sparse_.empty() && newer.sparse_.empty() && begin == first_ + count_) {
    count_ += newer.count_;
    return;
  }
  for (std::size_t i = 0; i < newer.count_; ++i) add(base + newer[i]);
}

void RowSet::resize(std::size_t count) {
  count_ = std::min(count, count_);
  if (!sparse_.empty()) sparse_.resize(count_);
}

void RowSet::become_sparse() {
  sparse_.reserve(2 * count_ + 1);
  for (std::size_t i = 0; i < count_; ++i)
    sparse_.push_back(static_cast<std::uint32_t>(first_ + i));
}

}  // namespace warmstart
