#include "views/live/shown_run.h"

#include <algorithm>

#include "views/desk/background.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

/// So many points are taken in at once: well under a millisecond.
constexpr std::size_t kAtOnce = 20000;

}  // namespace

ShownRun::ShownRun(std::shared_ptr<RunFeed> feed, QString name, int place)
    : feed_(std::move(feed)), name_(std::move(name)), place_(place) {
  // A run that went back: its curves are made anew, and those under way are of
  // the past.
  connect(feed_.get(), &RunFeed::restarted, this, [this] {
    drawn_.clear();
    ++generation_;
  });
  const auto count = [this] { samples_ = SamplesSeen(log(), per_step_); };
  connect(feed_.get(), &RunFeed::grown, this, [this, count, stages = std::size_t{0}]() mutable {
    if (stages == log().stages.size()) return;
    stages = log().stages.size();
    count();
  });
  ++at_work_;
  inBackground(
      this, [folder = feed_->folder()] { return samples_per_step(folder); },
      [this, count](const std::map<std::string, double>& known) {
        --at_work_;
        per_step_ = known;
        count();
        if (samples_.known()) emit curveReady();
      });
}

QColor ShownRun::colour() const { return look::category(place_); }

const ScalarSeries* ShownRun::series(const std::string& metric) const {
  for (const auto* all : {&log().scalars, &log().measured, &log().system}) {
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
  inBackground(
      this,
      [older = drawn.curve, series, smoothing] {
        auto curve = std::make_shared<Curve>(*older);
        curve->follow(series, smoothing);
        return curve;
      },
      [this, metric, generation = generation_](std::shared_ptr<Curve> curve) {
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
  if (axis == XAxis::kSamples) return samples_.at(series.step[at]);
  return axis == XAxis::kWallTime ? series.time[at] : series.time[at] - startTime();
}

std::optional<double> ShownRun::xAt(double step, XAxis axis) const {
  if (axis == XAxis::kStep) return step;
  if (axis == XAxis::kSamples)
    return knowsSamples() ? std::optional(samples_.at(step)) : std::nullopt;
  const ScalarSeries* loss = series("loss");
  if (!loss || loss->size() == 0) return {};
  const auto at = static_cast<std::size_t>(
      std::lower_bound(loss->step.begin(), loss->step.end(), step) - loss->step.begin());
  return x(*loss, std::min(at, loss->size() - 1), axis);
}

}  // namespace warmstart::live
