// How the text of a plain scalar reads as a number, truth value or nothing. Used by the tree's
// conversions and by parameter reading, so that both agree. No locale is involved.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace warmstart {

/// Decimal digits with an optional sign, within 64 bits: "100", "-3"; not "1e5", "1_000", "0x10",
/// "3.0".
std::optional<std::int64_t> parse_integer(const std::string& text);
/// A finite decimal number: "1e-3", "0.01", ".5", "100"; not "1_000", "nan", "0x10", "1e999".
std::optional<double> parse_number(const std::string& text);
/// The shortest text that reads back as the same double and as no integer: "0.01", "100.0",
/// "1e-05", ".inf".
std::string number_text(double number);
/// True when a plain scalar of this text reads as null, a truth value or a number in YAML 1.2.
bool reads_as_other_type(const std::string& text);

}  // namespace warmstart
