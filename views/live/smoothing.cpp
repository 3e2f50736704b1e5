#include "views/live/smoothing.h"

#include <cmath>
#include <limits>

namespace warmstart::live {

double Smoothing::next(double step, double value) {
  if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
  if (const double gap = step - last_step_; gap != gap_) {
    gap_ = gap;
    decay_ = std::exp(-gap / constant_);
  }
  last_step_ = step;
  sum_ = sum_ * decay_ + value;
  weight_ = weight_ * decay_ + 1;
  return sum_ / weight_;
}

}  // namespace warmstart::live
