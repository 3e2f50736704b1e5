#include "core/catalog/fields.h"

#include <algorithm>
#include <type_traits>

#include "core/catalog/catalog.h"
#include "core/recipe/scalar.h"

namespace warmstart {
namespace {

template <class T>
struct FieldElement {
  using type = T;
  static constexpr bool kList = false;
};
template <class T>
struct FieldElement<std::vector<T>> {
  using type = T;
  static constexpr bool kList = true;
};

template <class T>
constexpr const char* field_type_name() {
  if constexpr (std::is_same_v<T, bool>) return "boolean";
  if constexpr (std::is_same_v<T, std::int64_t>) return "integer";
  if constexpr (std::is_same_v<T, double>) return "number";
  return "string";
}

std::string field_number(double number) {
  std::string text = number_text(number);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

// Reads one plain scalar; nothing when it is no T.
template <class T>
std::optional<T> field_parse(const Value& value) {
  if (!value.is_scalar()) return std::nullopt;
  if constexpr (std::is_same_v<T, std::string>) return value.text;
  if (value.quoted) return std::nullopt;
  if constexpr (std::is_same_v<T, bool>) {
    if (value.text == "true") return true;
    if (value.text == "false") return false;
  }
  if constexpr (std::is_same_v<T, std::int64_t>) return parse_integer(value.text);
  if constexpr (std::is_same_v<T, double>) return parse_number(value.text);
  return std::nullopt;
}

bool field_is_list(const Field::Target& target) {
  return std::visit(
      [](auto* pointer) { return FieldElement<std::remove_pointer_t<decltype(pointer)>>::kList; },
      target);
}

bool field_waits(const Value& value) {
  return is_placeholder(value) ||
         std::any_of(value.items.begin(), value.items.end(), is_placeholder);
}

// How a list of `length` would be written from the single scalar that was found.
std::string field_list_hint(const Value& value, std::size_t length) {
  if (!value.is_scalar()) return "";
  std::string text = value.text;
  for (std::size_t i = 1; i < length; ++i) text += ", " + value.text;
  return "write [" + text + "]";
}

void field_read_component(const std::string& kind, const Value& value, const std::string& key,
                          Problems& problems) {
  const ComponentSpec spec = component_spec(value, key, problems);
  if (spec.type.empty()) return;
  resolve_component(kind, spec, key, problems);
}

}  // namespace

Field::Field(std::string name, Target target, std::string help)
    : name_(std::move(name)), help_(std::move(help)), target_(target), default_(current()) {}

Field& Field::within(double low, double high) {
  low_ = low;
  high_ = high;
  return *this;
}

Field& Field::at_least(double low) {
  low_ = low;
  return *this;
}

Field& Field::above(double low) {
  low_ = low;
  open_low_ = true;
  return *this;
}

Field& Field::one_of(std::vector<std::string> choices) {
  choices_ = std::move(choices);
  return *this;
}

Field& Field::unit(std::string unit) {
  unit_ = std::move(unit);
  return *this;
}

Field& Field::length(std::size_t count) {
  length_ = count;
  return *this;
}

Field& Field::required() {
  required_ = true;
  return *this;
}

Field& Field::component(std::string kind) {
  component_ = std::move(kind);
  return *this;
}

Json Field::current() const {
  return std::visit(
      [](auto* pointer) -> Json {
        if constexpr (std::is_same_v<std::remove_pointer_t<decltype(pointer)>, Value>) {
          return pointer->to_json();
        } else {
          return Json(*pointer);
        }
      },
      target_);
}

Json Field::declaration() const {
  Json json = {{"name", name_}, {"type", type()}};
  json["default"] = required_ ? Json(nullptr) : default_;
  if (!unit_.empty()) json["unit"] = unit_;
  if (low_ > -std::numeric_limits<double>::infinity()) {
    json["min"] = low_;
    if (open_low_) json["min_excluded"] = true;
  }
  if (high_ < std::numeric_limits<double>::infinity()) json["max"] = high_;
  if (!choices_.empty()) json["choices"] = choices_;
  if (length_ > 0) json["length"] = length_;
  if (required_) json["required"] = true;
  if (!component_.empty()) json["component"] = component_;
  json["help"] = help_;
  return json;
}

std::string Field::type() const {
  if (!component_.empty()) return "component";
  return std::visit(
      [](auto* pointer) -> std::string {
        using T = std::remove_pointer_t<decltype(pointer)>;
        if constexpr (std::is_same_v<T, Value>) return "value";
        const std::string element = field_type_name<typename FieldElement<T>::type>();
        return FieldElement<T>::kList ? element + " list" : element;
      },
      target_);
}

bool Field::in_range(double number) const {
  return (open_low_ ? number > low_ : number >= low_) && number <= high_;
}

std::string Field::allowed_item(bool plural) const {
  std::string each = std::visit(
      [](auto* pointer) -> std::string {
        return field_type_name<
            typename FieldElement<std::remove_pointer_t<decltype(pointer)>>::type>();
      },
      target_);
  const bool truth = each == "boolean";
  if (plural) each += "s";
  const bool has_low = low_ > -std::numeric_limits<double>::infinity();
  if (!choices_.empty()) {
    each = "one of " + join_names(choices_);
  } else if (has_low && high_ < std::numeric_limits<double>::infinity()) {
    each += " from " + field_number(low_) + " to " + field_number(high_);
  } else if (has_low) {
    each += (open_low_ ? " > " : " >= ") + field_number(low_);
  } else if (truth) {
    each = "true or false";
  }
  return unit_.empty() ? each : each + " (" + unit_ + ")";
}

std::string Field::allowed() const {
  if (!component_.empty()) return "a " + component_ + ": NAME or {type: NAME, ...}";
  if (std::holds_alternative<Value*>(target_)) return help_;
  if (!field_is_list(target_)) return allowed_item(false);
  return "list of " + (length_ > 0 ? std::to_string(length_) + " " : "") + allowed_item(true);
}

bool Field::read(const Value& value, const std::string& key, Problems& problems) {
  if (field_waits(value)) return true;
  return std::visit(
      [&](auto* pointer) {
        using T = std::remove_pointer_t<decltype(pointer)>;
        if constexpr (std::is_same_v<T, Value>) {
          if (value.is_null() && !required_) return true;
          const std::size_t before = problems.list().size();
          if (!component_.empty()) field_read_component(component_, value, key, problems);
          *pointer = value;
          return problems.list().size() == before;
        } else {
          return read_into(*pointer, value, key, problems);
        }
      },
      target_);
}

template <class T>
bool Field::read_into(T& target, const Value& value, const std::string& key, Problems& problems) {
  using Element = typename FieldElement<T>::type;
  const auto in_bounds = [&](const Element& element) {
    if constexpr (std::is_same_v<Element, std::string>) {
      return choices_.empty() ||
             std::find(choices_.begin(), choices_.end(), element) != choices_.end();
    } else {
      return std::is_same_v<Element, bool> || in_range(static_cast<double>(element));
    }
  };
  // A default is always good, even one out of range (0 = off), so that a resolved recipe reads
  // back.
  const auto is_default = [&](const T& read) { return !required_ && Json(read) == default_; };
  const auto refuse = [&](const Value& at, const std::string& where, std::string hint,
                          bool item = false) {
    const std::string nearest = at.is_scalar() ? nearest_name(at.text, choices_) : "";
    if (!nearest.empty()) hint = "did you mean \"" + nearest + "\"?";
    problems.add(where, at, item ? allowed_item(false) : allowed(), hint);
    return false;
  };
  if constexpr (!FieldElement<T>::kList) {
    const std::optional<Element> parsed = field_parse<Element>(value);
    if (!parsed || (!in_bounds(*parsed) && !is_default(*parsed))) return refuse(value, key, "");
    target = *parsed;
    return true;
  } else {
    if (!value.is_list()) return refuse(value, key, field_list_hint(value, length_));
    T list;
    std::optional<std::size_t> out_of_bounds;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const std::optional<Element> parsed = field_parse<Element>(value.items[i]);
      if (!parsed) return refuse(value.items[i], key + "." + std::to_string(i), "", true);
      if (!in_bounds(*parsed) && !out_of_bounds) out_of_bounds = i;
      list.push_back(*parsed);
    }
    if (!is_default(list)) {
      if (length_ > 0 && list.size() != length_) return refuse(value, key, "");
      if (out_of_bounds) {
        return refuse(value.items[*out_of_bounds], key + "." + std::to_string(*out_of_bounds), "",
                      true);
      }
    }
    target = std::move(list);
    return true;
  }
}

void Fields::read(const Value& settings, const std::string& path, Problems& problems) {
  if (!settings.is_map() && !settings.is_null()) {
    problems.add(path, settings, "a map of settings");
    return;
  }
  std::vector<std::string> names;
  for (const Field& field : list_) names.push_back(field.name());
  for (const auto& [name, value] : settings.members) {
    const auto field =
        std::find_if(list_.begin(), list_.end(), [&](const Field& f) { return f.name() == name; });
    const std::string key = join_key(path, name);
    if (field == list_.end()) {
      problems.add_unknown(key, name, value, names);
    } else {
      field->read(value, key, problems);
    }
  }
  for (const Field& field : list_) {
    if (!field.required_ || settings.find(field.name()) != nullptr) continue;
    const bool value = std::holds_alternative<Value*>(field.target_) && field.component_.empty();
    problems.add({join_key(path, field.name()), settings.mark, "nothing", field.allowed(),
                  value ? "it has no default" : "it has no default: " + field.help_});
  }
}

Json Fields::declarations() const {
  Json json = Json::array();
  for (const Field& field : list_) json.push_back(field.declaration());
  return json;
}

Json Fields::resolved(const Value& settings) const {
  Json json = Json::object();
  for (const Field& field : list_) {
    const Value* given = settings.find(field.name());
    if (given != nullptr && field_waits(*given)) {
      json[field.name()] = given->to_json();
    } else if (!field.component_.empty()) {
      json[field.name()] = field.resolved_component();
    } else {
      json[field.name()] = field.current();
    }
  }
  return json;
}

Json Field::resolved_component() const {
  const Value& value = *std::get<Value*>(target_);
  Problems ignored("");  // read() reported them already
  if (value.is_null()) return nullptr;
  return resolve_component(component_, component_spec(value, "", ignored), "", ignored);
}

}  // namespace warmstart
