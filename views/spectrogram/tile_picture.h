// From a tile's values to pixels: which rows each line of pixels shows, and in which colours.
#pragma once
#include <QImage>
#include <array>

#include "views/look/colour_map.h"
#include "views/spectrogram/frequency_axis.h"
#include "views/spectrogram/spectrogram_tiles.h"

namespace warmstart {

/// Rows [first, last) for each line of pixels from the top; empty where there are none.
struct LineRows {
  std::vector<int> first, last;
};
/// `hertz`: the rows' centres; empty: the rows share the height equally.
LineRows lineRows(const std::vector<float>& hertz, int rows, const FrequencyAxis& axis, int lines);
/// The row that is drawn at `place` (0 bottom, 1 top); -1: none.
int rowAt(const std::vector<float>& hertz, int rows, const FrequencyAxis& axis, double place);

struct TileColours {
  std::array<QRgb, 256> colours{};
  double low = 0, high = 1;  ///< values of the first and the last colour
};
/// One pixel a column, one a line; transparent where nothing is known.
QImage pictureOf(const SpectrogramTile& tile, const LineRows& lines, const TileColours& colours);

}  // namespace warmstart
