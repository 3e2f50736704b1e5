#include "core/data/preview.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/tensor_arrays.h"

namespace warmstart {
namespace {

/// The documented fields (see batch.h), without the batch axis.
const Json& preview_axes() {
  static const Json axes{
      {"image", "C [D] H W"}, {"label", "[D] H W"}, {"class", ""}, {"spacing", "dims"}};
  return axes;
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
    ids.push_back(before.id);
    header["before"] = add_fields("before", before, i - request.first, arrays);
    header["after"] = add_fields("after", source->draw(i, request.seed), i - request.first, arrays);
  }
  header["samples"] = std::move(ids);
  save_tensors(file, {{"capture", header.dump()}}, arrays);
  return header;
}

}  // namespace warmstart
