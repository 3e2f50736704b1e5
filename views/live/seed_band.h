// Several runs that differ in their seed, as one line: the mean of their curves
// at each pixel column with the spread about it. No Qt.
#pragma once
#include <functional>
#include <vector>

#include "views/live/curve_points.h"

namespace warmstart::live {

struct BandSource {
  const Numbers* values;
  std::size_t count;                     ///< of the values that count
  std::function<double(std::size_t)> x;  ///< place of a point on the axis; it ascends
};

struct BandPoint {
  double x, mean;
  double deviation;   ///< sample standard deviation (n - 1); 0 where one run
                      ///< alone is there
  std::size_t count;  ///< n: runs that have a value here
};

/// At the middle of each column the curves' values, linear between their
/// points. A curve takes no part before its first and after its last point, nor
/// beside a value that is not finite; columns without any curve are left out.
std::vector<BandPoint> seedBand(const std::vector<BandSource>& sources, const Window& window);

}  // namespace warmstart::live
