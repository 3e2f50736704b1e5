// The whole sample through the model in one piece.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {

struct Whole final : Inference {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Whole(const Config&) {}
  Batch infer(const at::Tensor& image,
              const std::function<at::Tensor(const at::Tensor&)>& run) const override {
    Batch outputs;
    outputs.set("logits", run(image.unsqueeze(0)).squeeze(0));
    return outputs;
  }
};

const Registered<Inference, Whole> whole{Card{
    .name = "whole",
    .summary = "run the model on the whole sample at once",
    .needs = {"image"},
    .yields = {"logits"},
    .papers = {},
}};

}  // namespace warmstart
