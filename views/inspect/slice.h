// One slice of a volume as rows of pixels: where its voxels lie, their grey levels through a window
// and a table of colours, their labels. Used by VolumeScene; one pass over the voxels, no copy of
// the volume.
#pragma once
#include <QImage>
#include <vector>

#include "views/inspect/volume.h"
#include "views/look/colour_map.h"

namespace warmstart {

/// How to walk over the stored voxels in the order of the screen, the top row first.
struct SliceWalk {
  int width = 0, height = 0;
  std::int64_t first = 0, across = 0, down = 0;
};
/// `mirrored`: x runs to the left, as radiologists look at a patient.
SliceWalk sliceWalk(const Volume& volume, Plane plane, int index, bool mirrored);

/// What is not a number has no place on the grey scale: it is drawn in this colour.
QRgb notANumberColour();

/// Colours of stored numbers, by table for types of up to 16 bits.
class GreyTable {
 public:
  GreyTable() = default;
  GreyTable(const Volume& volume, const std::array<double, 2>& window, look::Map map);
  /// `picture`: RGB32 of the walk's size.
  void draw(QImage& picture, const Volume& volume, const SliceWalk& walk) const;

 private:
  QRgb colourOf(double stored) const;
  /// Level of a stored number: (number - low) * scale.
  double low_ = 0, scale_ = 0;
  look::Map map_ = look::Map::kGrey;
  std::vector<QRgb> table_;  ///< from the type's least number upwards
};

std::vector<int> sliceLabels(const Volume& volume, const SliceWalk& walk);
std::vector<float> sliceValues(const Volume& volume, const SliceWalk& walk);

}  // namespace warmstart
