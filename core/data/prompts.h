// A data set of texts that a language model can go on with: `warmstart predict` and the inspector
// `tokens` ask for it with a cast.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace warmstart {

class Prompts {
 public:
  virtual ~Prompts() = default;
  virtual std::vector<std::int64_t> tokens_of(const std::string& text) const = 0;
  /// What tokens read as; valid UTF-8.
  virtual std::string text_of(const std::vector<std::int64_t>& tokens) const = 0;
  virtual std::int64_t prompts() const = 0;
  virtual std::vector<std::int64_t> prompt(std::int64_t index) const = 0;
  virtual std::int64_t end_token() const = 0;  ///< after which a text ends; -1 = there is none
  /// Writes what follows prompt `index`; called in order. Returns the files that are done.
  virtual std::vector<std::filesystem::path> save_continuation(
      std::int64_t index, const std::vector<std::int64_t>& tokens,
      const std::filesystem::path& folder) const = 0;
};

}  // namespace warmstart
