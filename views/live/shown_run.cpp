#include "views/live/shown_run.h"

#include <QtConcurrent>

#include "views/look/theme.h"

namespace warmstart::live {
namespace {

/// So many points are taken in at once: well under a millisecond.
constexpr std::size_t kAtOnce = 20000;

}  // namespace

ShownRun::ShownRun(std::shared_ptr<RunFeed> feed, QString name, int place)
    : feed_(std::move(feed)), name_(std::move(name)), place_(place) {
  // A run that went back: its curves are made anew, and those under way are of the past.
  connect(feed_.get(), &RunFeed::restarted, this, [this] {
    drawn_.clear();
    ++generation_;
  });
}

QColor ShownRun::colour() const { return look::category(place_); }

const ScalarSeries* ShownRun::series(const std::string& metric) const {
  for (const auto* all : {&log().scalars, &log().measured}) {
    if (const auto found = all->find(metric); found != all->end()) return &found->second;
  }
  return nullptr;
}

std::shared_ptr<const Curve> ShownRun::curve(const std::string& metric, const ScalarSeries& series,
                                             double smoothing) {
  Drawn& drawn = drawn_[metric];
  if (drawn.at_work) return drawn.curve;
  // Measured at one step a second time, the older value went.
  if (series.size() < drawn.curve->size()) drawn.curve = std::make_shared<Curve>();
  if (drawn.curve->behind(series, smoothing) <= kAtOnce) {
    drawn.curve->follow(series, smoothing);
  } else {
    make(metric, drawn, series, smoothing);
  }
  return drawn.curve;
}

void ShownRun::make(const std::string& metric, Drawn& drawn, const ScalarSeries& series,
                    double smoothing) {
  drawn.at_work = true;
  ++at_work_;
  QtConcurrent::run([older = drawn.curve, series, smoothing] {
    auto curve = std::make_shared<Curve>(*older);
    curve->follow(series, smoothing);
    return curve;
  }).then(this, [this, metric, generation = generation_](std::shared_ptr<Curve> curve) {
    --at_work_;
    if (generation != generation_) return;
    drawn_[metric] = {std::move(curve), false};
    emit curveReady();
  });
}

double ShownRun::startTime() const {
  return log().start.is_object() ? log().start.value("time", 0.0) : 0.0;
}

double ShownRun::x(const ScalarSeries& series, std::size_t at, XAxis axis) const {
  if (axis == XAxis::kStep) return series.step[at];
  return axis == XAxis::kWallTime ? series.time[at] : series.time[at] - startTime();
}

}  // namespace warmstart::live
