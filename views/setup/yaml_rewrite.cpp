#include "views/setup/yaml_rewrite.h"

#include <algorithm>
#include <optional>

namespace warmstart {
namespace {

/// A node's place in the text. `chunk` is where its line (block) begins, with comments above it.
struct Span {
  std::size_t chunk = 0, key = 0, key_end = 0, begin = 0, end = 0;
  std::size_t indent = 0;  ///< column of the keys or dashes of a block collection
  bool flow = false;
  std::vector<Span> children;
};

struct LayoutLost {};  ///< the text is laid out in a way that this scanner does not follow

class Scanner {
 public:
  explicit Scanner(const std::string& text) : text_(text) {}

  Span document(const Value& tree) {
    Span span;
    skip_gap(0);
    if (text_.compare(at_, 3, "---") == 0) skip_gap(at_ + 3);
    node(tree, -1, span);
    return span;
  }

 private:
  [[noreturn]] static void lost() { throw LayoutLost{}; }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::size_t column(std::size_t at) const {
    const std::size_t line = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
    return line == std::string::npos ? at : at - line - 1;
  }
  /// Spaces, line ends and comments.
  void skip_gap(std::size_t from) {
    at_ = from;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#' && (at_ == 0 || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\n')) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        ++at_;
      } else {
        return;
      }
    }
  }
  void skip_spaces() {
    while (peek() == ' ') ++at_;
  }
  void quoted() {
    const char quote = peek();
    for (++at_; at_ < text_.size(); ++at_) {
      if (quote == '"' && peek() == '\\') {
        ++at_;
      } else if (peek() == quote) {
        if (quote == '\'' && peek(1) == '\'') {
          ++at_;
        } else {
          ++at_;
          return;
        }
      }
    }
    lost();
  }
  bool ends_plain(bool in_flow) const {
    const char c = peek();
    if (c == '\0' || c == '\n') return true;
    if (c == '#' && at_ > 0 && text_[at_ - 1] == ' ') return true;
    if (c == ':' && (peek(1) == ' ' || peek(1) == '\n' || peek(1) == '\0')) return true;
    return in_flow && (c == ',' || c == ']' || c == '}' || c == '[' || c == '{');
  }
  void plain(bool in_flow) {
    while (!ends_plain(in_flow)) {
      if (peek() == '$' && peek(1) == '{') at_ = std::min(text_.find('}', at_), text_.size() - 1);
      ++at_;
    }
    while (at_ > 0 && text_[at_ - 1] == ' ') --at_;
  }
  /// A block scalar, or a plain one that goes on: all lines that are deeper than `parent`.
  void deeper_lines(int parent) {
    while (at_ < text_.size()) {
      const std::size_t next = text_.find('\n', at_);
      if (next == std::string::npos) {
        at_ = text_.size();
        return;
      }
      std::size_t probe = next + 1, last = next;
      while (probe < text_.size() && (text_[probe] == ' ' || text_[probe] == '\n')) {
        if (text_[probe] == '\n') last = probe;
        ++probe;
      }
      if (probe >= text_.size() || static_cast<int>(probe - last - 1) <= parent) {
        at_ = next;
        return;
      }
      at_ = std::min(text_.find('\n', probe), text_.size());
    }
  }
  void scalar(int parent, bool in_flow) {
    const char c = peek();
    if (c == '"' || c == '\'') return quoted();
    if (!in_flow && (c == '|' || c == '>')) return deeper_lines(parent);
    plain(in_flow);
    if (in_flow) return;
    const std::size_t end = at_;
    skip_spaces();
    if (peek() == '\n') {
      at_ = end;
      deeper_lines(parent);
    } else {
      at_ = end;
    }
  }
  void key(Span& child, bool in_flow) {
    child.key = at_;
    if (peek() == '"' || peek() == '\'') {
      quoted();
    } else {
      plain(in_flow);
    }
    child.key_end = at_;
    skip_spaces();
    if (peek() != ':') lost();
    ++at_;
  }
  void empty_or_node(const Value& value, int parent, bool in_flow, Span& child) {
    const std::size_t after = at_;
    skip_spaces();
    const bool nothing = peek() == '\0' || peek() == '\n' || peek() == '#' ||
                         (in_flow && (peek() == ',' || peek() == '}' || peek() == ']'));
    if (value.is_null() && nothing) {
      child.begin = child.end = at_ = after;
      return;
    }
    if (nothing) skip_gap(at_);
    node(value, parent, child, in_flow);
  }
  void node(const Value& value, int parent, Span& span, bool in_flow = false) {
    span.begin = at_;
    span.indent = column(at_);
    if (peek() == '&' || peek() == '*' || peek() == '!' || peek() == '?') lost();
    if (value.is_map() && peek() == '{') {
      flow_map(value, span);
    } else if (value.is_list() && peek() == '[') {
      flow_list(value, span);
    } else if (value.is_map() && !in_flow) {
      block_map(value, span);
    } else if (value.is_list() && !in_flow) {
      block_list(value, span);
    } else if (value.is_scalar() || value.is_null()) {
      scalar(parent, in_flow);
    } else {
      lost();
    }
    span.end = at_;
  }
  void flow_map(const Value& value, Span& span) {
    span.flow = true;
    ++at_;
    for (const auto& [name, member] : value.members) {
      next_in_flow(&member == &value.members.front().second);
      Span child;
      key(child, true);
      empty_or_node(member, -1, true, child);
      span.children.push_back(std::move(child));
    }
    close('}');
  }
  void flow_list(const Value& value, Span& span) {
    span.flow = true;
    ++at_;
    for (const Value& item : value.items) {
      next_in_flow(&item == &value.items.front());
      Span child;
      child.key = child.key_end = at_;
      node(item, -1, child, true);
      span.children.push_back(std::move(child));
    }
    close(']');
  }
  void next_in_flow(bool first) {
    skip_gap(at_);
    if (first) return;
    if (peek() != ',') lost();
    skip_gap(at_ + 1);
  }
  void close(char bracket) {
    skip_gap(at_);
    if (peek() == ',') skip_gap(at_ + 1);
    if (peek() != bracket) lost();
    ++at_;
  }
  /// The line behind what came before: comments there belong to what follows.
  std::size_t chunk_start(std::size_t after) const {
    const std::size_t line = text_.find('\n', after);
    return line == std::string::npos ? text_.size() : line + 1;
  }
  void block_map(const Value& value, Span& span) {
    for (const auto& [name, member] : value.members) {
      Span child;
      const bool first = span.children.empty();
      child.chunk = first ? at_ : chunk_start(at_);
      if (!first) skip_gap(at_);
      if (column(at_) != span.indent) lost();
      key(child, false);
      empty_or_node(member, static_cast<int>(span.indent), false, child);
      // A list may stand at the same column as its key; it ends at the next key anyway.
      span.children.push_back(std::move(child));
    }
  }
  void block_list(const Value& value, Span& span) {
    for (const Value& item : value.items) {
      Span child;
      const bool first = span.children.empty();
      child.chunk = first ? at_ : chunk_start(at_);
      if (!first) skip_gap(at_);
      if (column(at_) != span.indent || peek() != '-') lost();
      child.key = at_;
      child.key_end = ++at_;
      empty_or_node(item, static_cast<int>(span.indent), false, child);
      span.children.push_back(std::move(child));
    }
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

bool same_value(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.members.size() != b.members.size() || a.items.size() != b.items.size())
    return false;
  if (a.is_scalar()) return a.to_json() == b.to_json();
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_value(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].first != b.members[i].first ||
        !same_value(a.members[i].second, b.members[i].second))
      return false;
  }
  return true;
}

