#include "core/recipe/overrides.h"

#include <algorithm>
#include <array>

#include "core/recipe/scalar.h"

namespace warmstart {
namespace {

constexpr std::array<const char*, 3> kTypeKeys = {"type", "dataset", "inspector"};

std::vector<std::string> override_parts(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', start)) {
    parts.push_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  parts.push_back(path.substr(start));
  return parts;
}

std::vector<std::string> override_names(const Value& map) {
  std::vector<std::string> names;
  for (const auto& member : map.members) names.push_back(member.first);
  return names;
}

// Maps whose keys are the user's own names, so that a new one is more likely a typo.
bool override_is_named(const std::string& path) {
  return path == "stages" || path == "data" || path == "arms";
}

// `sgd` is short for {type: sgd}: an override of a setting needs the long form.
void override_spread(Value& value) {
  Value map = Value::map();
  map.mark = value.mark;
  map.key_mark = value.key_mark;
  map.set("type", Value::scalar(value.text));
  value = std::move(map);
}

bool override_is_component(const std::string& key) {
  return key == "model" || key == "objective" || key == "optimizer" || key == "schedule" ||
         key == "inference";
}

// One step down the path; nullptr after a problem was noted.
Value* override_step(Value& at, const std::string& key, const std::string& path,
                     const Value& origin, Problems& problems) {
  const std::string full = join_key(path, key);
  if (at.is_list()) {
    const auto index = parse_integer(key);
    if (index && *index >= 0 && *index < static_cast<std::int64_t>(at.items.size())) {
      return &at.items[static_cast<std::size_t>(*index)];
    }
    const std::string most = std::to_string(at.items.size());
    problems.add({full, origin.mark, "the position \"" + key + "\"", "0 to " + most + " (excluded)",
                  path + " is a list of " + most});
    return nullptr;
  }
  if (at.is_scalar()) {
    problems.add({full, origin.mark, "a part of a single value", "", path + " has no parts"});
    return nullptr;
  }
  if (Value* present = at.find(key)) return present;
  if (override_is_named(path) && origin.find("objective") == nullptr &&
      origin.find("dataset") == nullptr && !(path == "arms" && origin.is_list())) {
    Value name = Value::scalar(key);
    name.mark = origin.key_mark.line > 0 ? origin.key_mark : origin.mark;
    problems.add_unknown_name(full, name, override_names(at));
    return nullptr;
  }
  at.kind = Value::Kind::kMap;
  Value fresh;
  fresh.mark = origin.mark;
  fresh.key_mark = origin.key_mark;
  return &at.set(key, fresh);
}

const Value* override_find(const Value& tree, const std::string& path) {
  const Value* at = &tree;
  for (const std::string& key : override_parts(path)) {
    const auto index = parse_integer(key);
    if (at->is_list() && index && *index >= 0 &&
        *index < static_cast<std::int64_t>(at->items.size())) {
      at = &at->items[static_cast<std::size_t>(*index)];
    } else {
      at = at->find(key);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

// Does `value` stand for a whole new part, rather than for changes of the part that is there?
bool override_replaces(const Value* present, const Value& value) {
  if (!value.is_map() || value.members.empty()) return true;
  const bool whole = value.find("objective") != nullptr || value.find("dataset") != nullptr;
  if (present == nullptr || present->is_null()) return whole || value.find("type") != nullptr;
  for (const char* key : kTypeKeys) {
    const Value* type = value.find(key);
    if (type == nullptr) continue;
    const Value* current = present->find(key);
    if ((current == nullptr ? present->text : current->text) != type->text) return true;
  }
  return !present->is_map() && !present->is_scalar();
}

void override_set(Value& tree, const std::string& path, const Value& value, Problems& problems) {
  const std::vector<std::string> parts = override_parts(path);
  if (std::find(parts.begin(), parts.end(), "") != parts.end()) {
    problems.add(
        {path, value.mark, "an empty part", "a dotted path such as stages.NAME.budget.steps", ""});
    return;
  }
  Value* at = &tree;
  std::string so_far;
  for (const std::string& key : parts) {
    const std::string parent = so_far.substr(so_far.rfind('.') + 1);
    if (at->is_scalar() && override_is_component(parent)) override_spread(*at);
    at = override_step(*at, key, so_far, value, problems);
    if (at == nullptr) return;
    so_far = join_key(so_far, key);
  }
  *at = value;
}

}  // namespace

void override_value(Value& tree, const std::string& path, const Value& value, Problems& problems) {
  if (override_replaces(override_find(tree, path), value)) {
    override_set(tree, path, value, problems);
    return;
  }
  for (const auto& [key, member] : value.members) {
    override_value(tree, join_key(path, key), member, problems);
  }
}

void apply_profile(Value& tree, const std::string& name, Problems& problems) {
  const Value* profiles = tree.find("profiles");
  if (profiles != nullptr && !profiles->is_map()) return;  // the reader reports it
  const Value* profile = profiles == nullptr ? nullptr : profiles->find(name);
  if (profile == nullptr) {
    if (name == "small") return;
    std::vector<std::string> names =
        profiles == nullptr ? std::vector<std::string>{} : override_names(*profiles);
    if (std::find(names.begin(), names.end(), "small") == names.end()) names.push_back("small");
    problems.add_unknown_name("--profile", Value::scalar(name), names);
    return;
  }
  if (profile->is_null()) return;
  if (!profile->is_map()) {
    problems.add("profiles." + name, *profile, "a map of path: value");
    return;
  }
  const Value entries = *profile;  // the tree changes below
  for (const auto& [path, value] : entries.members) override_value(tree, path, value, problems);
}

namespace {

void override_clear_marks(Value& value) {
  value.mark = value.key_mark = Mark{};
  for (Value& item : value.items) override_clear_marks(item);
  for (auto& member : value.members) override_clear_marks(member.second);
}

}  // namespace

void apply_set(Value& tree, const std::string& text, Problems& problems) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    problems.add("--set", Value::scalar(text), "path=value", "for example --set seeds.0=3");
    return;
  }
  Value value = parse_yaml(text.substr(equals + 1), "--set " + text.substr(0, equals));
  override_clear_marks(value);
  override_value(tree, text.substr(0, equals), value, problems);
}

}  // namespace warmstart
