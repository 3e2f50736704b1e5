// What a run predicted for captured tiles, as layers of the map: prediction, confidence, reference,
// where they differ, and what has changed since another step.
#pragma once
#include "views/map/capture_raster.h"
#include "views/map/map_picture.h"

namespace warmstart {

struct RunLayer {
  MapLayer layer;
  LayerLook look;
};

/// Over `ground`, the lowest first. `pinned`: a capture of the same tiles at another step, or
/// nullptr. Not on the GUI thread. Errors: as onGround.
std::vector<RunLayer> runLayers(const CapturePtr& capture, const CapturePtr& pinned,
                                const TileGrid& grid, const RasterFacts& ground);
/// The captured images themselves, for a ground where the scene's file is not at hand.
MapLayer tilesAsGround(const CapturePtr& capture, const TileGrid& grid);
/// Whether the tiles lie on that ground, at least in part.
bool liesOn(const TileGrid& grid, const RasterFacts& ground);

}  // namespace warmstart