std::string flow_text(const Value& value);

std::string scalar_text(const Value& value) {
  std::string text = to_yaml(value);
  if (text.find('\n') + 1 < text.size()) {
    text = Json(value.text).dump();  // a literal block has no place in a flow collection
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const bool comma = text.find_first_of(",[]{}") != std::string::npos && text.front() != '"';
  return comma ? Json(value.text).dump() : text;
}

std::string key_text(const std::string& key) { return scalar_text(Value::scalar(key, true)); }

std::string flow_text(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_scalar()) return scalar_text(value);
  std::string text = value.is_map() ? "{" : "[";
  for (const Value& item : value.items) text += (text.size() > 1 ? ", " : "") + flow_text(item);
  for (const auto& [key, member] : value.members)
    text += (text.size() > 1 ? ", " : "") + key_text(key) + ": " + flow_text(member);
  return text + (value.is_map() ? "}" : "]");
}

bool short_enough(const Value& value) {
  if (value.is_scalar()) return value.text.find('\n') == std::string::npos;
  return flow_text(value).size() <= 72;
}

class Rewriter {
 public:
  explicit Rewriter(const std::string& text) : text_(text) {}

  /// What stands from span.begin to span.end afterwards.
  std::string node(const Value& before, const Value& after, const Span& span) const {
    if (same_value(before, after)) return slice(span.begin, span.end);
    const bool collection = !before.is_scalar() && !before.is_null();
    if (!collection || before.kind != after.kind || (after.items.empty() && after.members.empty()))
      return fresh(after, span);
    if (same_keys(before, after)) return in_place(before, after, span);
    return span.flow ? flow(before, after, span) : block(before, after, span);
  }

