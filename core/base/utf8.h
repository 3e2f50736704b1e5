// UTF-8 as strict as the standard asks (no overlong forms, no surrogates), to and from code points.
// Everything behind the readers may rely on text being valid.
#pragma once
#include <string>
#include <string_view>

namespace warmstart {

/// Byte offset of the first byte that is not valid UTF-8, or npos.
std::size_t first_invalid_utf8(std::string_view text);
/// Code points of valid text.
std::u32string code_points(std::string_view text);
void append_utf8(std::string& text, char32_t point);
std::string utf8(std::u32string_view points);
/// Every byte as the code point of its value.
std::string latin1_to_utf8(std::string_view bytes);

}  // namespace warmstart
