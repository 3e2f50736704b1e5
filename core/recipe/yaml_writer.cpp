#include <cctype>
#include <cstdio>

#include "core/recipe/scalar.h"
#include "core/recipe/value.h"

namespace warmstart {
namespace {

constexpr std::size_t kFlowWidth = 80;

bool yaml_plain_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || byte >= 0x80 ||
         std::string("_-./+=()$ ~<>%;").find(c) != std::string::npos;
}

// Plain text that means the same in block and flow context. Deliberately narrow: what is doubtful
// is quoted.
bool yaml_plain_safe(const std::string& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  if (text == "---" || text == "..." || text == "<<" || text == "-" || text == "=") return false;
  const auto first = static_cast<unsigned char>(text.front());
  const bool signed_number =
      (first == '-' || first == '+') && text.size() > 1 && text[1] != ' ' && text[1] != '-';
  if (!std::isalnum(first) && first < 0x80 && first != '_' && first != '.' && first != '/' &&
      first != '$' && first != '(' && !signed_number) {
    return false;
  }
  for (const char c : text) {
    if (!yaml_plain_char(c)) return false;
  }
  return true;
}

// A placeholder's braces would end a plain scalar in a flow list for other YAML readers.
bool yaml_has_placeholder(const std::string& text) { return text.find("${") != std::string::npos; }

bool yaml_placeholder_safe(const std::string& text) {
  std::string bare;
  for (const char c : text) {
    if (c != '{' && c != '}') bare += c;
  }
  const std::size_t open = text.find('{');
  return yaml_has_placeholder(text) && open != 0 && text[open - 1] == '$' && yaml_plain_safe(bare);
}

std::string yaml_double_quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string yaml_scalar(const Value& value) {
  const bool must_quote = value.quoted && reads_as_other_type(value.text);
  const bool plain = yaml_plain_safe(value.text) || yaml_placeholder_safe(value.text);
  return plain && !must_quote ? value.text : yaml_double_quoted(value.text);
}

std::string yaml_key(const std::string& key) {
  return yaml_plain_safe(key) && !reads_as_other_type(key) ? key : yaml_double_quoted(key);
}

// Several lines of ordinary text that a literal block gives back exactly.
bool yaml_literal_fits(const std::string& text) {
  if (text.find('\n') == std::string::npos || text.front() == '\n' || text.front() == ' ')
    return false;
  if (text.back() != '\n' || (text.size() > 1 && text[text.size() - 2] == '\n')) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) return false;
    if (byte == ' ' && text[i + 1] == '\n') return false;
  }
  return true;
}

std::string yaml_literal(const std::string& text, std::size_t indent) {
  std::string block = "|\n";
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    if (end > start) block += std::string(indent, ' ') + text.substr(start, end - start);
    block += '\n';
    start = end + 1;
  }
  return block;
}

bool yaml_flow(const Value& list, std::string& line) {
  line = "[";
  for (const Value& item : list.items) {
    if (!item.is_scalar() || yaml_has_placeholder(item.text)) return false;
    line += (line.size() > 1 ? ", " : "") + yaml_scalar(item);
  }
  line += "]";
  return line.size() <= kFlowWidth;
}

// What follows "key:" or "-": "" (one space before it is added) when the value goes on lines of its
// own.
bool yaml_inline(const Value& value, std::size_t indent, std::string& out) {
  if (value.is_null()) return out = "null\n", true;
  if (value.is_scalar()) {
    out = yaml_literal_fits(value.text) ? yaml_literal(value.text, indent)
                                        : yaml_scalar(value) + "\n";
    return true;
  }
  if (value.is_map()) return value.members.empty() ? (out = "{}\n", true) : false;
  if (!yaml_flow(value, out)) return false;
  out += "\n";
  return true;
}

void yaml_block(const Value& value, std::size_t indent, bool first_in_place, std::string& out) {
  const std::string margin(indent, ' ');
  const auto entry = [&](const std::string& head, const Value& child, bool in_list) {
    out += (first_in_place ? "" : margin) + head;
    first_in_place = false;
    std::string line;
    if (yaml_inline(child, indent + 2, line)) {
      out += " " + line;
    } else if (in_list) {
      out += " ";
      yaml_block(child, indent + 2, true, out);
    } else {
      out += "\n";
      yaml_block(child, indent + 2, false, out);
    }
  };
  for (const Value& item : value.items) entry("-", item, true);
  for (const auto& [key, member] : value.members) entry(yaml_key(key) + ":", member, false);
}

}  // namespace

std::string to_yaml(const Value& value) {
  std::string out;
  if (!yaml_inline(value, 2, out)) {
    out.clear();
    yaml_block(value, 0, false, out);
  }
  return out;
}

}  // namespace warmstart
