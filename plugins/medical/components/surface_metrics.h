// What hd95 and asd share: distances between predicted and reference surfaces, one value a
// foreground class.
#pragma once
#include <string>
#include <vector>

#include "core/metrics/metric.h"
#include "plugins/medical/geometry/surface_distance.h"

namespace warmstart::medical {

/// `measure` turns a class's distances into its value. Distances are in mm: needs the field
/// "spacing" (3).
std::vector<CaseValue> measure_surfaces(const std::string& metric, const std::string& sample,
                                        const std::vector<std::string>& class_names,
                                        const Batch& outputs, const Batch& fields,
                                        double (*measure)(const SurfaceDistances&));

}  // namespace warmstart::medical
