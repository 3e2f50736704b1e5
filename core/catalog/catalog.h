// The one list of everything a recipe can name. Components add themselves when their library is
// loaded; the recipe schema, errors, forms and reference pages all read it. No torch here:
// factories are type-erased.
#pragma once
#include <any>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/fields.h"

namespace warmstart {

/// What a component says about itself beside its parameters.
struct Card {
  std::string name;          ///< equals the file's stem; plugins' names get the prefix "<plugin>."
  std::string summary = {};  ///< one sentence
  std::vector<std::string> needs{};   ///< batch fields that must be there
  std::vector<std::string> yields{};  ///< batch fields (or outputs) that it adds
  std::vector<int> papers{};          ///< seed systems that use it
};

struct Component {
  std::string kind;    ///< dataset transform tokenizer model layer objective optimizer schedule
                       ///< surgery metric inference inspector probe search
  std::string plugin;  ///< "" for the core
  Card card;           ///< card.name is the full name
  /// Fields of a default-made Config.
  std::function<Json()> declarations;
  /// Checks `settings` (a map, without `type`) and returns every parameter with its value.
  std::function<Json(const Value& settings, const std::string& path, Problems& problems)> resolve;
  std::any factory;  ///< std::function<std::shared_ptr<Kind>(const Value&)>
};

class Catalog {
 public:
  static Catalog& instance();
  void add(Component component);  ///< throws Error on a name that is taken within its kind
  const Component* find(const std::string& kind, const std::string& name) const;
  /// As find, but a missing one is an Error with the nearest name.
  const Component& get(const std::string& kind, const std::string& name) const;
  std::vector<std::string> names(const std::string& kind) const;
  std::vector<std::string> kinds() const;
  const std::vector<std::unique_ptr<Component>>& all() const { return components_; }
  Json to_json() const;  ///< what `warmstart components --json` prints

  /// While set, a taken name is noted there instead of thrown: no exception may leave a library
  /// that is being loaded.
  void collect_rejected(std::vector<std::string>* rejected);
  /// Forgets the components added after the first `count` (of a plugin that failed half-way).
  void shrink(std::size_t count);

 private:
  std::vector<std::unique_ptr<Component>> components_;
  std::vector<std::string>* rejected_ = nullptr;
};

namespace detail {
Component make_component(std::string kind, const char* plugin, Card card);
}

#ifndef WARMSTART_PLUGIN_NAME
#define WARMSTART_PLUGIN_NAME ""
#endif

/// Registers T (with nested Config and a constructor from it) as a component of kind Kind (which
/// has a static kKind).
template <class Kind, class T>
struct Registered {
  explicit Registered(Card card) {
    Component component =
        detail::make_component(Kind::kKind, WARMSTART_PLUGIN_NAME, std::move(card));
    component.declarations = [] {
      typename T::Config config;
      Fields fields;
      config.describe(fields);
      return fields.declarations();
    };
    component.resolve = [](const Value& settings, const std::string& path, Problems& problems) {
      typename T::Config config;
      Fields fields;
      config.describe(fields);
      fields.read(settings, path, problems);
      return fields.resolved(settings);
    };
    component.factory =
        std::function<std::shared_ptr<Kind>(const Value&)>([](const Value& settings) {
          typename T::Config config;
          Fields fields;
          config.describe(fields);
          Problems problems("recipe");
          fields.read(settings, "", problems);
          problems.throw_if_any();
          return std::static_pointer_cast<Kind>(std::make_shared<T>(config));
        });
    Catalog::instance().add(std::move(component));
  }
};

/// A component as a recipe names it: a type and its settings.
struct ComponentSpec {
  std::string type;
  Value settings = Value::map();
  Mark mark;
};

/// Reads `{type: name, ...}` or a plain `name`; `type_key` is "type" unless the place has its own
/// ("dataset").
ComponentSpec component_spec(const Value& value, const std::string& path, Problems& problems,
                             const std::string& type_key = "type");

/// {type_key: name, every parameter with its value}; problems for an unknown name or bad settings.
/// Null when the name is not known.
Json resolve_component(const std::string& kind, const ComponentSpec& spec, const std::string& path,
                       Problems& problems, const std::string& type_key = "type");

namespace detail {
void require_no_placeholders(const ComponentSpec& spec);
}

/// Makes the component; placeholders must be substituted before (Error otherwise).
template <class Kind>
std::shared_ptr<Kind> create(const ComponentSpec& spec) {
  detail::require_no_placeholders(spec);
  const Component& component = Catalog::instance().get(Kind::kKind, spec.type);
  return std::any_cast<const std::function<std::shared_ptr<Kind>(const Value&)>&>(
      component.factory)(spec.settings);
}

/// Makes the component that the setting `key` of the component `owner` ("model x") names.
template <class Kind>
std::shared_ptr<Kind> create(const Value& setting, const std::string& key,
                             const std::string& owner) {
  Problems problems(owner);
  const ComponentSpec spec = component_spec(setting, key, problems);
  problems.throw_if_any();
  return create<Kind>(spec);
}

}  // namespace warmstart
