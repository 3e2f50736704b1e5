// Triangle surfaces of the labels of a volume for SurfaceView, made by the reader program
// (plugins/medical/io/surface_stream.h).
#pragma once
#include <QSet>
#include <QString>

#include "views/inspect/volume_reader.h"
#include "views/inspect/volume_scene.h"

namespace warmstart {

/// As the reader program sends it.
struct SurfacePoint {
  std::array<float, 3> place;   ///< mm, as placementOf() has it
  std::array<float, 3> normal;  ///< outwards, of length one
};
using SurfaceTriangle = std::array<std::uint32_t, 3>;  ///< anticlockwise from outside

struct LabelMesh {
  int label = 0;
  std::vector<SurfacePoint> points;
  std::vector<SurfaceTriangle> triangles;
};

/// Labels of the surfaces of differences.
enum class Difference { kFalsePositive = 1, kFalseNegative = 2, kConfusion = 3 };

/// Which surfaces.
struct SurfaceWish {
  Volume labels;
  Volume reference;  ///< where it is valid: of the differences of `labels` from it
  QSet<int> hidden;  ///< labels whose differences do not count
  /// Whether it is the same memory, seen in the same way.
  bool operator==(const SurfaceWish& other) const;
  /// Whether the surfaces of both lie in one space.
  bool sameSpace(const SurfaceWish& other) const;
};
/// Of what the scene's overlay shows; not valid where that is nothing. Of confidence: the
/// prediction.
SurfaceWish surfaceWish(const VolumeScene& scene);

struct LabelSurfaces {
  SurfaceWish wish;
  std::vector<LabelMesh> meshes;  ///< rising labels
  QString problem;                ///< in one sentence
  bool stopped = false;
};
/// Not on the GUI thread: up to seconds.
LabelSurfaces makeSurfaces(const SurfaceWish& wish, Loading& loading);

/// Row-major 3x4: (x, y, z, 1) in voxels to mm from the first voxel's centre, towards the patient's
/// right, front and head where the volume says how he lay; else x to the right and, as the planes
/// draw it, y and z up or down. Voxels without a size in mm are taken as cubes of their spacing.
std::array<double, 12> placementOf(const Volume& volume);

}  // namespace warmstart
