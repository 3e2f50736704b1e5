// What a masked pretraining stage saw, what it made of it, and what was there.
#include <ATen/ATen.h>

#include "core/inspect/inspector.h"

namespace warmstart {
namespace {

struct ReconstructionInspector final : Inspector {
  struct Config {
    void describe(Fields&) {}
  };
  explicit ReconstructionInspector(const Config&) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective& objective,
                  Context& context) override {
    // The same masks at every capture, so that the timeline shows the model changing and nothing
    // else.
    Context fixed{context.model, mix_seed(0, "reconstruction"), context.step, context.total_steps,
                  false};
    const Loss loss = objective.evaluate(watch, fixed);
    const at::Tensor image = watch.get("image").to(at::kFloat);
    const at::Tensor hidden = loss.outputs.get("mask").to(at::kFloat);
    Capture out;
    out.header = {{"kind", "reconstruction"},
                  {"axes",
                   {{"target", "S C [D] H W"},
                    {"input", "S C [D] H W"},
                    {"reconstruction", "S C [D] H W"},
                    {"mask", "S 1 [D] H W"}}},
                  {"units", {{"mask", "1 = hidden from the encoder"}}}};
    out.tensors = {{"target", image},
                   {"input", image * (1 - hidden)},
                   {"reconstruction", loss.outputs.get("reconstruction").to(at::kFloat)},
                   {"mask", hidden.to(at::kByte)}};
    return out;
  }
};

const Registered<Inspector, ReconstructionInspector> reconstruction_inspector{
    {.name = "reconstruction",
     .summary = "masked input, reconstruction and target",
     .needs = {"mask", "reconstruction"},
     .yields = {},
     .papers = {1}}};

}  // namespace
}  // namespace warmstart
