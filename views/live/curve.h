// What is needed to draw one series quickly at any zoom: its extremes, its smoothed values with
// theirs, and where it is not finite. Follows a ScalarSeries that grows or is cut. Values: a curve
// may be moved to another thread, brought up to date there with a copy of the series, and back.
#pragma once
#include <optional>

#include "views/feed/scalar_series.h"
#include "views/live/extremes.h"
#include "views/live/smoothing.h"

namespace warmstart::live {

class Curve {
 public:
  /// Takes in what the series has beyond size(); `constant` 0 = no smoothing.
  void follow(const ScalarSeries& series, double constant);
  /// Points from `count` on are forgotten (the run went back).
  void cut(std::size_t count);
  std::size_t size() const { return raw_.size(); }
  double constant() const { return smoothing_ ? smoothing_->constant() : 0; }
  /// Points that follow() would have to visit.
  std::size_t behind(const ScalarSeries& series, double constant) const;

  const Extremes& raw() const { return raw_; }
  const std::vector<double>& smooth() const { return smooth_; }  ///< empty without smoothing
  const Extremes& smoothExtremes() const { return smooth_extremes_; }
  const std::vector<std::size_t>& notFinite() const { return not_finite_; }

 private:
  Extremes raw_, smooth_extremes_;
  std::vector<double> smooth_;
  std::vector<std::size_t> not_finite_;
  std::optional<Smoothing> smoothing_;
};

}  // namespace warmstart::live
