// The losses that keep the experts of a model in use, beside a token objective's own loss.
#pragma once
#include "core/catalog/fields.h"
#include "core/objectives/objective.h"

namespace warmstart {

/// Weights of the auxiliary losses (seed card 05); without experts they have nothing to act on.
struct RouterWeights {
  double balance = 0.01, z = 0.001;
  void describe(Fields& fields);
};

/// Adds the router's losses among `outputs` (if the model has experts) to total and terms.
void add_router_terms(Loss& loss, const Batch& outputs, const RouterWeights& weights);

}  // namespace warmstart
