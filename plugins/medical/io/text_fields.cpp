#include "plugins/medical/io/text_fields.h"

#include <cctype>
#include <charconv>
#include <cmath>

#include "core/base/error.h"

namespace warmstart::medical {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void add_text_field(TextFields& fields, const std::string& key, const std::string& value,
                    const Path& where) {
  if (!fields.emplace(lower_case(trimmed(key)), trimmed(value)).second) {
    throw Error("the header gives '" + trimmed(key) + "' twice", where.string(),
                "keep one of them");
  }
}

std::string text_field(const TextFields& fields, const std::string& key,
                       const std::string& otherwise) {
  const auto found = fields.find(key);
  return found == fields.end() ? otherwise : found->second;
}

std::vector<double> text_numbers(const std::string& text, std::size_t count, const std::string& key,
                                 const Path& where) {
  std::vector<double> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  bool clean = true;
  while (clean && at != end) {
    if (*at == ' ' || *at == '\t' || *at == ',' || *at == '(' || *at == ')') {
      ++at;
      continue;
    }
    double number = 0;
    const auto [next, code] = std::from_chars(at, end, number);
    clean = code == std::errc() && std::isfinite(number);
    numbers.push_back(number);
    at = next;
  }
  if (!clean || numbers.size() != count) {
    throw Error("the header's '" + key + "' is not " + std::to_string(count) + " finite numbers",
                where.string(), "repair the header");
  }
  return numbers;
}

}  // namespace warmstart::medical
