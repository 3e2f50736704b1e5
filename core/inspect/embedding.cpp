// Where a model puts samples, or the tokens of texts, in its feature space: one row of features a
// point, with what the data says of it.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/inspect/batch_part.h"
#include "core/inspect/sample_places.h"

namespace warmstart {
namespace {

struct EmbeddingInspector final : Inspector {
  struct Config {
    std::string of = "samples", pool = "mean", label = "class";
    std::int64_t batch = 256;
    void describe(Fields& fields) {
      fields.field("of", of, "a point a sample, or a point a token").one_of({"samples", "tokens"});
      fields
          .field("pool", pool,
                 "how a sample's row of tokens becomes one point; places of an image are averaged")
          .one_of({"mean", "first", "last"});
      fields.field("label", label,
                   "the batch field with a class for each point, where the data has it; of a map "
                   "of classes the one of most of its places");
      fields.field("batch", batch, "samples in one forward pass").at_least(1);
    }
  };
  explicit EmbeddingInspector(const Config& config) : config_(config) {}

  void attach(const Dataset& watched) override {
    watched_ = &watched;
    const Json facts = watched.facts();
    if (facts.contains("no_class")) no_class_ = facts["no_class"];
  }

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    std::vector<at::Tensor> rows, labels, samples, tokens;
    for (std::int64_t begin = 0; begin < watch.size(); begin += config_.batch) {
      const Batch part = part_of_batch(watch, begin, begin + config_.batch);
      const at::Tensor features = features_of(context.model, part).detach();
      if (config_.of == "samples") {
        rows.push_back(pooled(features, part).to(at::kCPU, at::kFloat));
        if (part.has(config_.label)) labels.push_back(sample_labels(part.get(config_.label)));
        continue;
      }
      const at::Tensor places_N = token_places(features, part);
      const auto of_places = [&](const at::Tensor& values_BT) {
        return values_BT.flatten(0, 1).index_select(0, places_N).cpu();
      };
      rows.push_back(of_places(features).to(at::kFloat));
      const at::Tensor& own = part.get(tokens_field(part));
      tokens.push_back(of_places(own));
      samples.push_back(of_places(
          (at::arange(begin, begin + own.size(0), own.options()).unsqueeze(1)).expand_as(own)));
      if (part.has(config_.label)) labels.push_back(of_places(token_labels(part, own)));
    }
    Capture out = captured(rows, labels, samples, tokens);
    add_sample_places(out, watch);
    return out;
  }

 private:
  /// (B,F), (B,T,F) or (B,F,[D,]H,W)
  static at::Tensor features_of(Model& model, const Batch& part) {
    if (auto* backbone = dynamic_cast<Backbone*>(&model); backbone != nullptr && part.has("image"))
      return backbone->features(part.get("image")).back();
    const Batch outputs = model.run(part);
    if (outputs.has("features")) return outputs.get("features");
    throw Error("the model hands out no features", "inspector embedding",
                "use a model that yields features, or remove the inspector");
  }

  static const char* tokens_field(const Batch& part) {
    return part.has("decoder_tokens") ? "decoder_tokens" : "tokens";
  }

  /// (B,T) true where a token is no padding: of a decoder its targets say so.
  static at::Tensor seen(const Batch& part, const at::Tensor& features_BTF) {
    const bool decoder = part.has("decoder_tokens");
    const char* field = decoder ? "target" : "attention_mask";
    if (!part.has(field)) return at::ones_like(features_BTF.select(2, 0), at::kBool);
    return decoder ? part.get(field).ge(0) : part.get(field).ne(0);
  }

