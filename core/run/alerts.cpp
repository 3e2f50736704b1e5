#include "core/run/alerts.h"

#include <algorithm>
#include <cmath>

namespace warmstart {
namespace {

constexpr std::size_t kFewest = 20;  ///< values before a median means something
constexpr std::size_t kWaitWindow = 50;

const ScalarSeries& series_or_empty(const std::map<std::string, ScalarSeries>& all,
                                    const std::string& name) {
  static const ScalarSeries empty;
  const auto found = all.find(name);
  return found == all.end() ? empty : found->second;
}

bool tells_of_loss(const std::string& text) { return text.starts_with("loss is "); }

}  // namespace

void RunningMedian::add(double value) {
  if (order_.size() == window_) {
    sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), order_.front()));
    order_.pop_front();
  }
  order_.push_back(value);
  sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), value), value);
}

double RunningMedian::median() const {
  const std::size_t half = sorted_.size() / 2;
  return sorted_.size() % 2 == 1 ? sorted_[half] : (sorted_[half - 1] + sorted_[half]) / 2;
}

std::optional<Alert> outgrown(AlertRule rule, const ScalarSeries& series, std::size_t begin,
                              double factor, RunningMedian& before) {
  for (std::size_t i = begin; i < series.size(); ++i) {
    const double value = series.value[i];
    if (!std::isfinite(value)) continue;
    if (before.size() >= kFewest && before.median() > 0 && value > factor * before.median())
      return Alert{rule, static_cast<std::int64_t>(series.step[i]), value / before.median()};
    before.add(value);
  }
  return {};
}

std::optional<Alert> plateau(const ScalarSeries& series, bool higher_is_better,
                             std::size_t window) {
  std::optional<double> best;
  std::size_t stale = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double value = series.value[i];
    if (std::isnan(value)) continue;
    const bool better = !best || (higher_is_better ? value > *best : value < *best);
    if (better) best = value;
    stale = better ? 0 : stale + 1;
    if (stale >= std::max<std::size_t>(window, 1)) {
      return Alert{AlertRule::kPlateau, static_cast<std::int64_t>(series.step[i]),
                   static_cast<double>(stale)};
    }
  }
  return {};
}

std::optional<Alert> waited(const ScalarSeries& series, std::size_t begin, double limit) {
  for (std::size_t i = std::max(begin, kWaitWindow - 1); i < series.size(); ++i) {
    double sum = 0;
    for (std::size_t k = i + 1 - kWaitWindow; k <= i; ++k) sum += series.value[k];
    const double share = sum / static_cast<double>(kWaitWindow);
    if (share > limit)
      return Alert{AlertRule::kLoader, static_cast<std::int64_t>(series.step[i]), share};
  }
  return {};
}

std::optional<DecidingMetric> deciding_metric(const RunHistory& history) {
  for (auto event = history.validations.rbegin(); event != history.validations.rend(); ++event) {
    const auto info = event->find("metric_info");
    if (info == event->end() || !info->is_array() || info->empty()) continue;
    const Json& first = info->front();
    if (!first.is_object() || !first.contains("name") || !first["name"].is_string()) continue;
    const auto higher = first.find("higher_is_better");
    return DecidingMetric{event->value("on", "") + "." + first["name"].get<std::string>(),
                          higher == first.end() || !higher->is_boolean() || higher->get<bool>()};
  }
  return {};
}

std::optional<std::int64_t> best_validation(const RunHistory& history) {
  const std::optional<DecidingMetric> metric = deciding_metric(history);
  if (!metric) return {};
  const ScalarSeries& series = series_or_empty(history.measured, metric->series);
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (std::isnan(series.value[i])) continue;
    const auto better = [&](double a, double b) {
      return metric->higher_is_better ? a > b : a < b;
    };
    if (!best || better(series.value[i], series.value[*best])) best = i;
  }
  if (!best) return {};
  return static_cast<std::int64_t>(series.step[*best]);
}

std::vector<std::int64_t> skipped_steps(const RunHistory& history) {
  std::vector<std::int64_t> steps;
  for (const Json& warning : history.warnings) {
    const auto text = warning.find("text"), step = warning.find("global_step");
    if (text != warning.end() && text->is_string() && step != warning.end() &&
        step->is_number_integer() && tells_of_loss(text->get<std::string>()))
      steps.push_back(step->get<std::int64_t>());
  }
  if (history.state == "failed" && tells_of_loss(history.error)) steps.push_back(history.step + 1);
  return steps;
}

AlertSeries alert_series(const RunHistory& history) {
  AlertSeries series{series_or_empty(history.scalars, "loss"),
                     series_or_empty(history.scalars, "gradient_norm"),
                     series_or_empty(history.scalars, "loader_wait_share"),
                     {},
                     true,
                     skipped_steps(history)};
  if (const auto metric = deciding_metric(history)) {
    series.validation = series_or_empty(history.measured, metric->series);
    series.higher_is_better = metric->higher_is_better;
  }
  return series;
}

std::vector<Alert> AlertWatch::look(const AlertSeries& series, const AlertSettings& settings) {
  std::vector<Alert> alerts;
  const auto wanted = [&](AlertRule rule) {
    const auto at = static_cast<std::size_t>(rule);
    return settings.on[at] && !told_[at];
  };
  const auto limit = [&](AlertRule rule) {
    return settings.threshold[static_cast<std::size_t>(rule)];
  };
  const auto tell = [&](const std::optional<Alert>& alert) {
    if (!alert) return;
    told_[static_cast<std::size_t>(alert->rule)] = true;
    alerts.push_back(*alert);
  };
  if (wanted(AlertRule::kNotFinite)) {
    std::optional<Alert> bad;
    loss_ = std::min(loss_, series.loss.size());  // the run may have gone back
    for (; !bad && loss_ < series.loss.size(); ++loss_) {
      if (!std::isfinite(series.loss.value[loss_]))
        bad = Alert{AlertRule::kNotFinite, static_cast<std::int64_t>(series.loss.step[loss_])};
    }
    if (!bad && !series.skipped.empty()) bad = Alert{AlertRule::kNotFinite, series.skipped.front()};
    tell(bad);
  }
  if (wanted(AlertRule::kPlateau)) {
    tell(plateau(series.validation, series.higher_is_better,
                 static_cast<std::size_t>(std::max(1.0, limit(AlertRule::kPlateau)))));
  }
  if (wanted(AlertRule::kGradient)) {
    tell(outgrown(AlertRule::kGradient, series.gradient_norm, gradients_,
                  limit(AlertRule::kGradient), norms_));
    gradients_ = series.gradient_norm.size();
  }
  if (wanted(AlertRule::kSpike)) {
    tell(outgrown(AlertRule::kSpike, series.loss, spikes_, limit(AlertRule::kSpike), losses_));
    spikes_ = series.loss.size();
  }
  if (wanted(AlertRule::kLoader)) {
    tell(waited(series.loader_wait, waits_, limit(AlertRule::kLoader)));
    waits_ = series.loader_wait.size();
  }
  return alerts;
}

}  // namespace warmstart
