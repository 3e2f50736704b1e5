#include "views/live/extremes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace warmstart::live {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Extreme kNothing{kInfinity, -kInfinity, 0, 0};

void join(Extreme& whole, const Extreme& part) {
  if (part.low < whole.low) {
    whole.low = part.low;
    whole.low_at = part.low_at;
  }
  if (part.high > whole.high) {
    whole.high = part.high;
    whole.high_at = part.high_at;
  }
}

void joinValues(Extreme& whole, const Numbers& values, std::size_t begin, std::size_t end) {
  while (begin < end) {
    const std::span<const double> piece = values.piece(begin, end);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      if (std::isfinite(piece[i])) join(whole, {piece[i], piece[i], begin + i, begin + i});
    }
    begin += piece.size();
  }
}

}  // namespace

void Extremes::extend(const Numbers& values) {
  size_ = values.size();
  std::size_t below = size_;
  for (std::size_t level = 0; below >= kFan; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    std::vector<Extreme>& blocks = levels_[level];
    for (std::size_t b = blocks.size(); b < below / kFan; ++b) {
      Extreme whole = kNothing;
      if (level == 0) {
        joinValues(whole, values, b * kFan, (b + 1) * kFan);
      } else {
        for (std::size_t i = b * kFan; i < (b + 1) * kFan; ++i) join(whole, levels_[level - 1][i]);
      }
      blocks.push_back(whole);
    }
    below = blocks.size();
  }
}

void Extremes::cut(std::size_t count) {
  size_ = std::min(size_, count);
  std::size_t below = size_;
  for (std::vector<Extreme>& blocks : levels_) {
    below /= kFan;
    blocks.resize(std::min(blocks.size(), below), kNothing);
  }
}

Extreme Extremes::of(const Numbers& values, std::size_t begin, std::size_t end) const {
  Extreme whole = kNothing;
  std::size_t at = begin;
  while (at < end) {
    // The largest whole block that begins here and does not reach past the end.
    std::size_t width = 1, level = 0;
    while (level < levels_.size() && at % (width * kFan) == 0 && at + width * kFan <= end &&
           at / (width * kFan) < levels_[level].size()) {
      width *= kFan;
      ++level;
    }
    if (level == 0) {
      joinValues(whole, values, at, at + 1);
    } else {
      join(whole, levels_[level - 1][at / width]);
    }
    at += width;
  }
  return whole;
}

}  // namespace warmstart::live
