#include "core/export/model_card.h"

#include <cmath>
#include <cstdio>
#include <map>

namespace warmstart {
namespace {

std::string card_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// One table cell or line: no bar, no line break, no HTML may come out of a recipe's text.
std::string plain(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') {
      result += "\\|";
    } else if (c == '<') {
      result += "&lt;";
    } else {
      result += c == '\n' || c == '\r' ? ' ' : c;
    }
  }
  return result;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return plain(value.get<std::string>());
  if (value.is_number_float()) return card_number(value.get<double>());
  return plain(value.dump());
}

/// "`type` (key: value, ...)" of {"type": ..., ...}
std::string component_text(const Json& component) {
  std::string settings;
  for (const auto& [key, value] : component.items()) {
    if (key == "type") continue;
    settings += (settings.empty() ? "" : ", ") + plain(key) + ": " + value_text(value);
  }
  const std::string name = "`" + plain(component.value("type", "?")) + "`";
  return settings.empty() ? name : name + " (" + settings + ")";
}

Json component_facts(const ComponentSpec& spec) {
  Json facts{{"type", spec.type}};
  facts.update(spec.settings.to_json());
  return facts;
}

Json stage_facts(const StageSpec& stage) {
  Json surgery = Json::array();
  for (const ComponentSpec& spec : stage.surgery) surgery.push_back(component_facts(spec));
  return {{"stage", stage.name},
          {"objective", component_facts(stage.objective)},
          {"data", stage.data},
          {"budget", stage.steps > 0 ? std::to_string(stage.steps) + " steps"
                                     : card_number(stage.epochs) + " epochs"},
          {"from", stage.from},
          {"surgery", surgery}};
}

/// Mean and standard deviation (n - 1) of every measured value over the runs.
Json metric_facts(const std::vector<RunHistory>& runs) {
  std::map<std::pair<std::string, std::string>, std::vector<double>> values;
  for (const RunHistory& run : runs) {
    std::map<std::pair<std::string, std::string>, double>
        last;  // a run that was measured twice counts once
    for (const Json& measure : run.measures) {
      const Json metrics = measure.value("metrics", Json::object());
      for (const auto& [name, value] : metrics.items()) {
        if (value.is_number()) last[{measure.value("on", ""), name}] = value.get<double>();
      }
    }
    for (const auto& [key, value] : last) values[key].push_back(value);
  }
  Json facts = Json::array();
  for (const auto& [key, list] : values) {
    double sum = 0, squares = 0;
    for (const double value : list) sum += value;
    const double mean = sum / static_cast<double>(list.size());
    for (const double value : list) squares += (value - mean) * (value - mean);
    Json row{{"on", key.first},
             {"name", key.second},
             {"mean", mean},
             {"sd", nullptr},
             {"seeds", list.size()}};
    if (list.size() > 1) row["sd"] = std::sqrt(squares / static_cast<double>(list.size() - 1));
    facts.push_back(std::move(row));
  }
  return facts;
}

std::string lineage_section(const Json& stages) {
  std::string text =
      "\n## Lineage\n\n| stage | objective | data | budget | starts from | surgery "
      "|\n|---|---|---|---|---|---|\n";
  for (const Json& stage : stages) {
    std::string surgery;
    for (const Json& step : stage.value("surgery", Json::array())) {
      surgery += (surgery.empty() ? "" : ", ") + component_text(step);
    }
    text += "| " + plain(stage.value("stage", "")) + " | " +
            component_text(stage.value("objective", Json::object())) + " | " +
            plain(stage.value("data", "")) + " | " + plain(stage.value("budget", "")) + " | " +
            plain(stage.value("from", "")) + " | " + surgery + " |\n";
  }
  return text;
}

std::string data_section(const Json& data) {
  std::string text = "\n## Data\n\n";
  for (const Json& entry : data) {
    text += "- **" + plain(entry.value("name", "")) +
            "**: " + component_text(entry.value("dataset", Json::object())) + "\n";
  }
  return text;
}

