// Draws the model's last layers anew, for a stage whose classes mean something else.
#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/layers/initialised.h"
#include "core/surgery/name_pattern.h"
#include "core/surgery/surgery.h"

namespace warmstart {
namespace {

template <class T>
bool reset_as(torch::nn::Module& module) {
  auto* layer = dynamic_cast<T*>(&module);
  if (layer != nullptr) layer->reset_parameters();
  return layer != nullptr;
}

template <class... Layers>
bool reset_as_any(torch::nn::Module& module) {
  return (reset_as<Layers>(module) || ...);
}

struct ReplaceHead final : Surgery {
  struct Config {
    void describe(Fields&) {}
  };

  explicit ReplaceHead(const Config&) {}

  void operate(const StateDict&, Model& model, SurgeryReport& report) const override {
    bool found = false;
    for (const auto& item : model.named_modules()) {
      if (item.key().empty() || !name_matches(model.head(), item.key())) continue;
      found = true;
      reset(item.key(), *item.value(), report);
    }
    if (!found) {
      throw Error("the model has no module '" + model.head() + "'", "surgery replace_head",
                  "leave this surgery out");
    }
  }

 private:
  static void reset(const std::string& name, torch::nn::Module& module, SurgeryReport& report) {
    const auto own = module.named_parameters(/*recurse=*/false);
    const bool done =
        reset_as_any<Initialised, torch::nn::LinearImpl, torch::nn::Conv1dImpl,
                     torch::nn::Conv2dImpl, torch::nn::Conv3dImpl, torch::nn::LayerNormImpl,
                     torch::nn::BatchNorm1dImpl, torch::nn::BatchNorm2dImpl,
                     torch::nn::BatchNorm3dImpl, torch::nn::EmbeddingImpl>(module);
    if (!done && !own.is_empty()) {
      throw Error("layer '" + name + "' cannot draw its parameters anew", "surgery replace_head",
                  "use transfer with exclude: [" + name + "] instead");
    }
    for (const auto& parameter : own) {
      const std::string full = name + "." + parameter.key();
      report.reinitialised.push_back(full);
      std::erase(report.matched, full);
    }
  }
};

const Registered<Surgery, ReplaceHead> replace_head{{
    .name = "replace_head",
    .summary = "draws the model's last layers anew",
    .needs = {},
    .yields = {},
    .papers = {1, 9},
}};

}  // namespace
}  // namespace warmstart
