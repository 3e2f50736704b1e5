#include "core/objectives/router_terms.h"

#include <ATen/ATen.h>

namespace warmstart {

void RouterWeights::describe(Fields& fields) {
  fields.field("balance_weight", balance, "weight of the experts' load-balance loss").at_least(0);
  fields.field("z_weight", z, "weight of the squared size of the router's logits").at_least(0);
}

void add_router_terms(Loss& loss, const Batch& outputs, const RouterWeights& weights) {
  if (!outputs.has("router_balance")) return;
  const at::Tensor balance = outputs.get("router_balance").mean();
  const at::Tensor z = outputs.get("router_z").mean();
  loss.total = loss.total + weights.balance * balance + weights.z * z;
  loss.terms.emplace_back("router_balance", balance.detach());
  loss.terms.emplace_back("router_z", z.detach());
}

}  // namespace warmstart
