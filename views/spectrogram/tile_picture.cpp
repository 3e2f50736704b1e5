#include "views/spectrogram/tile_picture.h"

#include <algorithm>
#include <cmath>

namespace warmstart {
namespace {

/// The row whose centre is nearest.
int nearestRow(const std::vector<float>& hertz, double wanted) {
  const auto above = std::lower_bound(hertz.begin(), hertz.end(), wanted);
  if (above == hertz.begin()) return 0;
  if (above == hertz.end()) return static_cast<int>(hertz.size()) - 1;
  const auto below = std::prev(above);
  return static_cast<int>((wanted - *below <= *above - wanted ? below : above) - hertz.begin());
}

/// Whether a frequency lies within the outermost rows, half a row beyond their centres.
bool covered(const std::vector<float>& hertz, double wanted) {
  if (hertz.size() < 2) return true;
  const double below = hertz.front() - (hertz[1] - hertz[0]) / 2;
  const double above = hertz.back() + (hertz.back() - hertz[hertz.size() - 2]) / 2;
  return wanted >= below && wanted <= above;
}

}  // namespace

int rowAt(const std::vector<float>& hertz, int rows, const FrequencyAxis& axis, double place) {
  if (place < 0 || place > 1 || rows < 1) return -1;
  if (hertz.empty()) return std::min(rows - 1, static_cast<int>(place * rows));
  const double wanted = axis.hertzAt(place);
  return covered(hertz, wanted) ? nearestRow(hertz, wanted) : -1;
}

LineRows lineRows(const std::vector<float>& hertz, int rows, const FrequencyAxis& axis, int lines) {
  LineRows map;
  for (int line = 0; line < lines; ++line) {
    const double top = 1 - static_cast<double>(line) / lines;
    const double bottom = 1 - (line + 1.0) / lines;
    const int middle = rowAt(hertz, rows, axis, (top + bottom) / 2);
    int first = middle, last = middle + (middle < 0 ? 0 : 1);
    if (middle >= 0 && !hertz.empty()) {
      // All rows whose centres lie in the line, else the nearest one.
      const auto from = std::lower_bound(hertz.begin(), hertz.end(), axis.hertzAt(bottom));
      const auto to = std::lower_bound(from, hertz.end(), axis.hertzAt(top));
      if (to > from) {
        first = static_cast<int>(from - hertz.begin());
        last = static_cast<int>(to - hertz.begin());
      }
    }
    map.first.push_back(std::max(0, first)), map.last.push_back(std::max(0, last));
  }
  return map;
}

QImage pictureOf(const SpectrogramTile& tile, const LineRows& lines, const TileColours& colours) {
  const auto height = static_cast<int>(lines.first.size());
  QImage image(SpectrogramTile::kColumns, height, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  const auto stride = static_cast<std::size_t>(image.bytesPerLine()) / sizeof(QRgb);
  auto* pixels = reinterpret_cast<QRgb*>(image.bits());
  const double scale = 255 / (colours.high - colours.low);
  const bool signed_values = colours.low < 0 && colours.high > 0 && colours.low == -colours.high;
  for (std::size_t column = 0; column < SpectrogramTile::kColumns; ++column) {
    const float* values = tile.values.data() + column * static_cast<std::size_t>(tile.rows);
    if (std::isnan(values[0])) continue;
    for (std::size_t line = 0; line < static_cast<std::size_t>(height); ++line) {
      const int first = lines.first[line], last = lines.last[line];
      if (first >= last) continue;
      float value = values[first];
      for (int row = first + 1; row < last; ++row) {
        const bool wins =
            signed_values ? std::abs(values[row]) > std::abs(value) : values[row] > value;
        if (wins) value = values[row];
      }
      const double shade = std::clamp((value - colours.low) * scale, 0.0, 255.0);
      pixels[line * stride + column] = colours.colours[static_cast<std::size_t>(shade + 0.5)];
    }
  }
  return image;
}

}  // namespace warmstart
