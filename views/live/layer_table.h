// Statistics of every layer over the steps, as the layers page draws them:
// taken from "statistics" events, one column an event. Plain values without Qt.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace warmstart::live {

enum class LayerQuantity { kGradientNorm, kUpdateRatio, kZeroShare, kWeightNorm };
constexpr std::size_t kLayerQuantities = 4;
enum class LayerTensor { kGradient, kWeight };

/// Counts of values over the steps on one common axis.
struct HistogramMap {
  double low = 0, high = 1;                ///< ends of the value axis
  std::vector<std::vector<double>> share;  ///< [column][bin], each column sums to 1 (0 = no values)
};

class LayerTable {
 public:
  /// Adds the events that are not in the table yet. False when the list got
  /// shorter (the run went back): the table was made anew.
  bool update(const std::vector<Json>& statistics);
  void clear();

  const std::vector<std::string>& layers() const { return layers_; }  ///< in the model's order
  const std::vector<std::int64_t>& steps() const { return steps_; }   ///< global, one a column
  /// NaN where the layer has no number at that step.
  double value(LayerQuantity quantity, std::size_t layer, std::size_t column) const;
  HistogramMap histogram(std::size_t layer, LayerTensor tensor, std::size_t bins) const;

 private:
  struct Histogram {
    double low = 0, high = 0;
    std::vector<double> counts;
  };
  struct Cell {
    std::array<double, kLayerQuantities> values{};
    std::array<Histogram, 2> histograms;
    bool filled = false;
  };
  void add(const Json& event);
  static Histogram read_histogram(const Json& layer, const char* key);
  const Cell* cell(std::size_t layer, std::size_t column) const;
  std::vector<std::string> layers_;
  std::map<std::string, std::size_t> places_;
  std::vector<std::int64_t> steps_;
  std::vector<std::vector<Cell>> columns_;  ///< [column][layer]
  std::size_t taken_ = 0;
  std::int64_t last_step_ = -1;
};

}  // namespace warmstart::live
