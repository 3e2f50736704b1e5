#include <charconv>
#include <cmath>

#include "core/recipe/reader.h"

namespace warmstart {
namespace {

bool read_is_list(const Value& list, const std::string& path, const std::string& what,
                  Problems& problems) {
  if (list.is_null()) return false;
  if (list.is_list()) return true;
  problems.add(path, list, "a list of " + what, "start each entry with \"- \"");
  return false;
}

// The keys of a capture that are not the inspector's own.
void capture_describe(Fields& fields, CaptureSpec& capture) {
  fields.field("name", capture.name, "what its files are called; empty = as the inspector");
  fields.field("on", capture.on, "the data entry it watches; empty = the stage's");
  fields.field("every", capture.every, "time between two captures").at_least(1).unit("steps");
  fields.field("samples", capture.samples, "samples in the watch set").within(1, 10000);
}

}  // namespace

ComponentSpec read_component(const std::string& kind, const Value& value, const std::string& path,
                             Problems& problems, const std::string& type_key) {
  ComponentSpec spec = component_spec(value, path, problems, type_key);
  const Json resolved = resolve_component(kind, spec, path, problems, type_key);
  if (resolved.is_null()) return spec;
  spec.settings = Value::from_json(resolved);
  spec.settings.erase(type_key);
  return spec;
}

std::vector<ComponentSpec> read_components(const std::string& kind, const Value& list,
                                           const std::string& path, Problems& problems) {
  std::vector<ComponentSpec> specs;
  if (!read_is_list(list, path, kind + " components", problems)) return specs;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    specs.push_back(read_component(kind, list.items[i], path + "." + std::to_string(i), problems));
  }
  return specs;
}

std::vector<MeasureSpec> read_measures(const Value& list, Problems& problems) {
  std::vector<MeasureSpec> measures;
  if (!read_is_list(list, "measure", "{on: DATA, metrics: [...]}", problems)) return measures;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string path = "measure." + std::to_string(i);
    MeasureSpec measure;
    Value metrics, inference;
    std::string report = "mean";
    Fields fields;
    fields.field("on", measure.on, "the data entry that is measured").required();
    fields.field("metrics", metrics, "what is measured").required();
    fields.field("inference", inference,
                 "how the model runs over a whole sample; none = in one piece");
    fields.field("report", report, "means alone, or each class too").one_of({"mean", "per_class"});
    fields.field("after", measure.after,
                 "stage after which it is measured; empty = the arm's last");
    fields.read(list.items[i], path, problems);
    measure.metrics = read_components("metric", metrics, path + ".metrics", problems);
    if (metrics.is_list() && metrics.items.empty()) {
      problems.add(path + ".metrics", metrics, "at least one metric");
    }
    const bool none = inference.is_null() || (inference.is_scalar() && inference.text == "none");
    if (!none)
      measure.inference = read_component("inference", inference, path + ".inference", problems);
    measure.per_class = report == "per_class";
    measures.push_back(std::move(measure));
  }
  return measures;
}

std::vector<CaptureSpec> read_captures(const Value& list, Problems& problems) {
  std::vector<CaptureSpec> captures;
  if (!read_is_list(list, "capture", "{inspector: NAME, every: N}", problems)) return captures;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string path = "capture." + std::to_string(i);
    CaptureSpec capture;
    Value inspector = list.items[i], own = Value::map();
    for (const char* key : {"name", "on", "every", "samples"}) {
      if (const Value* value = inspector.find(key)) own.set(key, *value);
      inspector.erase(key);
    }
    Fields fields;
    capture_describe(fields, capture);
    fields.read(own, path, problems);
    capture.inspector = read_component("inspector", inspector, path, problems, "inspector");
    if (capture.name.empty()) capture.name = capture.inspector.type;
    captures.push_back(std::move(capture));
  }
  return captures;
}

std::optional<double> claim_constant(const std::string& side) {
  double number = 0;
  const char* end = side.data() + side.size();
  const auto [last, code] = std::from_chars(side.data(), end, number);
  if (code != std::errc() || last != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::vector<ClaimSpec> read_claims(const Value& text, Problems& problems) {
  std::vector<ClaimSpec> claims;
  if (text.is_null()) return claims;
  const bool one = text.is_map();
  if (!one && !text.is_list()) {
    problems.add("claim", text, "a map, or a list of maps", "write {better: A, than: B, by: 0.01}");
    return claims;
  }
  const std::size_t count = one ? 1 : text.items.size();
  for (std::size_t i = 0; i < count; ++i) {
    ClaimSpec claim;
    Fields fields;
    fields
        .field("better", claim.better, "ARM.DATA.METRIC[.PART] that should be larger, or a number")
        .required();
    fields.field("than", claim.than, "ARM.DATA.METRIC[.PART] that should be smaller, or a number")
        .required();
    fields.field("times", claim.times, "factor on `than`: better by so many times").above(0);
    fields.field("every_seed", claim.every_seed, "the margin must hold in each seed");
    fields.field("by", claim.by, "smallest difference of the means");
    fields.field("confidence", claim.confidence, "1 - largest p value; 0 = the margin alone")
        .within(0, 0.999999);
    fields.field("text", claim.text, "the claim in words");
    fields.field("state", claim.state, "what is expected").one_of({"holds", "not_shown"});
    fields.read(one ? text : text.items[i], one ? "claim" : "claim." + std::to_string(i), problems);
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace warmstart
