#include <algorithm>
#include <set>

#include "core/recipe/reader.h"

namespace warmstart {
namespace {

using Names = std::vector<std::string>;

bool check_has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What stands at a path, or an empty value marked where the deepest present part stands.
Value check_at(const Value& tree, const Names& path) {
  const Value* at = &tree;
  for (const std::string& key : path) {
    const Value* next = nullptr;
    if (at->is_list()) {
      const std::size_t index = std::stoul(key);
      next = index < at->items.size() ? &at->items[index] : nullptr;
    } else {
      next = at->find(key);
    }
    if (next == nullptr) {
      Value missing;
      missing.mark = at->mark;
      return missing;
    }
    at = next;
  }
  return *at;
}

Names check_data_names(const Recipe& recipe) {
  Names names;
  for (const DataSpec& data : recipe.data) names.push_back(data.name);
  return names;
}

Names check_stage_names(const Recipe& recipe) {
  Names names;
  for (const StageSpec& stage : recipe.stages) names.push_back(stage.name);
  return names;
}

Names check_arm_names(const Recipe& recipe) {
  Names names;
  for (const auto& arm : recipe.arms) names.push_back(arm.first);
  return names;
}

void check_name(const std::string& name, const Names& known, const Value& tree, const Names& path,
                Problems& problems) {
  // Nothing known at all was reported where it is missing.
  if (name.empty() || known.empty() || check_has(known, name)) return;
  std::string key;
  for (const std::string& part : path) key = join_key(key, part);
  Value at = check_at(tree, path);
  if (at.is_null()) {
    const Mark mark = at.mark;
    at = Value::scalar(name);
    at.mark = mark;
  }
  problems.add_unknown_name(key, at, known);
}

// True when a part was found wrong already: what follows from it would only be noise.
bool check_is_wrong(const std::string& part, const Problems& problems) {
  return std::any_of(problems.list().begin(), problems.list().end(),
                     [&](const Problem& problem) { return problem.key.starts_with(part); });
}

void check_names(const Recipe& recipe, const Value& tree, Problems& problems) {
  const Names data = check_data_names(recipe), stages = check_stage_names(recipe);
  std::set<std::string> used;
  for (const auto& [arm, list] : recipe.arms) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      check_name(list[i], stages, tree, {"arms", arm, std::to_string(i)}, problems);
      used.insert(list[i]);
    }
  }
  for (const StageSpec& stage : recipe.stages) {
    check_name(stage.data, data, tree, {"stages", stage.name, "data"}, problems);
    check_name(stage.validation, data, tree, {"stages", stage.name, "validation"}, problems);
    if (used.count(stage.name) == 0 && !check_is_wrong("arms", problems)) {
      problems.add({"stages." + stage.name, check_at(tree, {"stages", stage.name}).key_mark,
                    "a stage that no arm uses", "", "add it to an arm or remove it"});
    }
  }
  for (std::size_t i = 0; i < recipe.measure.size(); ++i) {
    check_name(recipe.measure[i].on, data, tree, {"measure", std::to_string(i), "on"}, problems);
    check_name(recipe.measure[i].after, stages, tree, {"measure", std::to_string(i), "after"},
               problems);
  }
  for (std::size_t i = 0; i < recipe.capture.size(); ++i) {
    check_name(recipe.capture[i].on, data, tree, {"capture", std::to_string(i), "on"}, problems);
  }
}

const Card* check_card(const std::string& kind, const std::string& name) {
  const Component* component = Catalog::instance().find(kind, name);
  return component == nullptr ? nullptr : &component->card;
}

void check_add(Names& names, const Names& more) {
  for (const std::string& name : more) {
    if (!check_has(names, name)) names.push_back(name);
  }
}

// Fields of a data entry's batches; with `problems`, also checks what each transform needs. Null
// name of an unknown dataset gives nothing, because that was reported already.
std::optional<Names> check_fields(const DataSpec& data, const Value& tree, Problems* problems) {
  const Card* dataset = check_card("dataset", data.dataset.type);
  if (dataset == nullptr) return std::nullopt;
  Names fields = dataset->yields;
  for (std::size_t i = 0; i < data.transforms.size(); ++i) {
    const Card* transform = check_card("transform", data.transforms[i].type);
    if (transform == nullptr) return std::nullopt;
    for (const std::string& need : transform->needs) {
      if (check_has(fields, need) || problems == nullptr) continue;
      const Names path{"data", data.name, "transforms", std::to_string(i)};
      problems->add({"data." + data.name + ".transforms." + path[3], check_at(tree, path).mark, "",
                     "",
                     "transform '" + data.transforms[i].type + "' needs the field '" + need +
                         "'; before it there are: " + join_names(fields)});
    }
    check_add(fields, transform->yields);
  }
  return fields;
}

