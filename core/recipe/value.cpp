#include "core/recipe/value.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <tuple>

#include "core/recipe/scalar.h"

namespace warmstart {
namespace {

Json value_based_integer(const std::string& text) {
  std::uint64_t number = 0;
  const int base = text[1] == 'x' ? 16 : 8;
  const auto result = std::from_chars(text.data() + 2, text.data() + text.size(), number, base);
  if (result.ec != std::errc()) return Json(text);
  return number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}
             ? Json(static_cast<std::int64_t>(number))
             : Json(static_cast<double>(number));
}

// A plain scalar in YAML 1.2's core schema.
Json value_plain_json(const std::string& text) {
  if (!reads_as_other_type(text)) return Json(text);
  if (const auto integer = parse_integer(text)) return Json(*integer);
  if (const auto number = parse_number(text)) return Json(*number);
  if (text[0] == '0' && text.size() > 2 && std::isalpha(static_cast<unsigned char>(text[1]))) {
    return value_based_integer(text);
  }
  if (text[0] == 't' || text[0] == 'T') return Json(true);
  if (text[0] == 'f' || text[0] == 'F') return Json(false);
  const std::size_t dot = text.find('.');
  if (dot == std::string::npos || text.size() < dot + 4) return Json(nullptr);
  const char kind = text[dot + 1];
  if (kind == 'n' || kind == 'N') return Json(std::numeric_limits<double>::quiet_NaN());
  const double infinity = std::numeric_limits<double>::infinity();
  return Json(text[0] == '-' ? -infinity : infinity);
}

std::string value_quote(const std::string& text) {
  constexpr std::size_t kShown = 80;
  // Never cut inside a UTF-8 sequence.
  std::size_t end = std::min(text.size(), kShown);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  std::string quoted = "\"";
  for (const char c : text.substr(0, end)) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else {
      quoted += c;
    }
  }
  return quoted + (end < text.size() ? "...\"" : "\"");
}

std::string value_shown(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "nothing";
    case Value::Kind::kScalar:
      return (value.quoted && reads_as_other_type(value.text) ? "text " : "") +
             value_quote(value.text);
    case Value::Kind::kList:
      return value.items.empty() ? "an empty list"
                                 : "a list of " + std::to_string(value.items.size());
    case Value::Kind::kMap:
      return value.members.empty() ? "an empty map" : "a map";
  }
  return "";
}

std::string value_did_you_mean(const std::string& word, const std::vector<std::string>& allowed) {
  const std::string nearest = nearest_name(word, allowed);
  return nearest.empty() ? "" : "did you mean \"" + nearest + "\"?";
}

// Optimal string alignment: insert, delete, replace and swap of neighbours cost one each.
std::size_t value_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string value_lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

Value Value::scalar(std::string text, bool quoted) {
  Value value;
  value.kind = Kind::kScalar;
  value.text = std::move(text);
  value.quoted = quoted;
  return value;
}

Value Value::list() {
  Value value;
  value.kind = Kind::kList;
  return value;
}

Value Value::map() {
  Value value;
  value.kind = Kind::kMap;
  return value;
}

Value Value::from_json(const Json& json) {
  if (json.is_null()) return Value();
  if (json.is_boolean()) return scalar(json.get<bool>() ? "true" : "false");
  if (json.is_number_float()) return scalar(number_text(json.get<double>()));
  if (json.is_number()) return scalar(json.dump());
  if (json.is_string()) return scalar(json.get<std::string>(), true);
  Value value = json.is_array() ? list() : map();
  for (const auto& [key, item] : json.items()) {
    if (json.is_array()) {
      value.items.push_back(from_json(item));
    } else {
      value.members.emplace_back(key, from_json(item));
    }
  }
  return value;
}

