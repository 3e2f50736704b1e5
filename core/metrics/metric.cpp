#include "core/metrics/metric.h"

namespace warmstart {

void Metric::begin(const Json&) {}

}  // namespace warmstart
