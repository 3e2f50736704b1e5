#include "views/setup/recipe_names.h"

#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

void rename_key(Value* map, const std::string& from, const std::string& to) {
  if (map == nullptr) return;
  for (auto& [key, value] : map->members) {
    if (key == from) key = to;
  }
}

void rename_text(Value* value, const std::string& from, const std::string& to) {
  if (value != nullptr && value->is_scalar() && value->text == from) value->text = to;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string path;
  for (const std::string& part : parts) path = join_key(path, part);
  return path;
}

/// The name at a dotted path's place `place`, where the path begins with `head` ("" = any).
void rename_in_path(std::string& path, const std::string& head, std::size_t place,
                    const std::pair<std::string, std::string>& names) {
  std::vector<std::string> parts = split_path(path);
  if (parts.size() <= place || parts[place] != names.first) return;
  if (!head.empty() && parts.front() != head) return;
  parts[place] = names.second;
  path = joined(parts);
}

/// Claims say ARM.DATA.METRIC; `place` 0 = the arm, 1 = the data entry.
void rename_in_claims(Value* node, std::size_t place,
                      const std::pair<std::string, std::string>& names) {
  if (node == nullptr) return;
  for (Value& item : node->items) rename_in_claims(&item, place, names);
  for (auto& [key, value] : node->members) {
    if (key == "better" || key == "than") rename_in_path(value.text, "", place, names);
  }
}

/// Profiles override by dotted paths ("stages.x.budget.steps: 10"); the values may name things too.
template <class Visit>
void each_override(Value& tree, const Visit& visit) {
  Value* profiles = tree.find("profiles");
  if (profiles == nullptr) return;
  for (auto& [name, profile] : profiles->members) {
    for (auto& [path, value] : profile.members) visit(path, value);
  }
}

void rename_members(Value* list, const std::string& key, const std::string& from,
                    const std::string& to) {
  if (list == nullptr) return;
  for (Value& item : list->items) rename_text(item.find(key), from, to);
}

void rename_chain(Value& list, const std::string& from, const std::string& to) {
  for (Value& item : list.items) rename_text(&item, from, to);
}

}  // namespace

Value& written_arms(Value& tree) {
  Value* arms = tree.find("arms");
  if (arms && arms->is_map()) return *arms;
  Value list = Value::list();
  if (const Value* stages = tree.find("stages")) {
    for (const auto& [name, stage] : stages->members)
      list.items.push_back(Value::scalar(name, true));
  }
  Value map = Value::map();
  map.set("main", std::move(list));
  return tree.set("arms", std::move(map));
}

void rename_stage(Value& tree, const std::string& from, const std::string& to) {
  rename_key(tree.find("stages"), from, to);
  for (auto& [arm, list] : written_arms(tree).members) rename_chain(list, from, to);
  rename_members(tree.find("measure"), "after", from, to);
  each_override(tree, [&](std::string& path, Value& value) {
    rename_in_path(path, "stages", 1, {from, to});
    if (path.starts_with("arms.")) rename_chain(value, from, to);
    if (path.starts_with("measure.") && path.ends_with(".after")) rename_text(&value, from, to);
  });
}

void rename_arm(Value& tree, const std::string& from, const std::string& to) {
  rename_key(&written_arms(tree), from, to);
  rename_in_claims(tree.find("claim"), 0, {from, to});
  each_override(tree, [&](std::string& path, Value& value) {
    rename_in_path(path, "arms", 1, {from, to});
    if (path.starts_with("claim") && (path.ends_with(".better") || path.ends_with(".than")))
      rename_in_path(value.text, "", 0, {from, to});
  });
}

void rename_data(Value& tree, const std::string& from, const std::string& to) {
  rename_key(tree.find("data"), from, to);
  if (Value* stages = tree.find("stages")) {
    for (auto& [name, stage] : stages->members) {
      rename_text(stage.find("data"), from, to);
      rename_text(stage.find("validation"), from, to);
    }
  }
  for (const char* list : {"measure", "capture"}) rename_members(tree.find(list), "on", from, to);
  rename_in_claims(tree.find("claim"), 1, {from, to});
  each_override(tree, [&](std::string& path, Value& value) {
    rename_in_path(path, "data", 1, {from, to});
    if (path.starts_with("stages.") && (path.ends_with(".data") || path.ends_with(".validation")))
      rename_text(&value, from, to);
    if (path.ends_with(".on")) rename_text(&value, from, to);
    if (path.starts_with("claim") && (path.ends_with(".better") || path.ends_with(".than")))
      rename_in_path(value.text, "", 1, {from, to});
  });
}

}  // namespace warmstart
