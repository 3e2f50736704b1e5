// A captured attention over the tiles of the map: between the patches of a vision transformer, or
// what the gates of a convolutional network let pass. Plain functions, any thread.
#pragma once
#include "views/inspect/attention_stack.h"
#include "views/map/capture_raster.h"

namespace warmstart {

/// What of a capture can be chosen.
struct HeatOffer {
  QStringList layers;    ///< empty = the capture holds no attention over places
  int heads = 0;         ///< 0 = there are none
  bool rollout = false;  ///< the product of all layers makes sense
};
HeatOffer heatOffer(const CapturePtr& capture);

/// How much each place of each tile is looked at: by the class token where there is one, else by
/// all patches alike; or how much of it passes the gates. From 0 for the least to 1 for the most in
/// a tile. Nothing where the capture offers none. A layer or head beyond the last one: the last
/// one.
std::optional<TileValues> attentionHeat(const CapturePtr& capture, const TileGrid& grid,
                                        const AttentionChoice& choice);

}  // namespace warmstart
