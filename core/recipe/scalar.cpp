#include "core/recipe/scalar.h"

#include <array>
#include <charconv>
#include <cmath>

namespace warmstart {
namespace {

bool scalar_is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t scalar_skip_digits(const std::string& text, std::size_t at) {
  while (at < text.size() && scalar_is_digit(text[at])) ++at;
  return at;
}

std::size_t scalar_skip_sign(const std::string& text, std::size_t at) {
  return at < text.size() && (text[at] == '-' || text[at] == '+') ? at + 1 : at;
}

// [-+]? ( digits [. digits*] | . digits ) ( [eE] [-+]? digits )?
bool scalar_is_decimal(const std::string& text) {
  const std::size_t start = scalar_skip_sign(text, 0);
  std::size_t at = scalar_skip_digits(text, start);
  std::size_t digits = at - start;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = scalar_skip_digits(text, at + 1);
    digits += end - at - 1;
    at = end;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const std::size_t exponent = scalar_skip_sign(text, at + 1);
    at = scalar_skip_digits(text, exponent);
    if (at == exponent) return false;
  }
  return at == text.size();
}

bool scalar_is_based_integer(const std::string& text) {
  if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'o')) return false;
  const char* digits = text[1] == 'x' ? "0123456789abcdefABCDEF" : "01234567";
  return text.find_first_not_of(digits, 2) == std::string::npos;
}

}  // namespace

std::optional<std::int64_t> parse_integer(const std::string& text) {
  const std::size_t start = scalar_skip_sign(text, 0);
  if (start == text.size() || scalar_skip_digits(text, start) != text.size()) return std::nullopt;
  // from_chars knows no leading plus.
  const char* first = text.data() + (text[0] == '+' ? 1 : 0);
  std::int64_t number = 0;
  const auto result = std::from_chars(first, text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> parse_number(const std::string& text) {
  if (!scalar_is_decimal(text)) return std::nullopt;
  const char* first = text.data() + (text[0] == '+' ? 1 : 0);
  double number = 0;
  const auto result = std::from_chars(first, text.data() + text.size(), number);
  if (result.ec != std::errc() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), result.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

bool reads_as_other_type(const std::string& text) {
  for (const char* word : {"",      "~",     "null",  "Null",  "NULL", "true", "True",  "TRUE",
                           "false", "False", "FALSE", ".inf",  ".Inf", ".INF", "+.inf", "-.inf",
                           "+.Inf", "-.Inf", "+.INF", "-.INF", ".nan", ".NaN", ".NAN"}) {
    if (text == word) return true;
  }
  return scalar_is_decimal(text) || scalar_is_based_integer(text);
}

}  // namespace warmstart
