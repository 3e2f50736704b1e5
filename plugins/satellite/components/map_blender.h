// Puts the predictions of overlapping tiles together into one map, strip by strip: only the rows
// that tiles still to come can reach are in memory. Each tile counts with a Gaussian that trusts
// its middle, as in sliding_window.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>

#include "plugins/satellite/io/raster.h"

namespace warmstart::satellite {

class MapBlender {
 public:
  /// Rows that are done: the first one's number, values (K,rows,width) float, has_data (rows,width)
  /// bool.
  using Rows = std::function<void(std::int64_t row, const at::Tensor& values_KHW,
                                  const at::Tensor& has_data_HW)>;
  MapBlender(std::int64_t width, std::int64_t height, Rows rows);
  /// Tiles come in order of their rows, all of one size. `values` (K,h,w) lies over `window`.
  void add(const Window& window, const at::Tensor& values_KHW, const at::Tensor& has_data_HW);
  /// After the last tile.
  void finish();

 private:
  void hand_out(std::int64_t rows);
  std::int64_t width_, height_, first_row_ = 0;
  Rows rows_;
  at::Tensor sum_KHW_, weight_HW_, has_data_HW_;
};

}  // namespace warmstart::satellite
