#include "views/setup/yaml_path.h"

#include <algorithm>

#include "core/recipe/scalar.h"

namespace warmstart {
namespace {

const Value* path_child(const Value& node, const std::string& key) {
  if (node.is_map()) return node.find(key);
  const auto index = parse_integer(key);
  if (!node.is_list() || !index || *index < 0) return nullptr;
  const auto place = static_cast<std::size_t>(*index);
  return place < node.items.size() ? &node.items[place] : nullptr;
}

struct PathSearch {
  int line;
  int best_line = 0;
  std::string best;

  void look(const Value& node, const std::string& path) {
    const auto visit = [&](const Value& child, const std::string& name) {
      const std::string full = join_key(path, name);
      const int at = child.key_mark.line > 0 ? child.key_mark.line : child.mark.line;
      if (at > 0 && at <= line && at >= best_line) {
        best_line = at;
        best = full;
      }
      look(child, full);
    };
    for (const auto& [key, child] : node.members) visit(child, key);
    for (std::size_t i = 0; i < node.items.size(); ++i) visit(node.items[i], std::to_string(i));
  }
};

}  // namespace

// A component's name may hold dots, a map's key in a recipe may not: profiles are the exception,
// and no form edits those.
std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= path.size() && !path.empty();) {
    const std::size_t dot = std::min(path.find('.', start), path.size());
    parts.push_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  return parts;
}

const Value* find_path(const Value& tree, const std::string& path) {
  const Value* node = &tree;
  for (const std::string& key : split_path(path)) {
    if (node != nullptr) node = path_child(*node, key);
  }
  return node;
}

void set_path(Value& tree, const std::string& path, Value value) {
  Value* node = &tree;
  for (const std::string& key : split_path(path)) {
    Value* child = const_cast<Value*>(path_child(*node, key));
    if (child == nullptr) {
      if (node->is_list()) return;
      if (!node->is_map()) *node = Value::map();
      child = &node->set(key, Value());
    }
    node = child;
  }
  value.key_mark = node->key_mark;
  *node = std::move(value);
}

void erase_path(Value& tree, const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
  Value* parent =
      const_cast<Value*>(find_path(tree, dot == std::string::npos ? "" : path.substr(0, dot)));
  if (parent == nullptr || path_child(*parent, name) == nullptr) return;
  if (parent->is_map()) {
    parent->erase(name);
  } else {
    parent->items.erase(parent->items.begin() + static_cast<std::ptrdiff_t>(*parse_integer(name)));
  }
}

int line_of_path(const Value& tree, const std::string& path) {
  const Value* node = find_path(tree, path);
  if (node == nullptr) return 0;
  return node->key_mark.line > 0 ? node->key_mark.line : node->mark.line;
}

std::string path_at_line(const Value& tree, int line) {
  PathSearch search{line};
  search.look(tree, "");
  return search.best;
}

}  // namespace warmstart
