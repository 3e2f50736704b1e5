// Attention weights of every layer that taps them. Half precision: a weight is between 0 and 1, and
// three significant digits are more than a picture shows.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/inspect/sample_places.h"
#include "core/layers/tap.h"

namespace warmstart {
namespace {

struct AttentionInspector final : Inspector {
  struct Config {
    std::vector<std::int64_t> layers;
    std::string of = "self";
    void describe(Fields& fields) {
      fields.field("of", of, "a sequence's attention to itself, or a decoder's to its encoder")
          .one_of({"self", "cross"});
      fields.field("layers", layers, "which layers, from 0; none named = all").at_least(0);
    }
  };
  explicit AttentionInspector(const Config& config) : config_(config) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    Capture out;
    out.header = {{"kind", "attention"},
                  {"axes", {{"layer.N", "S head query key"}, {"image", "S C [D] H W"}}},
                  {"units", {{"layer.N", "weight; each row sums to 1"}}}};
    std::int64_t layer = 0;
    {
      const TapScope listening([&](const std::string& name, const at::Tensor& tensor) {
        if (name == (config_.of == "self" ? "attention.weights" : "attention.cross_weights"))
          keep(out, layer++, tensor);
        if (name == "patch.grid")
          out.header["patch_grid"] = std::vector<std::int64_t>(
              tensor.data_ptr<std::int64_t>(), tensor.data_ptr<std::int64_t>() + tensor.numel());
      });
      context.model.run(watch);
    }
    check(out, layer);
    if (config_.of == "cross") out.header["query_field"] = "decoder_tokens";
    if (config_.of == "self" && watch.has("attention_mask"))
      out.header["lengths"] = lengths_of(watch.get("attention_mask"));
    if (!out.header.contains("patch_grid")) return out;
    out.tensors.emplace_back("image", watch.get("image").to(at::kFloat));
    add_sample_places(out, watch);
    return out;
  }

 private:
  void keep(Capture& out, std::int64_t layer, const at::Tensor& weights_SHQK) const {
    const auto& wanted = config_.layers;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), layer) == wanted.end()) return;
    out.tensors.emplace_back("layer." + std::to_string(layer),
                             weights_SHQK.detach().to(at::kHalf).contiguous());
  }

  void check(const Capture& out, std::int64_t layers) const {
    if (layers == 0) {
      throw Error(std::string("the model has no ") + (config_.of == "cross" ? "cross " : "") +
                      "attention to capture",
                  "capture", "remove the inspector, or use a model with attention");
    }
    if (config_.layers.empty() || out.tensors.size() == config_.layers.size()) return;
    throw Error("the model's layers are 0 to " + std::to_string(layers - 1), "capture.layers",
                "name each layer that exists once");
  }

  /// Tokens of each sample that are no padding; padding stands at the end.
  static std::vector<std::int64_t> lengths_of(const at::Tensor& mask_ST) {
    const at::Tensor lengths = mask_ST.to(at::kCPU, at::kLong).sum(1).contiguous();
    return {lengths.data_ptr<std::int64_t>(), lengths.data_ptr<std::int64_t>() + lengths.numel()};
  }

  Config config_;
};

const Registered<Inspector, AttentionInspector> attention_inspector{
    {.name = "attention",
     .summary = "attention weights of every head and layer, in half precision",
     .needs = {},
     .yields = {},
     .papers = {}}};

}  // namespace
}  // namespace warmstart
