// What the heat maps of the Pathway view show.
#pragma once
#include "views/pathway/heat_map.h"
#include "views/pathway/pathway_reading.h"

namespace warmstart {

/// Distances of all pairs of samples, in the scene's order.
HeatMap::Content pairHeat(const PathwayScenePtr& scene);
/// Mean distances between groups; `what` a group is: "class".
HeatMap::Content groupHeat(const PathwayScenePtr& scene, const QString& what);
/// Distance by layer and step; no rows where the run has none.
HeatMap::Content layerHeat(const std::shared_ptr<const PathwayCourse>& course);

}  // namespace warmstart
