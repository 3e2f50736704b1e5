// "key: value" and "key = value" headers (NRRD, MetaImage) cut into fields. A key given twice is an
// error: readers differ on which one counts, so a check that takes one could be walked around with
// the other.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::medical {

/// Keys in lower case, values trimmed.
using TextFields = std::map<std::string, std::string>;

/// Adds one field; Error on a repeated key.
void add_text_field(TextFields& fields, const std::string& key, const std::string& value,
                    const Path& where);
/// Value of a key, or `otherwise`.
std::string text_field(const TextFields& fields, const std::string& key,
                       const std::string& otherwise = "");
/// Exactly `count` finite numbers separated by blanks, commas or parentheses. Error names key and
/// file.
std::vector<double> text_numbers(const std::string& text, std::size_t count, const std::string& key,
                                 const Path& where);
std::string trimmed(const std::string& text);
std::string lower_case(std::string text);

}  // namespace warmstart::medical
