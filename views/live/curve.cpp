#include "views/live/curve.h"

#include <algorithm>
#include <cmath>

namespace warmstart::live {

std::size_t Curve::behind(const ScalarSeries& series, double constant) const {
  if (constant > 0 && constant != this->constant()) return series.size();
  return series.size() - std::min(series.size(), size());
}

void Curve::follow(const ScalarSeries& series, double constant) {
  for (std::size_t i = size(); i < series.size(); ++i) {
    if (!std::isfinite(series.value[i])) not_finite_.push_back(i);
  }
  raw_.extend(series.value);
  if (constant != this->constant()) {
    smooth_ = {};
    smooth_extremes_ = {};
    smoothing_.reset();
    if (constant > 0) smoothing_.emplace(constant);
  }
  if (!smoothing_) return;
  for (std::size_t i = smooth_.size(); i < series.size(); ++i)
    smooth_.push_back(smoothing_->next(series.step[i], series.value[i]));
  smooth_extremes_.extend(smooth_);
}

}  // namespace warmstart::live
