// A run in the Live panel: its feed, its name and colour, and the curves that
// were drawn so far. Curves of long series are made on other threads; until one
// is ready, what is known is drawn.
#pragma once
#include <QColor>
#include <map>
#include <memory>

#include "core/run/alerts.h"
#include "core/run/samples_per_step.h"
#include "views/feed/run_feed.h"
#include "views/live/curve.h"
#include "views/live/line_pen.h"

namespace warmstart::live {

enum class XAxis { kStep, kRelativeTime, kWallTime, kSamples };

class ShownRun : public QObject {
  Q_OBJECT
 public:
  ShownRun(std::shared_ptr<RunFeed> feed, QString name, int place);
  const RunFeed& feed() const { return *feed_; }
  const RunHistory& log() const { return feed_->log(); }
  const QString& name() const { return name_; }
  void setName(const QString& name) { name_ = name; }
  QColor colour() const;
  /// The colour, with dashes where other runs have the same one.
  QPen pen(double width) const { return linePen(place_, width); }
  bool visible = true;
  QString group;              ///< runs of one arm that differ in their seed have the same
  std::vector<Alert> alerts;  ///< told so far

  /// A scalar or a measured metric; nullptr where the run has none of that
  /// name.
  const ScalarSeries* series(const std::string& metric) const;
  /// What can be drawn of a series now. Where much is missing it is made in the
  /// background, and curveReady() follows.
  std::shared_ptr<const Curve> curve(const std::string& metric, const ScalarSeries& series,
                                     double smoothing);
  bool settled() const { return at_work_ == 0; }  ///< no curve is being made
  /// Seconds since the epoch at which relative time is zero.
  double startTime() const;
  double x(const ScalarSeries& series, std::size_t at, XAxis axis) const;
  /// Where a step stands on the axis; none where the run does not know.
  std::optional<double> xAt(double step, XAxis axis) const;
  bool knowsSamples() const { return samples_.known(); }

 signals:
  void curveReady();

 private:
  struct Drawn {
    std::shared_ptr<Curve> curve = std::make_shared<Curve>();
    bool at_work = false;
  };
  void make(const std::string& metric, Drawn& drawn, const ScalarSeries& series, double smoothing);
  std::shared_ptr<RunFeed> feed_;
  QString name_;
  int place_;
  std::map<std::string, Drawn> drawn_;
  std::map<std::string, double> per_step_;  ///< samples, by stage
  SamplesSeen samples_;
  int at_work_ = 0;
  int generation_ = 0;  ///< counts how often the run went back
};

}  // namespace warmstart::live