std::string metrics_section(const Json& metrics) {
  std::string text =
      "\n## Results\n\n| data | metric | mean | sd over seeds | seeds "
      "|\n|---|---|---:|---:|---:|\n";
  for (const Json& row : metrics) {
    const Json sd = row.value("sd", Json());
    text += "| " + plain(row.value("on", "")) + " | " + plain(row.value("name", "")) + " | " +
            card_number(row.value("mean", 0.0)) + " | " +
            (sd.is_number() ? card_number(sd.get<double>()) : "one seed") + " | " +
            value_text(row.value("seeds", Json(1))) + " |\n";
  }
  return text;
}

std::string usage_section(const Json& usage) {
  std::string text = "\n## How to use it\n\n";
  for (const auto& [key, value] : usage.items()) {
    if (!value.is_array() || value.empty() || !value.front().is_object()) {
      text += "- " + plain(key) + ": " + value_text(value) + "\n";
      continue;
    }
    text += "- " + plain(key) + ":\n";
    int step = 0;
    for (const Json& item : value)
      text += "  " + std::to_string(++step) + ". " + component_text(item) + "\n";
  }
  return text;
}

std::string export_section(const Json& report) {
  std::string text = "\n## The file\n\n";
  text += "- `" + plain(report.value("file", "")) + "`, " + plain(report.value("format", "")) +
          ", " + value_text(report.value("bytes", Json(0))) + " bytes, CRC-32 `" +
          plain(report.value("crc32", "")) + "`\n";
  const double tolerance = report.value("verification", Json::object()).value("tolerance", 0.0);
  for (const Json& reader : report.value("readers", Json::array())) {
    const std::string name = plain(reader.value("reader", "")) +
                             (reader.value("version", "").empty() ? "" : " ") +
                             plain(reader.value("version", ""));
    if (!reader.value("checked", false)) {
      text += "- not verified with " + name + ": " + plain(reader.value("note", "")) + "\n";
      continue;
    }
    text += "- verified against the source model with " + name + ": largest difference " +
            card_number(reader.value("largest_absolute", 0.0)) + " (tolerance " +
            card_number(tolerance) + ")\n";
  }
  return text;
}

}  // namespace

Json card_facts(const Recipe& recipe, const std::string& arm, const Json& metadata,
                const Json& report, const std::vector<RunHistory>& runs) {
  Json facts{{"title", recipe.title},     {"summary", recipe.summary},
             {"recipe", recipe.id},       {"arm", arm},
             {"profile", recipe.profile}, {"model", component_facts(recipe.model)}};
  facts["lineage"] = Json::array();
  for (const std::string& stage : recipe.arm(arm))
    facts["lineage"].push_back(stage_facts(recipe.stage(stage)));
  facts["data"] = Json::array();
  for (const DataSpec& data : recipe.data) {
    facts["data"].push_back({{"name", data.name}, {"dataset", component_facts(data.dataset)}});
  }
  facts["metrics"] = metric_facts(runs);
  facts["claims"] = Json::array();
  for (const ClaimSpec& claim : recipe.claims) {
    const std::string formula = claim.better + " > " + claim.than + " by " + card_number(claim.by);
    facts["claims"].push_back(claim.text.empty() ? formula : claim.text + " (" + formula + ")");
  }
  facts["export"] = report;
  facts["usage"] = metadata;
  return facts;
}

std::string model_card(const Json& facts) {
  std::string text = "# " + plain(facts.value("title", "Model")) + "\n\n";
  if (const std::string summary = facts.value("summary", ""); !summary.empty())
    text += plain(summary) + "\n\n";
  for (const char* key : {"recipe", "arm", "profile"}) {
    if (facts.contains(key))
      text += std::string("- ") + key + ": `" + plain(facts.value(key, "")) + "`\n";
  }
  if (facts.contains("model")) text += "- model: " + component_text(facts["model"]) + "\n";
  if (facts.contains("lineage")) text += lineage_section(facts["lineage"]);
  if (facts.contains("data")) text += data_section(facts["data"]);
  if (facts.contains("metrics") && !facts["metrics"].empty())
    text += metrics_section(facts["metrics"]);
  if (facts.contains("claims") && !facts["claims"].empty()) {
    text += "\n## Claims of the recipe\n\n";
    for (const Json& claim : facts["claims"]) text += "- " + value_text(claim) + "\n";
  }
  if (facts.contains("usage")) text += usage_section(facts["usage"]);
  if (facts.contains("export")) text += export_section(facts["export"]);
  return text;
}

}  // namespace warmstart
