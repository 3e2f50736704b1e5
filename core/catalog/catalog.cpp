#include "core/catalog/catalog.h"

#include <algorithm>
#include <set>

namespace warmstart {
namespace {

// A name with the prefix of a plugin that is not there needs the plugin, not another spelling.
void catalog_add_unknown(const std::string& kind, const std::string& path, const Value& name,
                         Problems& problems) {
  const std::vector<std::string> known = Catalog::instance().names(kind);
  const std::string plugin = name.text.substr(0, name.text.find('.'));
  bool loaded = plugin == name.text;
  for (const auto& component : Catalog::instance().all())
    loaded = loaded || component->plugin == plugin;
  if (loaded || !nearest_name(name.text, known).empty()) {
    problems.add_unknown_name(path, name, known);
  } else {
    problems.add(path, name, join_names(known),
                 "the plugin '" + plugin + "' is not loaded; `warmstart doctor` says why");
  }
}

}  // namespace

Catalog& Catalog::instance() {
  static Catalog catalog;
  return catalog;
}

void Catalog::add(Component component) {
  if (find(component.kind, component.card.name) != nullptr) {
    const std::string what = "the name '" + component.card.name + "' is taken among the " +
                             component.kind + " components";
    if (rejected_ != nullptr) {
      rejected_->push_back(what);
      return;
    }
    throw Error(what, component.plugin.empty() ? "core" : "plugin " + component.plugin,
                "give the component another name", ErrorKind::kMachine);
  }
  components_.push_back(std::make_unique<Component>(std::move(component)));
}

const Component* Catalog::find(const std::string& kind, const std::string& name) const {
  for (const auto& component : components_) {
    if (component->kind == kind && component->card.name == name) return component.get();
  }
  return nullptr;
}

const Component& Catalog::get(const std::string& kind, const std::string& name) const {
  if (const Component* component = find(kind, name)) return *component;
  const std::vector<std::string> known = names(kind);
  const std::string nearest = nearest_name(name, known);
  throw Error(
      "no " + kind + " is called '" + name + "'", "",
      nearest.empty() ? "there are: " + join_names(known) : "did you mean \"" + nearest + "\"?");
}

std::vector<std::string> Catalog::names(const std::string& kind) const {
  std::set<std::string> names;
  for (const auto& component : components_) {
    if (component->kind == kind) names.insert(component->card.name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> Catalog::kinds() const {
  std::set<std::string> kinds;
  for (const auto& component : components_) kinds.insert(component->kind);
  return {kinds.begin(), kinds.end()};
}

Json Catalog::to_json() const {
  Json list = Json::array();
  for (const std::string& kind : kinds()) {
    for (const std::string& name : names(kind)) {
      const Component& component = *find(kind, name);
      list.push_back({{"kind", kind},
                      {"name", name},
                      {"plugin", component.plugin},
                      {"summary", component.card.summary},
                      {"needs", component.card.needs},
                      {"yields", component.card.yields},
                      {"papers", component.card.papers},
                      {"fields", component.declarations()}});
    }
  }
  return list;
}

void Catalog::collect_rejected(std::vector<std::string>* rejected) { rejected_ = rejected; }

void Catalog::shrink(std::size_t count) {
  if (count < components_.size()) components_.resize(count);
}

namespace detail {

Component make_component(std::string kind, const char* plugin, Card card) {
  Component component;
  component.kind = std::move(kind);
  component.plugin = plugin;
  component.card = std::move(card);
  if (!component.plugin.empty()) component.card.name = component.plugin + "." + component.card.name;
  return component;
}

void require_no_placeholders(const ComponentSpec& spec) {
  const std::vector<std::string> left = placeholders(spec.settings);
  if (left.empty()) return;
  throw Error("'" + spec.type + "' still has the placeholder ${" + left.front() + "}", "",
              "nothing in this recipe gives it a value");
}

}  // namespace detail

ComponentSpec component_spec(const Value& value, const std::string& path, Problems& problems,
                             const std::string& type_key) {
  ComponentSpec spec;
  spec.mark = value.mark;
  if (value.is_scalar() && !value.text.empty()) {
    spec.type = value.text;
    spec.settings.mark = value.mark;
    return spec;
  }
  if (!value.is_map()) {
    problems.add(path, value, "a component's name or {" + type_key + ": NAME, ...}");
    return spec;
  }
  spec.settings = value;
  const Value* type = value.find(type_key);
  if (type == nullptr) {
    problems.add({join_key(path, type_key), value.mark, "nothing", "a component's name",
                  "say which with `" + type_key + ": NAME`"});
  } else if (!type->is_scalar() || type->text.empty()) {
    problems.add(join_key(path, type_key), *type, "a component's name");
  } else {
    spec.type = type->text;
    spec.mark = type->mark;
  }
  spec.settings.erase(type_key);
  return spec;
}

Json resolve_component(const std::string& kind, const ComponentSpec& spec, const std::string& path,
                       Problems& problems, const std::string& type_key) {
  const Component* component = Catalog::instance().find(kind, spec.type);
  if (component == nullptr) {
    if (spec.type.empty()) return nullptr;
    Value name = Value::scalar(spec.type);
    name.mark = spec.mark;
    catalog_add_unknown(kind, path, name, problems);
    return nullptr;
  }
  Json json = {{type_key, spec.type}};
  json.update(component->resolve(spec.settings, path, problems));
  return json;
}

}  // namespace warmstart
