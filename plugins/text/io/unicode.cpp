#include "plugins/text/io/unicode.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace warmstart::text {
namespace {

std::u16string to_utf16(std::u32string_view text) {
  std::u16string out;
  for (const char32_t point : text) {
    if (point < 0x10000) {
      out.push_back(static_cast<char16_t>(point));
    } else {
      out.push_back(static_cast<char16_t>(0xd7c0 + (point >> 10U)));
      out.push_back(static_cast<char16_t>(0xdc00 + (point & 0x3ffU)));
    }
  }
  return out;
}

std::u32string to_utf32(std::u16string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t unit = text[i];
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.size()) {
      out.push_back(((unit - 0xd7c0) << 10U) + (text[++i] - 0xdc00U));
    } else {
      out.push_back(unit);
    }
  }
  return out;
}

/// Runs an ICU function of the shape (source, length, target, capacity, status) -> length.
template <class Function>
std::u32string with_icu(std::u32string_view text, const Function& function) {
  const std::u16string source = to_utf16(text);
  std::u16string target(source.size() * 3 + 16, u'\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t length = function(source.data(), static_cast<int32_t>(source.size()),
                                    target.data(), static_cast<int32_t>(target.size()), &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      target.resize(static_cast<std::size_t>(length) + 1);
      continue;
    }
    if (U_FAILURE(status)) break;
    return to_utf32(std::u16string_view(target).substr(0, static_cast<std::size_t>(length)));
  }
  throw Error("ICU could not transform a text", "", "check the installation of ICU",
              ErrorKind::kMachine);
}

std::u32string normalised(std::u32string_view text, const UNormalizer2* (*instance)(UErrorCode*)) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normaliser = instance(&status);
  if (U_FAILURE(status)) {
    throw Error("ICU has no normalisation data", "", "check the installation of ICU",
                ErrorKind::kMachine);
  }
  return with_icu(text, [&](const char16_t* source, int32_t length, char16_t* target,
                            int32_t capacity, UErrorCode* code) {
    return unorm2_normalize(normaliser, source, length, target, capacity, code);
  });
}

bool in_mask(char32_t point, uint32_t mask) {
  return (U_GET_GC_MASK(static_cast<UChar32>(point)) & mask) != 0;
}

bool is_ascii(std::u32string_view text) {
  for (const char32_t point : text) {
    if (point >= 0x80) return false;
  }
  return true;
}

bool is_cleaned(char32_t point) { return point == 0 || point == 0xfffd || is_control(point); }

std::u32string without_case(std::string_view text, const BasicWords& options) {
  std::u32string points = code_points(text);
  if (!options.lower) return points;
  points = lower_case(points, options.turkish);
  return options.strip_accents ? without_accents(points) : points;
}

}  // namespace

bool is_letter(char32_t point) { return in_mask(point, U_GC_L_MASK); }
bool is_number(char32_t point) { return in_mask(point, U_GC_N_MASK); }
bool is_space(char32_t point) { return u_isUWhiteSpace(static_cast<UChar32>(point)) != 0; }

bool is_word_character(char32_t point) {
  const auto c = static_cast<UChar32>(point);
  return u_hasBinaryProperty(c, UCHAR_ALPHABETIC) != 0 ||
         u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL) != 0 ||
         in_mask(point, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}

bool is_punctuation(char32_t point) {
  const bool symbol = (point >= 33 && point <= 47) || (point >= 58 && point <= 64) ||
                      (point >= 91 && point <= 96) || (point >= 123 && point <= 126);
  return symbol || in_mask(point, U_GC_P_MASK);
}

bool is_control(char32_t point) {
  return point != U'\t' && point != U'\n' && point != U'\r' && in_mask(point, U_GC_C_MASK);
}

bool is_cjk(char32_t p) {
  return (p >= 0x4e00 && p <= 0x9fff) || (p >= 0x3400 && p <= 0x4dbf) ||
         (p >= 0x20000 && p <= 0x2a6df) || (p >= 0x2a700 && p <= 0x2b73f) ||
         (p >= 0x2b740 && p <= 0x2b81f) || (p >= 0x2b820 && p <= 0x2ceaf) ||
         (p >= 0xf900 && p <= 0xfaff) || (p >= 0x2f800 && p <= 0x2fa1f);
}

std::u32string lower_case(std::u32string_view text, bool turkish) {
  if (!turkish && is_ascii(text)) {
    std::u32string lower(text);
    for (char32_t& point : lower) {
      if (point >= U'A' && point <= U'Z') point += 32;
    }
    return lower;
  }
  return with_icu(text, [&](const char16_t* source, int32_t length, char16_t* target,
                            int32_t capacity, UErrorCode* status) {
    return u_strToLower(target, capacity, source, length, turkish ? "tr" : "", status);
  });
}

std::u32string canonical_composition(std::u32string_view text) {
  return is_ascii(text) ? std::u32string(text) : normalised(text, unorm2_getNFCInstance);
}

std::u32string without_accents(std::u32string_view text) {
  if (is_ascii(text)) return std::u32string(text);
  std::u32string bare;
  for (const char32_t point : normalised(text, unorm2_getNFDInstance)) {
    if (!in_mask(point, U_GC_MN_MASK)) bare.push_back(point);
  }
  return bare;
}

std::string name_of(const BasicWords& rules) {
  const std::pair<const char*, bool> switches[] = {{"lower", rules.lower},
                                                   {"turkish", rules.turkish},
                                                   {"accents", rules.strip_accents},
                                                   {"cjk", rules.split_cjk},
                                                   {"clean", rules.clean}};
  std::string name;
  for (const auto& [what, on] : switches)
    if (on) name += (name.empty() ? "" : " ") + std::string(what);
  return name;
}

std::string basic_text(std::string_view text, const BasicWords& options) {
  std::string normal;
  for (const char32_t point : without_case(text, options)) {
    if (options.clean && is_cleaned(point)) continue;
    const bool apart = options.split_cjk && is_cjk(point);
    if (apart) normal.push_back(' ');
    append_utf8(normal, options.clean && is_space(point) ? U' ' : point);
    if (apart) normal.push_back(' ');
  }
  return normal;
}

std::vector<std::u32string> basic_words(std::string_view text, const BasicWords& options) {
  std::vector<std::u32string> words;
  bool open = false;
  for (const char32_t point : without_case(text, options)) {
    if (options.clean && is_cleaned(point)) continue;
    if (is_space(point)) {
      open = false;
    } else if (is_punctuation(point) || (options.split_cjk && is_cjk(point))) {
      words.emplace_back(1, point);
      open = false;
    } else {
      if (!open) words.emplace_back();
      words.back().push_back(point);
      open = true;
    }
  }
  return words;
}

}  // namespace warmstart::text
