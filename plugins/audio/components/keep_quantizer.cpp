// Continued pretraining goes on with the earlier stage's targets (seed card 39): the quantizer must
// be among its weights, and fit.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/surgery/surgery.h"

namespace warmstart::audio {

struct KeepQuantizer final : Surgery {
  struct Config {
    void describe(Fields&) {}
  };
  explicit KeepQuantizer(const Config&) {}

  void operate(const StateDict& source, Model& model, SurgeryReport& report) const override {
    const at::NoGradGuard no_gradients;
    std::size_t kept = 0;
    for (const auto& [name, tensor] : state_dict(model)) {
      if (!name.starts_with("quantizer.") && !name.starts_with("project_q.")) continue;
      const auto found = source.find(name);
      if (found == source.end()) {
        throw Error("no quantizer.* tensors; needs a pretraining checkpoint",
                    "surgery audio.keep_quantizer",
                    "start from a stage or file that was pretrained, not from a fine-tuned one");
      }
      if (found->second.sizes() != tensor.sizes()) {
        throw Error("'" + name + "' is " + sizes_text(found->second.sizes()) + ", the model's is " +
                        sizes_text(tensor.sizes()),
                    "surgery audio.keep_quantizer", "give the model the checkpoint's codebooks");
      }
      at::Tensor(tensor).copy_(found->second);
      ++kept;
    }
    if (kept == 0) {
      throw Error("the model has no quantizer", "surgery audio.keep_quantizer",
                  "use audio.wav2vec2 or audio.wav2vec2_tiny");
    }
    report.notes.push_back("quantizer kept: " + std::to_string(kept) + " tensors");
  }
};

const Registered<Surgery, KeepQuantizer> keep_quantizer{Card{
    .name = "keep_quantizer",
    .summary = "continued pretraining keeps the codebooks; an error where there are none",
    .needs = {},
    .yields = {},
    .papers = {39},
}};

}  // namespace warmstart::audio
