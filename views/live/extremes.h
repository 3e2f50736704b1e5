// Lowest and highest value of any range of a series in a few look-ups, however
// long it is: a tree of blocks that only grows. Curves are thinned with it to
// what a pixel column can show. No Qt.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/run/scalar_series.h"

namespace warmstart::live {

struct Extreme {
  double low, high;             ///< NaN-free; low > high where there is no finite value
  std::size_t low_at, high_at;  ///< their places
  bool empty() const { return low > high; }
};

class Extremes {
 public:
  /// Takes in the values from size() on. `values` are what was given before,
  /// and more.
  void extend(const Numbers& values);
  /// Values from `count` on are forgotten.
  void cut(std::size_t count);
  std::size_t size() const { return size_; }
  /// Of places begin to end - 1 of `values`, end <= size().
  Extreme of(const Numbers& values, std::size_t begin, std::size_t end) const;

 private:
  static constexpr std::size_t kFan = 16;
  std::vector<std::vector<Extreme>> levels_;  ///< level k: whole blocks of kFan^(k+1) values
  std::size_t size_ = 0;
};

}  // namespace warmstart::live