struct CheckNeed {
  std::string kind, name, key;
  Mark mark;
};

void check_needs(const CheckNeed& who, const DataSpec& data, const Names& fields,
                 Problems& problems) {
  const Card* card = check_card(who.kind, who.name);
  if (card == nullptr) return;
  for (const std::string& need : card->needs) {
    if (check_has(fields, need)) continue;
    problems.add({who.key, who.mark, "", "",
                  who.kind + " '" + who.name + "' needs the field '" + need + "'; data '" +
                      data.name + "' (" + data.dataset.type + ") gives: " + join_names(fields)});
  }
}

void check_stage_fields(const Recipe& recipe, const Value& tree, Problems& problems) {
  for (const StageSpec& stage : recipe.stages) {
    const DataSpec* data = recipe.find_data(stage.data);
    if (data == nullptr) continue;
    const std::optional<Names> fields = check_fields(*data, tree, nullptr);
    if (!fields) continue;
    check_needs({"objective", stage.objective.type, "stages." + stage.name + ".objective",
                 stage.objective.mark},
                *data, *fields, problems);
    check_needs({"model", recipe.model.type, "stages." + stage.name + ".data",
                 check_at(tree, {"stages", stage.name, "data"}).mark},
                *data, *fields, problems);
  }
}

// A model's and an objective's outputs count for what looks at them: metrics and inspectors.
Names check_outputs(const Recipe& recipe) {
  Names outputs{"logits"};
  if (const Card* model = check_card("model", recipe.model.type)) check_add(outputs, model->yields);
  for (const StageSpec& stage : recipe.stages) {
    const Card* objective = check_card("objective", stage.objective.type);
    if (objective != nullptr) check_add(outputs, objective->yields);
  }
  return outputs;
}

void check_measure_fields(const Recipe& recipe, const Value& tree, Problems& problems) {
  const Names outputs = check_outputs(recipe);
  for (std::size_t i = 0; i < recipe.measure.size(); ++i) {
    const MeasureSpec& measure = recipe.measure[i];
    const DataSpec* data = recipe.find_data(measure.on);
    std::optional<Names> fields =
        data == nullptr ? std::nullopt : check_fields(*data, tree, nullptr);
    if (!fields) continue;
    check_add(*fields, outputs);
    const std::string path = "measure." + std::to_string(i) + ".metrics.";
    for (std::size_t j = 0; j < measure.metrics.size(); ++j) {
      check_needs(
          {"metric", measure.metrics[j].type, path + std::to_string(j), measure.metrics[j].mark},
          *data, *fields, problems);
    }
  }
}

// An inspector records the stages whose objective gives what it shows; one that fits no stage would
// record nothing.
void check_capture_fields(const Recipe& recipe, Problems& problems) {
  for (std::size_t i = 0; i < recipe.capture.size(); ++i) {
    const ComponentSpec& inspector = recipe.capture[i].inspector;
    const Card* card = check_card("inspector", inspector.type);
    bool fits = card == nullptr || recipe.stages.empty();
    for (const StageSpec& stage : recipe.stages) {
      const Card* objective = check_card("objective", stage.objective.type);
      fits = fits || objective == nullptr ||
             std::all_of(card->needs.begin(), card->needs.end(), [&](const std::string& need) {
               return check_has(objective->yields, need);
             });
    }
    if (fits) continue;
    problems.add({"capture." + std::to_string(i), inspector.mark, "", "",
                  "inspector '" + inspector.type + "' shows " + join_names(card->needs) +
                      ", which the objective of no stage gives"});
  }
}

// A capture's name is its file's, and two of one name would overwrite each other.
void check_capture_names(const Recipe& recipe, const Value& tree, Problems& problems) {
  constexpr const char* kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  std::set<std::string> taken;
  for (std::size_t i = 0; i < recipe.capture.size(); ++i) {
    const CaptureSpec& capture = recipe.capture[i];
    const std::string path = "capture." + std::to_string(i);
    const Value given = check_at(tree, {"capture", std::to_string(i), "name"});
    if (capture.name.find_first_not_of(kAllowed) != std::string::npos ||
        capture.name.starts_with('.')) {
      problems.add(path + ".name", given, "letters, digits, '.', '_' and '-', no '.' at the start");
    }
    if (capture.name.empty() || taken.insert(capture.name).second) continue;
    problems.add({path, given.mark, "", "",
                  "a second capture is called '" + capture.name +
                      "' and would overwrite the first; give each its own `name: NAME`"});
  }
}