  at::Tensor pooled(const at::Tensor& features, const Batch& part) const {
    if (features.dim() == 2) return features;
    if (features.dim() > 3) return features.flatten(2).mean(2);
    if (config_.pool == "first") return features.select(1, 0);
    const at::Tensor seen_BT = seen(part, features);
    if (config_.pool == "mean") {
      const at::Tensor weight_BT1 = seen_BT.to(features.scalar_type()).unsqueeze(2);
      return (features * weight_BT1).sum(1) / weight_BT1.sum(1).clamp_min(1);
    }
    const at::Tensor last_B11 =
        (seen_BT.to(at::kLong).sum(1) - 1).clamp_min(0).unsqueeze(1).unsqueeze(2);
    return features.gather(1, last_B11.expand({-1, 1, features.size(2)})).squeeze(1);
  }

  static at::Tensor token_places(const at::Tensor& features, const Batch& part) {
    if (features.dim() == 3 && part.has(tokens_field(part)) &&
        part.get(tokens_field(part)).sizes() == features.sizes().slice(0, 2))
      return seen(part, features).flatten().nonzero().squeeze(1);
    throw Error("the model gives no features for each token", "inspector embedding",
                "set of: samples");
  }

  at::Tensor sample_labels(const at::Tensor& values) const {
    const bool whole = at::isIntegralType(values.scalar_type(), /*includeBool=*/true);
    if (whole && values.dim() == 1) return values.to(at::kCPU, at::kLong);
    if (whole && values.dim() > 2) return commonest(values.to(at::kCPU, at::kLong).flatten(1));
    throw Error("the field '" + config_.label + "' is no class for each sample",
                "inspector embedding", "name another field as label");
  }

  /// The class of most places of each sample; -1 where no place has one.
  at::Tensor commonest(const at::Tensor& classes_BP) const {
    const at::Tensor classes_B = at::full({classes_BP.size(0)}, -1, at::kLong);
    for (std::int64_t i = 0; i < classes_BP.size(0); ++i) {
      const at::Tensor own = classes_BP[i];
      const at::Tensor known = own.masked_select(own.ge(0).logical_and(own.ne(no_class_)));
      if (known.numel() > 0) classes_B[i].copy_(known.bincount().argmax());
    }
    return classes_B;
  }

  /// (B,T): a class for each token, or its sample's.
  at::Tensor token_labels(const Batch& part, const at::Tensor& tokens_BT) const {
    const at::Tensor& values = part.get(config_.label);
    if (values.sizes() == tokens_BT.sizes()) return values.to(at::kLong);
    return sample_labels(values).to(tokens_BT.device()).unsqueeze(1).expand_as(tokens_BT);
  }

  Capture captured(const std::vector<at::Tensor>& rows, const std::vector<at::Tensor>& labels,
                   const std::vector<at::Tensor>& samples,
                   const std::vector<at::Tensor>& tokens) const {
    const char* points = config_.of == "samples" ? "S" : "point";
    Capture out;
    out.header = {{"kind", "embedding"},
                  {"of", config_.of},
                  {"axes", {{"features", std::string(points) + " feature"}, {"label", points}}}};
    out.tensors = {{"features", at::cat(rows)}};
    if (!labels.empty()) {
      out.header["label"] = config_.label;
      out.tensors.emplace_back("label", at::cat(labels));
    }
    if (samples.empty()) return out;
    out.header["axes"]["sample"] = points;
    out.tensors.emplace_back("sample", at::cat(samples));
    if (watched_ == nullptr) return out;
    const at::Tensor numbers = at::cat(tokens).contiguous();
    for (std::int64_t i = 0; i < numbers.numel(); ++i)
      out.header["points"].push_back(watched_->token_text(numbers.data_ptr<std::int64_t>()[i]));
    return out;
  }

  Config config_;
  const Dataset* watched_ = nullptr;
  std::int64_t no_class_ = -1;  ///< what stands in a map of classes for none
};

const Registered<Inspector, EmbeddingInspector> embedding_inspector{
    {.name = "embedding",
     .summary = "features of samples or tokens, for a projection",
     .needs = {},
     .yields = {},
     .papers = {}}};

}  // namespace
}  // namespace warmstart
