// The points of a curve that a plot of some pixels can show: for each pixel
// column the lowest and the highest value, in step order, so no peak is lost at
// any zoom. No Qt.
#pragma once
#include <functional>
#include <vector>

#include "views/live/curve.h"

namespace warmstart::live {

struct Point {
  double x, y;
};

struct Window {
  double low, high;  ///< of the x axis
  int columns;       ///< pixels
};

/// `x` gives the place of a point on the x axis and ascends. `values` are the
/// series' own or the smoothed ones, `extremes` of them. One point on either
/// side of the window is kept, so that lines run to the edge. NaN stays as a
/// gap where single points are shown.
std::vector<Point> pointsInWindow(const Numbers& values, const Extremes& extremes,
                                  const std::function<double(std::size_t)>& x,
                                  const Window& window);

}  // namespace warmstart::live
