#include "views/live/shown_run.h"

#include "views/look/theme.h"

namespace warmstart::live {

QColor ShownRun::colour() const { return look::category(place_); }

const ScalarSeries* ShownRun::series(const std::string& metric) const {
  for (const auto* all : {&log().scalars, &log().validations}) {
    if (const auto found = all->find(metric); found != all->end()) return &found->second;
  }
  return nullptr;
}

const Curve& ShownRun::curve(const std::string& metric, const ScalarSeries& series,
                             double smoothing) {
  Curve& curve = curves_[metric];
  curve.follow(series, smoothing);
  return curve;
}

double ShownRun::startTime() const {
  return log().start.is_object() ? log().start.value("time", 0.0) : 0.0;
}

double ShownRun::x(const ScalarSeries& series, std::size_t at, XAxis axis) const {
  if (axis == XAxis::kStep) return series.step[at];
  return axis == XAxis::kWallTime ? series.time[at] : series.time[at] - startTime();
}

}  // namespace warmstart::live
