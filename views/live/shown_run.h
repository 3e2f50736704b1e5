// A run in the Live panel: its feed, its name and colour, and the curves that were drawn so far.
#pragma once
#include <QColor>
#include <map>
#include <memory>

#include "views/feed/run_feed.h"
#include "views/live/curve.h"

namespace warmstart::live {

enum class XAxis { kStep, kRelativeTime, kWallTime };

class ShownRun {
 public:
  ShownRun(std::shared_ptr<RunFeed> feed, QString name, int place)
      : feed_(std::move(feed)), name_(std::move(name)), place_(place) {}
  const RunFeed& feed() const { return *feed_; }
  const RunLog& log() const { return feed_->log(); }
  const QString& name() const { return name_; }
  QColor colour() const;
  bool visible = true;

  /// A scalar or a validation metric; nullptr where the run has none of that name.
  const ScalarSeries* series(const std::string& metric) const;
  /// The curve of a series, brought up to date.
  const Curve& curve(const std::string& metric, const ScalarSeries& series, double smoothing);
  /// The run went back: curves are made again.
  void forgetCurves() { curves_.clear(); }
  /// Seconds since the epoch at which relative time is zero.
  double startTime() const;
  double x(const ScalarSeries& series, std::size_t at, XAxis axis) const;

 private:
  std::shared_ptr<RunFeed> feed_;
  QString name_;
  int place_;
  std::map<std::string, Curve> curves_;
};

}  // namespace warmstart::live
