#include "core/catalog/reference.h"

#include <vector>

namespace warmstart {
namespace {

/// Where a recipe names components of a kind.
std::string reference_place(const std::string& kind) {
  static const std::map<std::string, std::string> places{
      {"dataset", "Where samples come from: `data.NAME.dataset`."},
      {"transform", "What is done to a sample before it is batched: `data.NAME.transforms`."},
      {"tokenizer", "How text becomes numbers."},
      {"model", "The network: `model`, with changes for one stage in `stages.NAME.model`."},
      {"layer", "Parts of networks that a model can be told to use."},
      {"objective", "What a stage optimises: `stages.NAME.objective`."},
      {"optimizer", "How parameters are updated: `optimizer`, or `stages.NAME.optimizer`."},
      {"schedule", "The learning rate over a stage: `schedule`, or `stages.NAME.schedule`."},
      {"surgery", "What happens to weights between stages: `stages.NAME.surgery`."},
      {"metric", "What is measured on a data entry: `measure[].metrics`."},
      {"inference", "How a model is run over a whole sample: `measure[].inference`."},
      {"inspector", "What is recorded about the watched samples: `capture[].inspector`."},
      {"probe", "Small questions to a frozen model."},
      {"search", "Loops around the training."},
      {"settings", "Groups of settings that are no components."}};
  const auto found = places.find(kind);
  return found == places.end() ? "" : found->second;
}

/// Text in a table cell: no bar and no line break may end it, nothing may read as HTML.
std::string reference_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') {
      cell += "\\|";
    } else if (c == '<') {
      cell += "&lt;";
    } else {
      cell += c == '\n' || c == '\r' ? ' ' : c;
    }
  }
  return cell;
}

std::string reference_code(const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return text.empty() ? "empty" : "`" + reference_cell(text) + "`";
}

/// 2.0 -> "2": a bound is stored as a number with a point.
std::string reference_number(const Json& number) {
  const std::string text = number.dump();
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

std::string reference_range(const Json& field) {
  if (field.contains("choices")) {
    std::string choices;
    for (const Json& choice : field["choices"])
      choices += (choices.empty() ? "" : ", ") + reference_code(choice);
    return choices;
  }
  const bool above = field.value("min_excluded", false);
  std::string range;
  if (field.contains("min")) range = (above ? "> " : "≥ ") + reference_number(field["min"]);
  if (field.contains("max"))
    range += (range.empty() ? "≤ " : ", ≤ ") + reference_number(field["max"]);
  if (field.contains("length"))
    range += (range.empty() ? "" : "; ") + field["length"].dump() + " values";
  if (field.contains("component"))
    range = "a " + reference_cell(field.value("component", "")) + " component";
  return range;
}

std::string reference_parameters(const Json& fields) {
  if (fields.empty()) return "No parameters.\n";
  std::string text =
      "| parameter | type | default | range | unit | meaning |\n|---|---|---|---|---|---|\n";
  for (const Json& field : fields) {
    const std::string standard = field.value("required", false)
                                     ? "required"
                                     : reference_code(field.value("default", Json()));
    text += "| `" + reference_cell(field.value("name", "")) + "` | " +
            reference_cell(field.value("type", "")) + " | " + standard + " | " +
            reference_range(field) + " | " + reference_cell(field.value("unit", "")) + " | " +
            reference_cell(field.value("help", "")) + " |\n";
  }
  return text;
}

std::string reference_list(const std::string& title, const Json& names) {
  if (names.empty()) return "";
  std::string text;
  for (const Json& name : names) text += (text.empty() ? "" : ", ") + reference_code(name);
  return "- " + title + ": " + text + "\n";
}

std::string reference_papers(const Json& papers) {
  std::string text;
  for (const Json& paper : papers) text += (text.empty() ? "" : ", ") + paper.dump();
  return text.empty() ? "" : "- papers: " + text + "\n";
}

std::string reference_section(const Json& component) {
  const Json none = Json::array();
  std::string text = "\n## " + reference_cell(component.value("name", "")) + "\n\n" +
                     reference_cell(component.value("summary", "")) + "\n";
  const std::string plugin = component.value("plugin", "");
  const std::string facts = (plugin.empty() ? "" : "- plugin: " + reference_cell(plugin) + "\n") +
                            reference_list("needs", component.value("needs", none)) +
                            reference_list("yields", component.value("yields", none)) +
                            reference_papers(component.value("papers", none));
  if (!facts.empty()) text += "\n" + facts;
  return text + "\n" + reference_parameters(component.value("fields", none));
}

}  // namespace

std::map<std::string, std::string> reference_pages(const Json& components) {
  std::map<std::string, std::vector<const Json*>> kinds;
  for (const Json& component : components) kinds[component.at("kind")].push_back(&component);
  std::map<std::string, std::string> pages;
  std::string& index = pages["index.md"];
  index = "# Reference\n\nEverything that a recipe can name, by kind.\n";
  for (const auto& [kind, list] : kinds) {
    std::string& page = pages[kind + ".md"];
    page = "# " + kind + "\n\n" + reference_place(kind) + "\n";
    index += "\n## [" + kind + "](" + kind + ".md)\n\n";
    for (const Json* component : list) {
      page += reference_section(*component);
      index += "- `" + reference_cell(component->value("name", "")) +
               "`: " + reference_cell(component->value("summary", "")) + "\n";
    }
  }
  return pages;
}

}  // namespace warmstart
