#include "core/data/preview.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/tensor_arrays.h"

namespace warmstart {
namespace {

/// The documented fields (see batch.h), without the batch axis.
const Json& preview_axes() {
  static const Json axes{{"image", "C [D] H W"}, {"label", "[D] H W"}, {"class", ""},
                         {"spacing", "dims"},    {"wave", "time"},     {"voice", "time"},
                         {"song", "time"}};
  return axes;
}

/// Fields of token numbers. What a decoder should say is one of them only beside its input.
bool holds_tokens(const std::string& field, const Batch& fields) {
  return field == "tokens" || field == "decoder_tokens" || field == "sequences" ||
         (field == "target" && fields.has("decoder_tokens"));
}

/// Fields of class numbers, or of a share a class.
bool holds_classes(const std::string& field, const at::Tensor& tensor, std::int64_t classes) {
  if (field == "target") return tensor.is_floating_point() && tensor.numel() == classes;
  return field == "class" || field == "tags" || field == "transcript";
}

/// Tells how numbers of the sample's fields read: "pieces" of its tokens, and which fields hold
/// tokens or classes.
void add_readings(const Dataset& dataset, const Sample& sample, Json& header) {
  const auto names = header.find("class_names");
  const auto classes = static_cast<std::int64_t>(names == header.end() ? 0 : names->size());
  for (const auto& [name, tensor] : sample.fields.fields()) {
    if (classes > 0 && holds_classes(name, tensor, classes)) header["class_fields"][name] = true;
    if (!holds_tokens(name, sample.fields) || tensor.scalar_type() != at::kLong) continue;
    header["token_fields"][name] = true;
    const at::Tensor tokens = tensor.contiguous();
    const auto* token = tokens.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < tokens.numel(); ++i) {
      if (token[i] < 0) continue;  // no token: a place without a target
      if (std::string piece = dataset.token_text(token[i]); !piece.empty())
        header["pieces"][std::to_string(token[i])] = std::move(piece);
    }
  }
}

const DataSpec& preview_entry(const Recipe& recipe, const std::string& name) {
  std::vector<std::string> names;
  for (const DataSpec& spec : recipe.data) {
    if (spec.name == name) return spec;
    names.push_back(spec.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw Error(
      "the recipe has no data entry '" + name + "'", recipe.id,
      nearest.empty() ? "it has: " + join_names(names) : "did you mean \"" + nearest + "\"?");
}

/// The sample's fields become arrays; returns their names.
std::vector<std::string> add_fields(const std::string& when, const Sample& sample,
                                    std::int64_t number, NamedTensors& arrays) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : sample.fields.fields()) {
    if (name == "index") continue;  // its place in the data set, no content
    names.push_back(name);
    arrays.emplace_back(when + "." + name + "." + std::to_string(number), tensor);
  }
  return names;
}

Json described_transforms(const DataSpec& spec) {
  Json list = Json::array();
  for (const ComponentSpec& transform : spec.transforms) {
    Json one{{"type", transform.type}, {"random", create<Transform>(transform)->is_random()}};
    one.update(transform.settings.to_json());
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

Json save_preview(const Recipe& recipe, const PreviewRequest& request, const Path& file) {
  const DataSpec& spec = preview_entry(recipe, request.entry);
  const std::shared_ptr<Source> source = Source::from_spec(spec);
  if (request.first >= source->size()) {
    throw Error("data entry '" + request.entry + "' has " + std::to_string(source->size()) +
                    " samples, number " + std::to_string(request.first) + " is behind the last",
                recipe.id, "the first one is number 0");
  }
  Json header{{"kind", "preview"},      {"recipe", recipe.id},
              {"entry", request.entry}, {"dataset", spec.dataset.type},
              {"size", source->size()}, {"first", request.first},
              {"seed", request.seed},   {"transforms", described_transforms(spec)},
              {"axes", preview_axes()}, {"units", {{"spacing", "mm"}}}};
  const Json facts = source->dataset().facts();
  for (const char* key : {"class_names", "class_values"}) {
    if (facts.contains(key)) header[key] = facts[key];
  }
  NamedTensors arrays;
  Json ids = Json::array();
  const std::int64_t end = std::min(request.first + request.samples, source->size());
  for (std::int64_t i = request.first; i < end; ++i) {
    const Sample before = source->dataset().get(i);
    const Sample after = source->draw(i, request.seed);
    ids.push_back(before.id);
    header["before"] = add_fields("before", before, i - request.first, arrays);
    header["after"] = add_fields("after", after, i - request.first, arrays);
    add_readings(source->dataset(), before, header);
    add_readings(source->dataset(), after, header);
  }
  header["samples"] = std::move(ids);
  save_tensors(file, {{"capture", header.dump()}}, arrays);
  return header;
}

}  // namespace warmstart
