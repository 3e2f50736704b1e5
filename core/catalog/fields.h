// What a component's Config says about itself. One function `void describe(Fields& fields)` a
// Config gives reading with range checks, the form in the window, help text, the reference page and
// the resolved recipe.
#pragma once
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/json.h"
#include "core/recipe/value.h"

namespace warmstart {

/// The declaration of one parameter.
class Field {
 public:
  using Target =
      std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::int64_t>*,
                   std::vector<double>*, std::vector<std::string>*, Value*>;
  Field(std::string name, Target target, std::string help);

  Field& within(double low, double high);  ///< both ends allowed
  Field& at_least(double low);
  Field& above(double low);                         ///< low itself is not allowed
  Field& one_of(std::vector<std::string> choices);  ///< strings (or each string of a list)
  Field& unit(std::string unit);                    ///< "mm", "HU", "steps"
  Field& length(std::size_t count);                 ///< of a list
  Field& required();                                ///< no default
  /// A nested component of that kind (target must be a Value): a map with `type`, or a plain name.
  Field& component(std::string kind);

  const std::string& name() const { return name_; }
  /// {name, type, default, unit, min, min_excluded, max, choices, length, required, component,
  /// help} as `warmstart components --json` prints; what does not apply is left out. Types: boolean
  /// integer number string, each also as
  /// "... list", component, value (anything).
  Json declaration() const;
  Json current() const;  ///< the target's present value

 private:
  friend class Fields;
  bool read(const Value& value, const std::string& key, Problems& problems);
  template <class T>
  bool read_into(T& target, const Value& value, const std::string& key, Problems& problems);
  Json resolved_component() const;
  std::string type() const;
  bool in_range(double number) const;
  std::string allowed() const;
  std::string allowed_item(bool plural) const;
  std::string name_, help_, unit_, component_;
  Target target_;
  Json default_;
  double low_ = -std::numeric_limits<double>::infinity(),
         high_ = std::numeric_limits<double>::infinity();
  bool open_low_ = false, required_ = false;
  std::size_t length_ = 0;
  std::vector<std::string> choices_;
};

class Fields {
 public:
  /// Declares a parameter whose default is the value that `target` holds now.
  template <class T>
  Field& field(std::string name, T& target, std::string help) {
    list_.emplace_back(std::move(name), Field::Target(&target), std::move(help));
    return list_.back();
  }

  /// Reads a map into the targets: unknown keys, wrong types and ranges become problems under
  /// `path`. A scalar that is a whole placeholder ("${data.classes}") is left for later (the
  /// default stays).
  void read(const Value& settings, const std::string& path, Problems& problems);
  Json declarations() const;
  /// Every parameter with the value it has now; placeholders of `settings` are kept as written.
  Json resolved(const Value& settings) const;

 private:
  std::vector<Field> list_;
};

/// True for a scalar that holds a placeholder "${...}".
bool is_placeholder(const Value& value);
/// Replaces every "${name}" for which `values` has an entry; lists and numbers may be substituted
/// as a whole.
void substitute(Value& value, const std::map<std::string, Json>& values);
/// Names of placeholders still in the tree.
std::vector<std::string> placeholders(const Value& value);

}  // namespace warmstart
