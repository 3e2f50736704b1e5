#include "core/train/average.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/surgery/surgery.h"

namespace warmstart {

WeightAverage::WeightAverage(Model& model, double decay) : decay_(decay) {
  if (!on()) return;
  for (const auto& [name, tensor] : state_dict(model)) {
    live_.emplace_back(name, tensor);
    shadow_.emplace_back(name, tensor.detach().clone());
  }
}

void WeightAverage::update() {
  const c10::AutoGradMode no_grad(false);
  for (std::size_t i = 0; i < shadow_.size(); ++i) {
    at::Tensor& average = shadow_[i].second;
    if (average.is_floating_point()) {
      average.lerp_(live_[i].second, 1.0 - decay_);
    } else {
      average.copy_(live_[i].second);
    }
  }
}

void WeightAverage::restore(const NamedTensors& saved) {
  const c10::AutoGradMode no_grad(false);
  if (saved.size() != shadow_.size()) {
    throw Error("the checkpoint's averaged weights do not fit the model", "average",
                "retry the run from the start");
  }
  for (std::size_t i = 0; i < saved.size(); ++i) shadow_[i].second.copy_(saved[i].second);
}

void WeightAverage::swap() {
  if (!on()) return;
  const c10::AutoGradMode no_grad(false);
  for (std::size_t i = 0; i < shadow_.size(); ++i) {
    const at::Tensor kept = live_[i].second.detach().clone();
    live_[i].second.copy_(shadow_[i].second);
    shadow_[i].second.copy_(kept);
  }
}

}  // namespace warmstart
