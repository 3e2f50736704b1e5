#include "views/live/layer_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace warmstart::live {
namespace {

constexpr std::array<const char*, kLayerQuantities> kQuantityKeys{
    "gradient_norm", "update_ratio", "gradient_zero_share", "weight_norm"};
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double number_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : kMissing;
}

}  // namespace

void LayerTable::clear() { *this = {}; }

bool LayerTable::update(const std::vector<Json>& statistics) {
  const bool went_back =
      taken_ > statistics.size() ||
      (taken_ > 0 && statistics[taken_ - 1].value("global_step", std::int64_t{-1}) != last_step_);
  if (went_back) clear();
  for (; taken_ < statistics.size(); ++taken_) {
    last_step_ = statistics[taken_].value("global_step", std::int64_t{-1});
    add(statistics[taken_]);
  }
  return !went_back;
}

void LayerTable::add(const Json& event) {
  const auto list = event.find("layers");
  if (list == event.end() || !list->is_array()) return;
  steps_.push_back(last_step_);
  std::vector<Cell>& column = columns_.emplace_back(layers_.size());
  for (const Json& layer : *list) {
    const auto name = layer.find("name");
    if (name == layer.end() || !name->is_string()) continue;
    const auto [place, fresh] = places_.try_emplace(name->get<std::string>(), layers_.size());
    if (fresh) layers_.push_back(place->first);
    if (place->second >= column.size()) column.resize(place->second + 1);
    Cell& cell = column[place->second];
    cell.filled = true;
    for (std::size_t i = 0; i < kLayerQuantities; ++i)
      cell.values[i] = number_at(layer, kQuantityKeys[i]);
    cell.histograms = {read_histogram(layer, "gradient"), read_histogram(layer, "weight")};
  }
}

LayerTable::Histogram LayerTable::read_histogram(const Json& layer, const char* key) {
  const auto found = layer.find(key);
  if (found == layer.end() || !found->is_object()) return {};
  Histogram histogram{number_at(*found, "low"), number_at(*found, "high"), {}};
  const auto counts = found->find("counts");
  if (counts == found->end() || !counts->is_array() || !(histogram.low <= histogram.high))
    return {};
  for (const Json& count : *counts)
    histogram.counts.push_back(count.is_number() ? count.get<double>() : 0);
  return histogram;
}

const LayerTable::Cell* LayerTable::cell(std::size_t layer, std::size_t column) const {
  const std::vector<Cell>& cells = columns_.at(column);
  return layer < cells.size() && cells[layer].filled ? &cells[layer] : nullptr;
}

double LayerTable::value(LayerQuantity quantity, std::size_t layer, std::size_t column) const {
  const Cell* found = cell(layer, column);
  return found ? found->values.at(static_cast<std::size_t>(quantity)) : kMissing;
}

HistogramMap LayerTable::histogram(std::size_t layer, LayerTensor tensor, std::size_t bins) const {
  HistogramMap map{
      std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), {}};
  const auto which = static_cast<std::size_t>(tensor);
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const Cell* found = cell(layer, column);
    if (!found || found->histograms[which].counts.empty()) continue;
    map.low = std::min(map.low, found->histograms[which].low);
    map.high = std::max(map.high, found->histograms[which].high);
  }
  if (!(map.low <= map.high)) return {};
  if (map.low == map.high) map.high = map.low + std::max(1e-12, std::abs(map.low) * 1e-6);
  const double width = (map.high - map.low) / static_cast<double>(bins);
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    std::vector<double>& share = map.share.emplace_back(bins, 0.0);
    const Cell* found = cell(layer, column);
    if (!found) continue;
    const Histogram& histogram = found->histograms[which];
    double total = 0;
    for (const double count : histogram.counts) total += count;
    if (total <= 0) continue;
    // Each count is spread evenly over the part of the common axis that its own
    // bin covers.
    const double own =
        (histogram.high - histogram.low) / static_cast<double>(histogram.counts.size());
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      const double begin = histogram.low + own * static_cast<double>(i), end = begin + own;
      const auto first = static_cast<std::size_t>(
          std::clamp((begin - map.low) / width, 0.0, static_cast<double>(bins - 1)));
      const auto last = static_cast<std::size_t>(
          std::clamp((end - map.low) / width, 0.0, static_cast<double>(bins - 1)));
      for (std::size_t bin = first; bin <= last; ++bin) {
        const double left = map.low + width * static_cast<double>(bin);
        const double overlap = std::min(end, left + width) - std::max(begin, left);
        const double part = own > 0 ? std::max(0.0, overlap) / own : (bin == first ? 1.0 : 0.0);
        share[bin] += histogram.counts[i] / total * part;
      }
    }
  }
  return map;
}

}  // namespace warmstart::live
