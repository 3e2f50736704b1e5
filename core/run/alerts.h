// What is worth a look in a run, found in what it measured: a loss that is no number, a plateau, an
// exploding gradient, a loss spike, a loader that is waited for. Rules are plain functions over
// series; an AlertWatch follows a growing run and tells each rule once. Called by the Live panel.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/run/run_history.h"

namespace warmstart {

enum class AlertRule { kNotFinite, kPlateau, kGradient, kSpike, kLoader, kDisk };
constexpr std::size_t kAlertRules = 6;

struct AlertSettings {
  std::array<bool, kAlertRules> on{true, true, true, true, true, true};
  /// By rule: unused; validations without improvement; times the running median of the gradient
  /// norm; times that of the loss; share of the time waited for the loader; share of the disk free.
  std::array<double, kAlertRules> threshold{0, 10, 10, 5, 0.2, 0.05};
  bool operator==(const AlertSettings&) const = default;
};

struct Alert {
  AlertRule rule;
  std::int64_t step = 0;  ///< global step where it showed
  double value = 0;       ///< what was compared: ratio, share, count of validations
  bool operator==(const Alert&) const = default;
};

/// Median of the newest values of a window.
class RunningMedian {
 public:
  explicit RunningMedian(std::size_t window) : window_(window) {}
  void add(double value);
  std::size_t size() const { return order_.size(); }
  double median() const;  ///< of an even count the mean of the middle two; there must be values

 private:
  std::size_t window_;
  std::deque<double> order_;  ///< as they came
  std::vector<double> sorted_;
};

/// First point from `begin` on whose value is more than `factor` times the median of the up to 100
/// before it (at least 20, and a median above zero). The median goes on from where it stood.
std::optional<Alert> outgrown(AlertRule rule, const ScalarSeries& series, std::size_t begin,
                              double factor, RunningMedian& before);
/// First place from which on `window` values in a row were not better than the best before.
std::optional<Alert> plateau(const ScalarSeries& series, bool higher_is_better, std::size_t window);
/// First point from `begin` on at which the mean of the newest 50 shares is above `limit`.
std::optional<Alert> waited(const ScalarSeries& series, std::size_t begin, double limit);

/// Of a run's validations: the series that decides which is best (first metric, as the trainer
/// does), and which way is better. None before the first validation.
struct DecidingMetric {
  std::string series;  ///< name in RunHistory::measured
  bool higher_is_better = true;
};
std::optional<DecidingMetric> deciding_metric(const RunHistory& history);
/// The step of the best validation so far.
std::optional<std::int64_t> best_validation(const RunHistory& history);
/// Steps whose loss was no number and so has no step line: from warnings and the last word.
std::vector<std::int64_t> skipped_steps(const RunHistory& history);

/// What rules look at, copied from a history so that another thread may look.
struct AlertSeries {
  ScalarSeries loss, gradient_norm, loader_wait, validation;
  bool higher_is_better = true;
  std::vector<std::int64_t> skipped;
};
AlertSeries alert_series(const RunHistory& history);

/// Remembers how far it looked and what it told. The rule about the disk is its caller's.
class AlertWatch {
 public:
  /// New alerts, at most one a rule over the life of the watch.
  std::vector<Alert> look(const AlertSeries& series, const AlertSettings& settings);

 private:
  std::array<bool, kAlertRules> told_{};
  std::size_t loss_ = 0, spikes_ = 0, gradients_ = 0, waits_ = 0;
  RunningMedian losses_{100}, norms_{100};
};

}  // namespace warmstart
