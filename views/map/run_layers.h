// What a run recorded of captured tiles, as layers of the map: prediction, confidence, reference,
// where they differ, what has changed since another step, and attention.
#pragma once
#include "views/map/attention_heat.h"
#include "views/map/map_picture.h"

namespace warmstart {

struct RunLayer {
  MapLayer layer;
  LayerLook look;
};

/// Over `ground`, the lowest first. `pinned`: a capture of the same tiles at another step, or
/// nullptr. `heat`: which attention. Not on the GUI thread. Errors: as onGround.
std::vector<RunLayer> runLayers(const CapturePtr& capture, const CapturePtr& pinned,
                                const TileGrid& grid, const AttentionChoice& heat,
                                const RasterFacts& ground);
/// The captured images themselves, for a ground where the scene's file is not at hand; without data
/// where the capture has none.
MapLayer tilesAsGround(const CapturePtr& capture, const TileGrid& grid);
/// Whether the tiles lie on that ground, at least in part.
bool liesOn(const TileGrid& grid, const RasterFacts& ground);

}  // namespace warmstart
