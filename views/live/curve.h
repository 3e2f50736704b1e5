// What is needed to draw one series quickly at any zoom: its extremes, its
// smoothed values with theirs, and where it is not finite. Follows a
// ScalarSeries that grows. A copy of a curve may be brought up to date on
// another thread while the curve is drawn; after that only one of them may
// follow further.
#pragma once
#include <optional>

#include "core/run/scalar_series.h"
#include "views/live/extremes.h"
#include "views/live/smoothing.h"

namespace warmstart::live {

class Curve {
 public:
  /// Takes in what the series has beyond size(); `constant` 0 = no smoothing.
  void follow(const ScalarSeries& series, double constant);
  std::size_t size() const { return raw_.size(); }
  double constant() const { return smoothing_ ? smoothing_->constant() : 0; }
  /// Points that follow() would have to visit.
  std::size_t behind(const ScalarSeries& series, double constant) const;

  const Extremes& raw() const { return raw_; }
  const Numbers& smooth() const { return smooth_; }  ///< empty without smoothing
  const Extremes& smoothExtremes() const { return smooth_extremes_; }
  const std::vector<std::size_t>& notFinite() const { return not_finite_; }

 private:
  Extremes raw_, smooth_extremes_;
  Numbers smooth_;
  std::vector<std::size_t> not_finite_;
  std::optional<Smoothing> smoothing_;
};

}  // namespace warmstart::live
