// Attention weights of every layer that taps them.
#include <ATen/ATen.h>

#include "core/inspect/inspector.h"
#include "core/layers/tap.h"

namespace warmstart {
namespace {

struct AttentionInspector final : Inspector {
  struct Config {
    void describe(Fields&) {}
  };
  explicit AttentionInspector(const Config&) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    Capture out;
    {
      const TapScope listening([&](const std::string& name, const at::Tensor& tensor) {
        if (name != "attention.weights") return;
        out.tensors.emplace_back("layer." + std::to_string(out.tensors.size()),
                                 tensor.detach().to(at::kFloat).clone());
      });
      context.model.run(watch);
    }
    if (out.tensors.empty()) {
      throw Error("the model has no attention to capture", "capture",
                  "remove the inspector, or use a model with attention");
    }
    out.header = {{"kind", "attention"},
                  {"axes", {{"layer.N", "S head query key"}}},
                  {"units", {{"layer.N", "weight; each row sums to 1"}}}};
    return out;
  }
};

const Registered<Inspector, AttentionInspector> attention_inspector{
    {.name = "attention",
     .summary = "attention weights of every head and layer",
     .needs = {},
     .yields = {},
     .papers = {}}};

}  // namespace
}  // namespace warmstart
