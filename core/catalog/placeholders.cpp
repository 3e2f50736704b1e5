#include <algorithm>

#include "core/catalog/fields.h"

namespace warmstart {
namespace {

struct PlaceholderSpan {
  std::size_t begin = std::string::npos, end = 0;
  std::string name;
};

// The first "${name}" at or after `from`; begin is npos when there is none.
PlaceholderSpan placeholder_next(const std::string& text, std::size_t from) {
  for (std::size_t at = text.find("${", from); at != std::string::npos;
       at = text.find("${", at + 2)) {
    const std::size_t close = text.find('}', at);
    if (close == std::string::npos) break;
    if (close > at + 2) return {at, close + 1, text.substr(at + 2, close - at - 2)};
  }
  return {};
}

std::string placeholder_text(const Json& json) {
  return json.is_string() ? json.get<std::string>() : Value::from_json(json).text;
}

void placeholder_substitute_scalar(Value& value, const std::map<std::string, Json>& values) {
  PlaceholderSpan span = placeholder_next(value.text, 0);
  while (span.begin != std::string::npos) {
    const auto found = values.find(span.name);
    if (found == values.end()) {
      span = placeholder_next(value.text, span.end);
      continue;
    }
    if (span.begin == 0 && span.end == value.text.size()) {
      Value whole = Value::from_json(found->second);
      whole.mark = value.mark;
      whole.key_mark = value.key_mark;
      value = std::move(whole);
      return;
    }
    const std::string text = placeholder_text(found->second);
    value.text.replace(span.begin, span.end - span.begin, text);
    span = placeholder_next(value.text, span.begin + text.size());
  }
}

void placeholder_collect(const Value& value, std::vector<std::string>& names) {
  PlaceholderSpan span = placeholder_next(value.text, 0);
  while (value.is_scalar() && span.begin != std::string::npos) {
    if (std::find(names.begin(), names.end(), span.name) == names.end()) names.push_back(span.name);
    span = placeholder_next(value.text, span.end);
  }
  for (const Value& item : value.items) placeholder_collect(item, names);
  for (const auto& member : value.members) placeholder_collect(member.second, names);
}

}  // namespace

bool is_placeholder(const Value& value) {
  return value.is_scalar() && placeholder_next(value.text, 0).begin != std::string::npos;
}

void substitute(Value& value, const std::map<std::string, Json>& values) {
  if (value.is_scalar()) placeholder_substitute_scalar(value, values);
  for (Value& item : value.items) substitute(item, values);
  for (auto& member : value.members) substitute(member.second, values);
}

std::vector<std::string> placeholders(const Value& value) {
  std::vector<std::string> names;
  placeholder_collect(value, names);
  return names;
}

}  // namespace warmstart
