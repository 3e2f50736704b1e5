// Tables as text: CSV and TSV after RFC 4180 (quoted fields may hold separators, quotes written
// twice and line ends).
#pragma once
#include <string>
#include <vector>

namespace warmstart {

struct TableRow {
  std::size_t line = 0;  ///< where it starts, from 1
  std::vector<std::string> fields;
};

/// Rows of valid UTF-8 text; empty lines are left out. Errors name `where` and the line: a quote
/// that is not closed, text after a closing quote, a row with another number of fields than the
/// first.
std::vector<TableRow> parse_table(const std::string& text, char separator,
                                  const std::string& where);

}  // namespace warmstart
