#include "core/objectives/objective.h"

namespace warmstart {

void Objective::attach(Model&, const Json&) {}

void Objective::after_step(Context&) {}

}  // namespace warmstart