 private:
  std::string slice(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }
  static std::size_t count(const Value& value) {
    return value.is_map() ? value.members.size() : value.items.size();
  }
  static const Value& child(const Value& value, std::size_t i) {
    return value.is_map() ? value.members[i].second : value.items[i];
  }
  static bool same_keys(const Value& before, const Value& after) {
    if (count(before) != count(after)) return false;
    for (std::size_t i = 0; i < before.members.size(); ++i) {
      if (before.members[i].first != after.members[i].first) return false;
    }
    return true;
  }
  /// A value without a text of its own here; a scalar needs a space after its key.
  std::string fresh(const Value& value, const Span& span) const {
    const bool bare =
        span.begin > 0 && (text_[span.begin - 1] == ':' || text_[span.begin - 1] == '-');
    return (bare ? " " : "") + flow_text(value);
  }
  std::string in_place(const Value& before, const Value& after, const Span& span) const {
    std::string out;
    std::size_t done = span.begin;
    for (std::size_t i = 0; i < count(after); ++i) {
      const Span& part = span.children[i];
      out += slice(done, part.begin) + node(child(before, i), child(after, i), part);
      done = part.end;
    }
    return out + slice(done, span.end);
  }
  /// Which child of `before` the i-th of `after` was: by key, by equal value, else by an only
  /// change.
  static std::vector<std::optional<std::size_t>> origins(const Value& before, const Value& after) {
    std::vector<std::optional<std::size_t>> from(count(after));
    std::vector<bool> taken(count(before));
    for (std::size_t i = 0; i < count(after); ++i) {
      for (std::size_t j = 0; j < count(before) && !from[i]; ++j) {
        const bool same = after.is_map() ? before.members[j].first == after.members[i].first
                                         : same_value(before.items[j], after.items[i]);
        if (!taken[j] && same) from[i] = j;
      }
      if (from[i]) taken[*from[i]] = true;
    }
    // A member that stands alone between known ones was renamed, or an item was changed.
    for (std::size_t i = 0; i < count(after) && count(after) == count(before); ++i) {
      if (from[i] || taken[i]) continue;
      if (after.is_map() && !same_value(child(before, i), child(after, i))) continue;
      from[i] = i;
      taken[i] = true;
    }
    return from;
  }
  std::string flow(const Value& before, const Value& after, const Span& span) const {
    const auto from = origins(before, after);
    std::string out = after.is_map() ? "{" : "[";
    for (std::size_t i = 0; i < count(after); ++i) {
      if (i > 0) out += ", ";
      if (after.is_map()) out += key_text(after.members[i].first) + ": ";
      std::string value =
          from[i] ? node(child(before, *from[i]), child(after, i), span.children[*from[i]])
                  : flow_text(child(after, i));
      out += value.substr(std::min(value.find_first_not_of(' '), value.size()));
    }
    return out + (after.is_map() ? "}" : "]");
  }
  std::string head(const Value& after, std::size_t i) const {
    return after.is_map() ? key_text(after.members[i].first) + ":" : "-";
  }
  /// One member with the comments above it, without the line end. The first one's stand before it.
  std::string old_chunk(const Value& before, const Value& after, const Span& part, std::size_t i,
                        std::size_t j) const {
    const bool renamed = after.is_map() && before.members[j].first != after.members[i].first;
    return (renamed ? head(after, i) + slice(part.key_end + 1, part.begin)
                    : slice(part.key, part.begin)) +
           node(child(before, j), child(after, i), part) + tail(part);
  }
  /// The comment that ends the line.
  std::string tail(const Span& part) const {
    const std::size_t line = std::min(text_.find('\n', part.end), text_.size());
    return slice(part.end, line);
  }
  std::string new_chunk(const Value& after, std::size_t i, std::size_t indent) const {
    const Value& value = child(after, i);
    if (short_enough(value)) return head(after, i) + " " + flow_text(value);
    Value holder = after.is_map() ? Value::map() : Value::list();
    if (after.is_map()) {
      holder.members.emplace_back(after.members[i].first, value);
    } else {
      holder.items.push_back(value);
    }
    std::string text = to_yaml(holder);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const std::string margin = "\n" + std::string(indent, ' ');
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += margin.size())
      text.replace(at, 1, margin);
    return text;
  }
  std::string block(const Value& before, const Value& after, const Span& span) const {
    const auto from = origins(before, after);
    const std::string margin(span.indent, ' ');
    std::string out;
    for (std::size_t i = 0; i < count(after); ++i) {
      if (i > 0) out += "\n";
      if (!from[i]) {
        out += (i > 0 ? margin : "") + new_chunk(after, i, span.indent);
        continue;
      }
      const Span& part = span.children[*from[i]];
      const bool was_first = *from[i] == 0;
      if (i > 0) out += was_first ? margin : slice(part.chunk, part.key);
      out += old_chunk(before, after, part, i, *from[i]);
    }
    // The last one's comment at the line's end stands behind the span already.
    const std::string last = from.back() ? tail(span.children[*from.back()]) : "";
    if (!last.empty() && from.back() && *from.back() + 1 == count(before))
      out.resize(out.size() - last.size());
    return out;
  }
  const std::string& text_;
};

}  // namespace

std::string rewrite_yaml(const std::string& text, const Value& before, const Value& after) {
  if (same_value(before, after)) return text;
  try {
    const Span span = Scanner(text).document(before);
    const std::string changed = text.substr(0, span.begin) +
                                Rewriter(text).node(before, after, span) + text.substr(span.end);
    if (same_value(parse_yaml(changed, "draft"), after)) return changed;
  } catch (const LayoutLost&) {
  } catch (const Error&) {
  }
  return to_yaml(after);
}

}  // namespace warmstart
