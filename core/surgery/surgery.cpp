#include "core/surgery/surgery.h"

#include <ATen/ATen.h>

namespace warmstart {

StateDict state_dict(const torch::nn::Module& module) {
  StateDict state;
  for (const auto& item : module.named_parameters()) state.emplace(item.key(), item.value());
  for (const auto& item : module.named_buffers()) state.emplace(item.key(), item.value());
  return state;
}

Json SurgeryReport::to_json() const {
  Json shapes = Json::array();
  for (const Mismatch& mismatch : reshaped) {
    shapes.push_back({{"name", mismatch.name}, {"have", mismatch.have}, {"want", mismatch.want}});
  }
  return {{"matched", matched},
          {"missing", missing},
          {"unexpected", unexpected},
          {"reshaped", shapes},
          {"reinitialised", reinitialised},
          {"frozen", frozen},
          {"names", names},
          {"notes", notes}};
}

}  // namespace warmstart
