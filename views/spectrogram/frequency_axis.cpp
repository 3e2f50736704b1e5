#include "views/spectrogram/frequency_axis.h"

#include <algorithm>
#include <cmath>

namespace warmstart {

double melOf(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double hertzOfMel(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

FrequencyAxis::FrequencyAxis(FrequencyScale scale, double nyquist)
    : scale_(scale), nyquist_(nyquist), lowest_(std::min(20.0, nyquist / 100)) {}

double FrequencyAxis::unitOf(double hertz) const {
  switch (scale_) {
    case FrequencyScale::kLogarithmic:
      return std::log(std::max(hertz, lowest_ / 100) / lowest_) / std::log(nyquist_ / lowest_);
    case FrequencyScale::kMel:
      return melOf(hertz) / melOf(nyquist_);
    case FrequencyScale::kLinear:
      break;
  }
  return hertz / nyquist_;
}

double FrequencyAxis::hertzOf(double unit) const {
  switch (scale_) {
    case FrequencyScale::kLogarithmic:
      return lowest_ * std::pow(nyquist_ / lowest_, unit);
    case FrequencyScale::kMel:
      return hertzOfMel(unit * melOf(nyquist_));
    case FrequencyScale::kLinear:
      break;
  }
  return unit * nyquist_;
}

double FrequencyAxis::placeOf(double hertz) const {
  return (unitOf(hertz) - first_) / (last_ - first_);
}

double FrequencyAxis::hertzAt(double place) const {
  return hertzOf(first_ + place * (last_ - first_));
}

void FrequencyAxis::zoom(double place, double factor, double narrowest) {
  const double fixed = first_ + place * (last_ - first_);
  const double wanted = std::min(1.0, (last_ - first_) / factor);
  const double first = std::clamp(fixed - place * wanted, 0.0, 1 - wanted);
  if (factor > 1 && hertzOf(first + wanted) - hertzOf(first) < narrowest) return;
  first_ = first, last_ = first + wanted;
}

void FrequencyAxis::pan(double by) {
  const double width = last_ - first_;
  first_ = std::clamp(first_ + by * width, 0.0, 1 - width);
  last_ = first_ + width;
}

void FrequencyAxis::show(double low, double high) {
  first_ = std::clamp(unitOf(low), 0.0, 1.0);
  last_ = std::clamp(unitOf(high), 0.0, 1.0);
  if (last_ <= first_) reset();
}

std::vector<double> FrequencyAxis::ticks(int count) const {
  std::vector<double> ticks;
  if (count < 1) return ticks;
  if (scale_ == FrequencyScale::kLinear || high() - low() < high() / 3) {
    const double step = (high() - low()) / count,
                 decade = std::pow(10, std::floor(std::log10(step)));
    const double round = step / decade > 5 ? 10 : step / decade > 2 ? 5 : step / decade > 1 ? 2 : 1;
    for (double at = std::ceil(low() / (round * decade)) * round * decade; at <= high();
         at += round * decade)
      ticks.push_back(at);
    return ticks;
  }
  // 1, 2, 5 of each decade, as far apart as the labels need.
  const double first = scale_ == FrequencyScale::kLogarithmic ? 10 : 100;
  for (double decade = first; decade <= high(); decade *= 10) {
    for (const double round : {1.0, 2.0, 5.0}) {
      const double at = round * decade;
      if (at < low() || at > high()) continue;
      if (ticks.empty() || placeOf(at) - placeOf(ticks.back()) > 0.6 / count) ticks.push_back(at);
    }
  }
  return ticks;
}

}  // namespace warmstart
