// Attention weights of every layer that taps them. Half precision: a weight is between 0 and 1, and
// three significant digits are more than a picture shows.
#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "core/inspect/sample_places.h"
#include "core/inspect/token_texts.h"
#include "core/layers/tap.h"
#include "core/models/target_row.h"

namespace warmstart {
namespace {

/// The tokens along one side of the weights, (S,T), and which are no padding; undefined = unknown.
struct AttentionSide {
  at::Tensor tokens_ST, visible_ST;
};

AttentionSide encoder_side(const Batch& watch) {
  return {watch.has("tokens") ? watch.get("tokens") : at::Tensor(),
          watch.has("attention_mask") ? watch.get("attention_mask") : at::Tensor()};
}

AttentionSide decoder_side(const Batch& watch) {
  return {watch.get("decoder_tokens"), visible_targets(watch)};
}

/// Hears which stack a model runs, and how many layers of the wanted attention.
struct HeardAttention {
  std::string of, stack;
  std::set<std::string> stacks;
  std::int64_t layers = 0;

  bool wants(const std::string& name) const {
    if (of == "cross") return name == "attention.cross_weights";
    return name == "attention.weights" && (of == "self" || of == stack);
  }
};

struct AttentionInspector final : Inspector {
  struct Config {
    std::vector<std::int64_t> layers;
    std::string of = "self";
    void describe(Fields& fields) {
      fields
          .field("of", of,
                 "self: of a model with one stack; encoder, decoder: of that stack's sequence to "
                 "itself; cross: of the decoder to the encoder")
          .one_of({"self", "encoder", "decoder", "cross"});
      fields.field("layers", layers, "which layers, from 0; none named = all").at_least(0);
    }
  };
  explicit AttentionInspector(const Config& config) : config_(config) {}

  void attach(const Dataset& watched) override { watched_ = &watched; }

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    Capture out;
    out.header = {{"kind", "attention"},
                  {"axes", {{"layer.N", "S head query key"}, {"image", "S C [D] H W"}}},
                  {"units", {{"layer.N", "weight; each row sums to 1"}}}};
    HeardAttention heard{config_.of, {}, {}};
    {
      const TapScope listening([&](const std::string& name, const at::Tensor& tensor) {
        if (name.starts_with("stack.")) heard.stacks.insert(heard.stack = name.substr(6));
        if (heard.wants(name)) keep(out, heard.layers++, tensor);
        if (name == "patch.grid")
          out.header["patch_grid"] = std::vector<std::int64_t>(
              tensor.data_ptr<std::int64_t>(), tensor.data_ptr<std::int64_t>() + tensor.numel());
      });
      context.model.run(watch);
    }
    check(out, heard);
    describe_sides(out, watch, context.model);
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

  void check(const Capture& out, const HeardAttention& heard) const {
    if (config_.of == "self" && heard.stacks.size() > 1) {
      throw Error("the model has an encoder and a decoder, each with attention to itself",
                  "capture.of", "name one: encoder, decoder or cross");
    }
    if (heard.layers == 0) {
      const bool one = config_.of != "self" && heard.stacks.empty();
      throw Error("the model has no " + (config_.of == "self" ? "" : config_.of + " ") +
                      "attention to capture",
                  "capture",
                  one ? "use of: self for a model with one stack, or remove the inspector"
                      : "remove the inspector, or use a model with attention");
    }
    if (config_.layers.empty() || out.tensors.size() == config_.layers.size()) return;
    throw Error("the model's layers are 0 to " + std::to_string(heard.layers - 1), "capture.layers",
                "name each layer that exists once");
  }

  /// Whose weights the queries and keys are, without padding, which stands at the end.
  void describe_sides(Capture& out, const Batch& watch, const Model& model) const {
    out.header["of"] = config_.of;
    if (config_.of == "cross") {
      describe(out, "", encoder_side(watch), "key");
      describe(out, "query_", decoder_side(watch), "query");
      return;
    }
    AttentionSide side = config_.of == "decoder" ? decoder_side(watch) : encoder_side(watch);
    if (reads_rows(model, watch)) {
      const TargetRow row = target_row(watch);
      side = {row.tokens_BL, row.visible_BL};
    }
    describe(out, "", side, "key");
    if (out.header.contains("key_tokens")) out.header["query_tokens"] = out.header["key_tokens"];
  }

  void describe(Capture& out, const std::string& before, const AttentionSide& side,
                const std::string& axis) const {
    if (side.visible_ST.defined()) {
      const at::Tensor lengths = side.visible_ST.to(at::kCPU, at::kLong).sum(1).contiguous();
      const auto* first = lengths.data_ptr<std::int64_t>();
      out.header[before + "lengths"] = std::vector<std::int64_t>(first, first + lengths.numel());
    }
    if (watched_ == nullptr || !side.tokens_ST.defined()) return;
    if (Json texts = token_texts(side.tokens_ST, *watched_); !texts.is_null())
      out.header[axis + "_tokens"] = std::move(texts);
  }

  Config config_;
  const Dataset* watched_ = nullptr;
};

const Registered<Inspector, AttentionInspector> attention_inspector{
    {.name = "attention",
     .summary = "attention weights of every head and layer, in half precision",
     .needs = {},
     .yields = {},
     .papers = {}}};

}  // namespace
}  // namespace warmstart
