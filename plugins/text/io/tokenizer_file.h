// A tokenizer.json as parsed: its vocabulary, its added tokens, and checked access to its keys. The
// readers of the kinds of models use it.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"
#include "plugins/text/io/added_tokens.h"
#include "plugins/text/io/vocabulary.h"

namespace warmstart::text {

class TokenizerFile {
 public:
  /// Error when it is no JSON object, its model is neither BPE nor WordPiece, or its vocabulary is
  /// damaged. How a caller cuts and fills up
  /// batches ("truncation", "padding") is not read; the log says so.
  explicit TokenizerFile(const Path& path);

  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const;
  /// An object within an object; `name` is what errors call it.
  const Json& part(const Json& object, const char* key, const std::string& name) const;
  std::string text_of(const Json& object, const char* key, const std::string& name) const;
  bool flag(const Json& object, const char* key, bool fallback, const std::string& name) const;
  /// Settings that would change the result must be off: null, false, 0 or "".
  void require_off(const Json& object, const char* key, const std::string& name) const;
  static bool has(const Json& object, const char* key);  ///< there, and not null

  const Json& root() const { return root_; }
  const Json& model() const { return root_["model"]; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const std::vector<AddedToken>& added() const { return added_; }
  const std::string& content() const { return content_; }
  const std::string& where() const { return where_; }

 private:
  using Entries = std::vector<std::pair<std::string, std::int64_t>>;
  void read_vocabulary();
  void add_entry(Entries& entries, const std::string& piece, const Json& number) const;
  void read_added(Entries& entries);
  void note_batching() const;

  std::string where_, content_;
  Json root_;
  Vocabulary vocabulary_;
  std::vector<AddedToken> added_;
};

}  // namespace warmstart::text
