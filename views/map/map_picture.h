// How a layer's values become colours: bands as red, green and blue, one band with a colour map,
// classes with the colours that they have in every view. Plain functions, any thread.
#pragma once
#include <QImage>
#include <QSet>
#include <array>

#include "views/look/colour_map.h"
#include "views/map/map_tiles.h"

namespace warmstart {

struct LayerLook {
  bool shown = true;
  double opacity = 1;
  std::vector<int> bands{0};                          ///< three: red, green, blue; one: with `map`
  std::array<double, 3> low{0, 0, 0}, high{1, 1, 1};  ///< first and last colour of each band shown
  look::Map map = look::Map::kViridis;
  QSet<int> hidden;  ///< classes that are not drawn
};

/// Of class 0 where it is to be seen. Everywhere else it is background and has no colour.
constexpr QRgb kZeroColour = 0xff8c8c8c;

/// Red, green and blue where bands are called so, else the first three; one where there are fewer;
/// stretched from the 2nd to the 98th percentile of what the layer holds. Class 0 is hidden.
LayerLook firstLook(const MapLayer& layer);
/// Low and high of the bands shown become the 2nd and the 98th percentile of `spreads`, one a band
/// of the layer; a band of which nothing is known stays as it is. A difference is stretched evenly
/// around zero.
void stretch(LayerLook& look, const MapLayer& layer, const std::vector<BandSpread>& spreads);

/// Transparent where there is no data, what could not be read too. `label_colours`: of
/// look::label(), from 0 until they repeat.
QImage pictureOf(const MapTile& tile, const MapLayer& layer, const LayerLook& look,
                 const std::vector<QRgb>& label_colours, QRgb differs);

}  // namespace warmstart