const Value* Value::find(const std::string& key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Value* Value::find(const std::string& key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

Value& Value::set(const std::string& key, Value value) {
  if (kind == Kind::kNull) kind = Kind::kMap;
  if (Value* present = find(key)) return *present = std::move(value);
  return members.emplace_back(key, std::move(value)).second;
}

bool Value::erase(const std::string& key) {
  return std::erase_if(members, [&](const auto& member) { return member.first == key; }) > 0;
}

Json Value::to_json() const {
  if (is_null()) return nullptr;
  if (is_scalar()) return quoted ? Json(text) : value_plain_json(text);
  if (is_list()) {
    Json list = Json::array();
    for (const Value& item : items) list.push_back(item.to_json());
    return list;
  }
  Json map = Json::object();
  for (const auto& [key, value] : members) map[key] = value.to_json();
  return map;
}

void Problems::add(Problem problem) { list_.push_back(std::move(problem)); }

void Problems::add(const std::string& key, const Value& at, const std::string& allowed,
                   const std::string& hint) {
  // A null has no place of its own: its key is where the reader should look.
  const Mark mark = at.is_null() && at.key_mark.line > 0 ? at.key_mark : at.mark;
  add({key, mark, value_shown(at), allowed, hint});
}

void Problems::add_unknown(const std::string& key, const std::string& name, const Value& at,
                           const std::vector<std::string>& allowed) {
  const Mark mark = at.key_mark.line > 0 ? at.key_mark : at.mark;
  add({key, mark, "an unknown key", join_names(allowed), value_did_you_mean(name, allowed)});
}

void Problems::add_unknown_name(const std::string& key, const Value& at,
                                const std::vector<std::string>& allowed) {
  add(key, at, join_names(allowed), value_did_you_mean(at.text, allowed));
}

std::string Problems::text(const Problem& problem) const {
  std::string line = file_;
  if (problem.mark.line > 0) {
    line += ":" + std::to_string(problem.mark.line) + ":" + std::to_string(problem.mark.column);
  }
  if (!problem.key.empty()) line += ": " + problem.key;
  std::string rest;
  if (!problem.found.empty()) rest = "found " + problem.found;
  if (!problem.allowed.empty())
    rest += (rest.empty() ? "allowed: " : "; allowed: ") + problem.allowed;
  if (!problem.hint.empty()) rest += (rest.empty() ? "" : "; ") + problem.hint;
  return line + ": " + rest;
}

void Problems::throw_if_any() const {
  if (list_.empty()) return;
  // In the order of the file; what stands in no line (--set) comes last.
  std::vector<Problem> sorted = list_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tuple(a.mark.line == 0, a.mark.line, a.mark.column) <
           std::tuple(b.mark.line == 0, b.mark.line, b.mark.column);
  });
  std::string all;
  std::vector<ProblemsError::Line> lines;
  for (const Problem& problem : sorted) {
    lines.push_back({problem, text(problem)});
    all += (all.empty() ? "" : "\n") + lines.back().text;
  }
  throw ProblemsError(all, "", "", std::move(lines));
}

Json problems_json(const Error& error) {
  const auto* problems = dynamic_cast<const ProblemsError*>(&error);
  const std::vector<ProblemsError::Line> lines =
      problems != nullptr
          ? problems->lines()
          : std::vector<ProblemsError::Line>{{{"", {}, "", "", error.hint()}, error.what()}};
  Json list = Json::array();
  for (const auto& [problem, text] : lines) {
    list.push_back({{"key", problem.key},
                    {"line", problem.mark.line},
                    {"column", problem.mark.column},
                    {"found", problem.found},
                    {"allowed", problem.allowed},
                    {"hint", problem.hint},
                    {"text", text}});
  }
  return list;
}

std::string join_names(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined.empty() ? "nothing" : joined;
}

std::string join_key(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

std::string nearest_name(const std::string& word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 100;
  if (word.empty() || word.size() > kLongest) return "";
  std::string best;
  std::size_t best_distance = word.size() / 2 + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    std::size_t distance = value_distance(value_lower(word), value_lower(candidate));
    // Who forgot the plugin's prefix meant the name behind it.
    if (const std::size_t dot = candidate.rfind('.'); dot != std::string::npos) {
      distance = std::min(
          distance, value_distance(value_lower(word), value_lower(candidate.substr(dot + 1))) + 1);
    }
    // "batch" for "batch_size": the start of a name is near it, however long the rest.
    const bool start = word.size() >= 3 && value_lower(candidate).starts_with(value_lower(word));
    if (start) distance = std::min(distance, word.size() / 2);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace warmstart