void check_validations(const Recipe& recipe, const Value& tree, Problems& problems) {
  for (const StageSpec& stage : recipe.stages) {
    if (stage.validation.empty() || recipe.find_data(stage.validation) == nullptr) continue;
    const bool measured =
        std::any_of(recipe.measure.begin(), recipe.measure.end(),
                    [&](const MeasureSpec& measure) { return measure.on == stage.validation; });
    if (measured) continue;
    problems.add("stages." + stage.name + ".validation",
                 check_at(tree, {"stages", stage.name, "validation"}),
                 "a data entry that is measured", "add a `measure` entry on it");
  }
}

// A claim's METRIC or METRIC.PART; a plugin's metric has a dot of its own ("medical.hd95").
bool check_names_metric(const std::string& text, const Names& metrics) {
  return std::any_of(metrics.begin(), metrics.end(), [&](const std::string& metric) {
    return text == metric || text.starts_with(metric + ".");
  });
}

struct CheckReference {
  const Recipe& recipe;
  const Value& tree;
  Problems& problems;

  void refuse(const std::string& key, const Value& at, const Names& allowed,
              const std::string& part) {
    const std::string nearest = nearest_name(part, allowed);
    problems.add(key, at, join_names(allowed),
                 nearest.empty() ? "write ARM.DATA.METRIC or ARM.DATA.METRIC.PART"
                                 : "did you mean \"" + nearest + "\"?");
  }

  void check(const std::string& reference, const std::string& key, const Value& at) {
    if (reference.empty() || claim_constant(reference)) return;
    const std::size_t first = reference.find('.');
    const std::size_t second = first == std::string::npos ? first : reference.find('.', first + 1);
    const std::string arm = reference.substr(0, first);
    if (!check_has(check_arm_names(recipe), arm)) {
      refuse(key + " (arm)", at, check_arm_names(recipe), arm);
      return;
    }
    if (second == std::string::npos) {
      problems.add(key, at, "ARM.DATA.METRIC or ARM.DATA.METRIC.PART");
      return;
    }
    check_measured(arm, reference.substr(first + 1, second - first - 1),
                   reference.substr(second + 1), key, at);
  }

  void check_measured(const std::string& arm, const std::string& data, const std::string& rest,
                      const std::string& key, const Value& at) {
    Names measured, metrics;
    const std::vector<std::string>& stages = recipe.arm(arm);
    for (const MeasureSpec& measure : recipe.measure) {
      if (!measure.after.empty() && !check_has(stages, measure.after)) continue;
      check_add(measured, {measure.on});
      if (measure.on != data) continue;
      for (const ComponentSpec& metric : measure.metrics) {
        check_add(metrics, {metric.type});
      }
    }
    if (measured.empty()) {
      problems.add(key, at, "", "nothing is measured; add a `measure` entry");
    } else if (!check_has(measured, data)) {
      refuse(key + " (data)", at, measured, data);
    } else if (!check_names_metric(rest, metrics)) {
      const bool whole = !nearest_name(rest, metrics).empty();
      refuse(key + " (metric)", at, metrics, whole ? rest : rest.substr(0, rest.find('.')));
    }
  }
};

void check_claims(const Recipe& recipe, const Value& tree, Problems& problems) {
  if (check_is_wrong("arms", problems) || check_is_wrong("measure", problems)) return;
  const Value claims = check_at(tree, {"claim"});
  CheckReference references{recipe, tree, problems};
  for (std::size_t i = 0; i < recipe.claims.size(); ++i) {
    const Names path = claims.is_list() ? Names{"claim", std::to_string(i)} : Names{"claim"};
    const std::string key = claims.is_list() ? "claim." + std::to_string(i) : "claim";
    const Value at = check_at(tree, path);
    if (!at.is_map()) continue;
    references.check(recipe.claims[i].better, key + ".better", check_at(at, {"better"}));
    references.check(recipe.claims[i].than, key + ".than", check_at(at, {"than"}));
    if (!recipe.claims[i].better.empty() && recipe.claims[i].better == recipe.claims[i].than) {
      problems.add(key + ".than", check_at(at, {"than"}), "another value than `better`");
    } else if (claim_constant(recipe.claims[i].better) && claim_constant(recipe.claims[i].than)) {
      problems.add(key + ".than", check_at(at, {"than"}), "a measured value on one of the sides");
    }
  }
}

}  // namespace

void check_recipe(const Recipe& recipe, const Value& tree, Problems& problems) {
  check_names(recipe, tree, problems);
  for (const DataSpec& data : recipe.data) check_fields(data, tree, &problems);
  check_stage_fields(recipe, tree, problems);
  check_measure_fields(recipe, tree, problems);
  check_capture_fields(recipe, problems);
  check_capture_names(recipe, tree, problems);
  check_validations(recipe, tree, problems);
  check_claims(recipe, tree, problems);
}

}  // namespace warmstart
