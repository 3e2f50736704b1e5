#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>

#include "core/recipe/value.h"

namespace warmstart {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kMostDepth = 64;
constexpr std::size_t kMostAliasNodes = 10000;
// Stand for the braces of "${name}" while the text goes through YAML, where a brace would end a
// plain scalar inside a flow collection. These bytes never occur in UTF-8, so nothing else can turn
// into them.
constexpr char kOpenBrace = '\xfe', kCloseBrace = '\xff';

std::string yaml_place(const std::string& file, const Mark& mark) {
  return mark.line == 0
             ? file
             : file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

/// One problem that ends the reading; its text and its place go to people and machines alike.
[[noreturn]] void yaml_refuse(const std::string& what, const std::string& file, const Mark& mark,
                              const std::string& hint) {
  const std::string where = yaml_place(file, mark);
  throw ProblemsError(what, where, hint,
                      {{{"", mark, what, "", hint}, Error(what, where, hint).what()}});
}

Mark yaml_mark(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

std::size_t yaml_sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

// Position of the first byte that is no valid UTF-8 or is a control character, or npos.
std::size_t yaml_bad_byte(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = yaml_sequence_length(lead);
    const bool control =
        (lead < 0x20 && lead != '\n' && lead != '\r' && lead != '\t') || lead == 0x7F;
    if (length == 0 || control || at + length > text.size()) return at;
    std::uint32_t code = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      if ((next & 0xC0) != 0x80) return at;
      code = (code << 6) | (next & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return at;
    at += length;
  }
  return std::string::npos;
}

Mark yaml_mark_at(const std::string& text, std::size_t position) {
  Mark mark{1, 1};
  for (std::size_t i = 0; i < position; ++i) {
    if (text[i] == '\n') {
      ++mark.line;
      mark.column = 1;
    } else {
      ++mark.column;
    }
  }
  return mark;
}

std::string yaml_hide_braces(std::string text) {
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
    const std::size_t end = text.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", at + 2);
    if (end == std::string::npos || text[end] != '}') continue;
    text[at + 1] = kOpenBrace;
    text[end] = kCloseBrace;
  }
  return text;
}

std::string yaml_show_braces(std::string text) {
  for (char& c : text) {
    if (c == kOpenBrace) c = '{';
    if (c == kCloseBrace) c = '}';
  }
  return text;
}

struct YamlSize {
  std::size_t nodes = 1, depth = 1;
};

YamlSize yaml_size(const Value& value) {
  YamlSize size;
  const auto add = [&](const Value& child) {
    const YamlSize inner = yaml_size(child);
    size.nodes += inner.nodes;
    size.depth = std::max(size.depth, inner.depth + 1);
  };
  for (const Value& item : value.items) add(item);
  for (const auto& member : value.members) add(member.second);
  return size;
}

// Builds the tree from the parser's events; keeps to the limits while it builds.
class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(std::string file, Problems& problems) : file_(std::move(file)), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Value value;
    value.mark = yaml_mark(mark);
    place(std::move(value), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Value::list(), mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Value::map(), mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  Value take() { return std::move(root_); }

 private:
  struct Frame {
    Value value;
    YAML::anchor_t anchor = 0;
    std::optional<Value> key;
  };
  void open(Value value, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void place(Value value, YAML::anchor_t anchor);
  void place_member(Frame& frame, Value value);
  void check_depth(std::size_t extra, const Mark& mark) const;
  void check_tag(const std::string& tag, const Mark& mark);

  std::string file_;
  Problems& problems_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Value> anchors_;
  std::size_t alias_nodes_ = 0;
  Value root_;
};

void YamlBuilder::check_depth(std::size_t extra, const Mark& mark) const {
  if (stack_.size() + extra <= kMostDepth) return;
  yaml_refuse("nested deeper than " + std::to_string(kMostDepth) + " levels", file_, mark,
              "flatten the file");
}

void YamlBuilder::check_tag(const std::string& tag, const Mark& mark) {
  if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
  problems_.add({"", mark, "the tag \"" + tag + "\"", "no tags but !!str", "remove it"});
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    yaml_refuse("an alias stands inside what it names", file_, yaml_mark(mark),
                "write the part out");
  }
  const YamlSize size = yaml_size(found->second);
  check_depth(size.depth, yaml_mark(mark));
  alias_nodes_ += size.nodes;
  if (alias_nodes_ > kMostAliasNodes) {
    yaml_refuse("aliases expand to more than " + std::to_string(kMostAliasNodes) + " parts", file_,
                yaml_mark(mark), "write the parts out");
  }
  Value value = found->second;
  value.mark = yaml_mark(mark);
  place(std::move(value), 0);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& text) {
  check_tag(tag, yaml_mark(mark));
  // "?" is yaml-cpp's tag of a plain scalar, "!" that of a quoted one.
  Value value = Value::scalar(yaml_show_braces(text), !tag.empty() && tag != "?");
  value.mark = yaml_mark(mark);
  place(std::move(value), anchor);
}

void YamlBuilder::open(Value value, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  value.mark = yaml_mark(mark);
  check_depth(1, value.mark);
  check_tag(tag, value.mark);
  stack_.push_back({std::move(value), anchor, std::nullopt});
}

void YamlBuilder::close() {
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  place(std::move(frame.value), frame.anchor);
}

void YamlBuilder::place(Value value, YAML::anchor_t anchor) {
  if (anchor != 0) anchors_[anchor] = value;
  if (stack_.empty()) {
    root_ = std::move(value);
  } else if (stack_.back().value.is_list()) {
    stack_.back().value.items.push_back(std::move(value));
  } else {
    place_member(stack_.back(), std::move(value));
  }
}

void YamlBuilder::place_member(Frame& frame, Value value) {
  if (!frame.key) {
    frame.key = std::move(value);
    return;
  }
  const Value key = std::move(*frame.key);
  frame.key.reset();
  if (!key.is_scalar()) {
    problems_.add("", key, "a name as key", "write it as text");
    return;
  }
  value.key_mark = key.mark;
  if (frame.value.find(key.text) != nullptr) {
    problems_.add({key.text, key.mark, "the key twice", "each key once", "remove one of them"});
    return;
  }
  frame.value.members.emplace_back(key.text, std::move(value));
}

// The usual cause that the parser's own words do not name.
std::string yaml_hint(const std::string& text, int last_line) {
  std::size_t start = 0;
  for (int line = 1; line <= last_line && start < text.size(); ++line) {
    const std::size_t first = text.find_first_not_of(' ', start);
    if (first != std::string::npos && text[first] == '\t') {
      return "line " + std::to_string(line) + " is indented with a tab; use spaces";
    }
    const std::size_t end = text.find('\n', start);
    start = end == std::string::npos ? text.size() : end + 1;
  }
  return "check quotes, brackets and indentation there";
}

void yaml_check_text(const std::string& text, const std::string& file) {
  if (text.size() > kMostBytes) {
    throw Error("larger than 1 MB (" + std::to_string(text.size()) + " bytes)", file,
                "is this a recipe?");
  }
  if (const std::size_t bad = yaml_bad_byte(text); bad != std::string::npos) {
    yaml_refuse("a byte that is neither UTF-8 text nor a line break", file, yaml_mark_at(text, bad),
                "save the file as UTF-8 text");
  }
}

}  // namespace

Value parse_yaml(const std::string& text, const std::string& file) {
  yaml_check_text(text, file);
  Problems problems(file);
  YamlBuilder builder(file, problems);
  try {
    std::istringstream stream(yaml_hide_braces(text));
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Value value = builder.take();
    YamlBuilder rest(file, problems);
    if (parser.HandleNextDocument(rest)) {
      problems.add({"", rest.take().mark, "a second document", "one document", "remove the '---'"});
    }
    problems.throw_if_any();
    return value;
  } catch (const YAML::Exception& error) {
    yaml_refuse("not valid YAML: " + error.msg, file, yaml_mark(error.mark),
                yaml_hint(text, error.mark.line + 1));
  }
}

}  // namespace warmstart
