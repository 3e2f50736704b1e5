#include "core/catalog/reference.h"

#include <algorithm>
#include <array>

namespace warmstart {
namespace {

constexpr std::array kKindOrder{"dataset",   "transform", "tokenizer", "model",     "objective",
                                "optimizer", "schedule",  "surgery",   "inference", "metric",
                                "inspector", "probe",     "search"};

std::string joined(const Json& list) {
  std::string text;
  for (const Json& item : list) {
    if (!text.empty()) text += ", ";
    text += item.is_string() ? item.get<std::string>() : item.dump();
  }
  return text;
}

/// A cell of a Markdown table must not hold a bar or a line break.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != std::string::npos; at += 2)
    text.replace(at, 1, text[at] == '|' ? "\\|" : "  ");
  return text;
}

std::string number(const Json& value) {
  const double real = value.get<double>();
  if (real == static_cast<double>(static_cast<long long>(real)))
    return std::to_string(static_cast<long long>(real));
  return value.dump();
}

std::string range_text(const Json& field) {
  const bool low = field.contains("min"), high = field.contains("max");
  if (low && high) return number(field["min"]) + " to " + number(field["max"]);
  if (low)
    return (field.value("min_excluded", false) ? "above " : "at least ") + number(field["min"]);
  if (high) return "at most " + number(field["max"]);
  return {};
}

std::string default_text(const Json& field) {
  if (field.value("required", false)) return "*required*";
  const auto value = field.find("default");
  if (value == field.end() || value->is_null()) return "none";
  if (value->is_string())
    return value->get_ref<const std::string&>().empty() ? "empty"
                                                        : "`" + value->get<std::string>() + "`";
  return "`" + value->dump() + "`";
}

std::string component_text(const Json& component) {
  std::string text =
      "## " + component.value("name", "") + "\n\n" + component.value("summary", "") + ".\n\n";
  for (const auto& [key, word] : {std::pair("needs", "Needs"), std::pair("yields", "Yields")}) {
    if (const auto list = component.find(key); list != component.end() && !list->empty())
      text += std::string(word) + ": " + joined(*list) + ".  \n";
  }
  if (const auto papers = component.find("papers"); papers != component.end() && !papers->empty())
    text += "Seed papers: " + joined(*papers) + ".  \n";
  const auto fields = component.find("fields");
  if (fields == component.end() || fields->empty()) return text + "No parameters.\n\n";
  text += "\n| parameter | type | default | unit | meaning |\n|---|---|---|---|---|\n";
  for (const Json& field : *fields) {
    text += "| `" + field.value("name", "") + "` | " + cell(allowed_text(field)) + " | " +
            cell(default_text(field)) + " | " + cell(field.value("unit", "")) + " | " +
            cell(field.value("help", "")) + " |\n";
  }
  return text + "\n";
}

}  // namespace

std::string allowed_text(const Json& field) {
  std::string text = field.value("type", "");
  if (field.contains("component")) text = "component: " + field.value("component", "");
  if (field.contains("length")) text += " of " + number(field["length"]);
  if (field.contains("choices")) return "one of: " + joined(field["choices"]);
  const std::string range = range_text(field);
  return range.empty() ? text : text + ", " + range;
}

std::vector<std::string> component_kinds(const Json& components) {
  std::vector<std::string> kinds;
  for (const Json& component : components) {
    const std::string kind = component.value("kind", "");
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  std::sort(kinds.begin(), kinds.end(), [](const std::string& a, const std::string& b) {
    const auto place = [](const std::string& kind) {
      return std::find(kKindOrder.begin(), kKindOrder.end(), kind) - kKindOrder.begin();
    };
    return std::pair(place(a), a) < std::pair(place(b), b);
  });
  return kinds;
}

std::string reference_page(const Json& components, const std::string& kind) {
  std::string title = kind;
  if (!title.empty())
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  std::string page = "# " + title + "\n\n";
  for (const Json& component : components) {
    if (component.value("kind", "") == kind) page += component_text(component);
  }
  return page;
}

}  // namespace warmstart
