// A recipe's text as a tree that remembers where each part stood, so that an error can name line
// and column.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {

/// Line and column count from 1; 0 means "not from a file" (a default, or --set).
struct Mark {
  int line = 0;
  int column = 0;
};

class Value {
 public:
  enum class Kind { kNull, kScalar, kList, kMap };

  Value() = default;
  static Value scalar(std::string text, bool quoted = false);
  static Value list();
  static Value map();
  static Value from_json(const Json& json);

  Kind kind = Kind::kNull;
  std::string text;                                    ///< of a scalar
  bool quoted = false;                                 ///< a quoted scalar is always a string
  std::vector<Value> items;                            ///< of a list
  std::vector<std::pair<std::string, Value>> members;  ///< of a map, in the order written
  Mark mark;
  Mark key_mark;  ///< where its key stands, for a member of a map

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }

  /// Member of a map, or nullptr.
  const Value* find(const std::string& key) const;
  Value* find(const std::string& key);
  /// Sets or adds a member.
  Value& set(const std::string& key, Value value);
  bool erase(const std::string& key);

  Json to_json()
      const;  ///< plain scalars become null, bool, number or string as YAML 1.2 reads them
};

/// Parses YAML within limits (1 MB, depth 64, no aliases that expand without bound). `file` names
/// the source in errors.
/// "${name}" pieces stay text, also inside `{flow, collections}`, where YAML alone would not allow
/// their braces.
Value parse_yaml(const std::string& text, const std::string& file);
std::string to_yaml(const Value& value);

/// One thing wrong in a user's file: all are collected, then reported together.
struct Problem {
  std::string key;  ///< dotted path, "stages.pretrain.budget.steps"
  Mark mark;
  std::string found;  ///< what stands there
  std::string allowed;
  std::string hint;  ///< nearest valid name, or what to do
};

/// An error in a user's text that also says, for machines, what is wrong at each place.
class ProblemsError final : public Error {
 public:
  struct Line {
    Problem problem;
    std::string text;  ///< the line that a person reads
  };
  ProblemsError(const std::string& what, const std::string& where, const std::string& hint,
                std::vector<Line> lines)
      : Error(what, where, hint), lines_(std::move(lines)) {}
  const std::vector<Line>& lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
};

/// [{key, line, column, found, allowed, hint, text}]; line 0: no place in the text. An Error of
/// another kind is one entry.
Json problems_json(const Error& error);

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(Problem problem);
  void add(const std::string& key, const Value& at, const std::string& allowed,
           const std::string& hint = "");
  /// A key of a map that nobody reads: marks the key and names the nearest of `allowed`.
  void add_unknown(const std::string& key, const std::string& name, const Value& at,
                   const std::vector<std::string>& allowed);
  /// A name that stands for nothing ("stage", "arm"): names the nearest of `allowed`.
  void add_unknown_name(const std::string& key, const Value& at,
                        const std::vector<std::string>& allowed);
  bool empty() const { return list_.empty(); }
  const std::vector<Problem>& list() const { return list_; }
  /// "recipe.yaml:12:5: stages.x.steps: found "ten"; allowed: integer >= 1; write a number".
  std::string text(const Problem& problem) const;
  /// One ProblemsError whose message has one line a problem.
  void throw_if_any() const;

 private:
  std::string file_;
  std::vector<Problem> list_;
};

/// "a, b, c"; "nothing" for none.
std::string join_names(const std::vector<std::string>& names);
/// "stages" + "x" -> "stages.x"; an empty prefix gives "x".
std::string join_key(const std::string& prefix, const std::string& name);

/// The candidate closest to `word` by edit distance, or "" when none is near (distance > 1/2 of the
/// length, and `word` is not its start).
std::string nearest_name(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace warmstart
