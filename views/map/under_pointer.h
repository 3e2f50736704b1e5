// What lies at a point of the map, as one line of text: pixel, coordinates in the map's reference
// system and in latitude and longitude, and the exact value of every shown layer.
#pragma once
#include "views/map/map_picture.h"

namespace warmstart {

/// Not on the GUI thread: asks the files. "" beside all layers.
QString textUnder(const MapScene& scene, const std::vector<LayerLook>& looks,
                  const QPointF& ground);

/// "37.41234° N, 112.98765° W"
QString earthText(double latitude, double longitude);

}  // namespace warmstart
