// Predicted and reference labels over the image.
#include <ATen/ATen.h>

#include "core/inspect/sample_places.h"

namespace warmstart {
namespace {

struct SegmentationInspector final : Inspector {
  struct Config {
    void describe(Fields&) {}
  };
  explicit SegmentationInspector(const Config&) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective& objective,
                  Context& context) override {
    const Loss loss = objective.evaluate(watch, context);
    Capture out;
    out.header = {{"kind", "segmentation"},
                  {"axes",
                   {{"image", "S C [D] H W"},
                    {"prediction", "S [D] H W"},
                    {"label", "S [D] H W"},
                    {"confidence", "S [D] H W"},
                    {"spacing", "S dims"},
                    {"direction", "S dims RAS"},
                    {"origin", "S RAS"}}},
                  {"units",
                   {{"spacing", "mm"},
                    {"origin", "mm"},
                    {"confidence", "probability of the predicted class"}}}};
    const auto [confidence, prediction] = loss.outputs.get("logits").softmax(1).max(1);
    out.tensors = {{"image", watch.get("image").to(at::kFloat)},
                   {"prediction", prediction.to(at::kByte)},
                   {"confidence", confidence.to(at::kFloat)}};
    if (watch.has("label")) out.tensors.emplace_back("label", watch.get("label").to(at::kByte));
    for (const char* place : {"spacing", "direction"})
      if (watch.has(place)) out.tensors.emplace_back(place, watch.get(place));
    // NaN: a transform left no single placement.
    if (watch.has("origin") && watch.get("origin").isfinite().any().item<bool>())
      out.tensors.emplace_back("origin", watch.get("origin"));
    add_sample_places(out, watch);
    return out;
  }
};

const Registered<Inspector, SegmentationInspector> segmentation_inspector{
    {.name = "segmentation",
     .summary = "predicted and reference labels over the image",
     .needs = {"logits"},
     .yields = {},
     .papers = {1}}};

}  // namespace
}  // namespace warmstart
