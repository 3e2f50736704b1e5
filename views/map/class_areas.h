// How much of a raster each of its classes covers: every pixel counted, in the background.
#pragma once
#include <atomic>
#include <map>
#include <optional>
#include <vector>

#include "views/map/map_scene.h"

namespace warmstart {

struct ClassArea {
  std::int64_t pixels = 0;
  double square_metres = 0;  ///< 0 where the raster is not on the Earth
};

struct ClassAreas {
  std::map<int, ClassArea> classes;
  std::int64_t pixels = 0, without_data = 0;
  std::int64_t unreadable = 0;  ///< not among the pixels
  bool placed = false;          ///< areas are known
  QString problem;              ///< "" = they are counted, all that can be read
};

/// Not on the GUI thread. `done`: share of the rows that were counted, for the progress; nothing is
/// returned when `stop` became true.
std::optional<ClassAreas> countAreas(MapRaster& raster, std::atomic<double>& done,
                                     const std::atomic<bool>& stop);

/// "12.5 ha", "3.20 km²"
QString areaText(double square_metres);

}  // namespace warmstart
