#include "plugins/text/io/added_tokens.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"
#include "plugins/text/io/unicode.h"

namespace warmstart::text {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

/// Where the character before `end` begins.
std::size_t character_before(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while (begin > 0 && continues_character(text[begin])) --begin;
  return begin;
}

/// Where the character at `begin` ends.
std::size_t character_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && continues_character(text[end])) ++end;
  return end;
}

char32_t character(std::string_view text, std::size_t begin, std::size_t end) {
  return code_points(text.substr(begin, end - begin)).front();
}

bool touches_word(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && is_word_character(character(text, character_before(text, begin), begin)))
    return true;
  return end < text.size() && is_word_character(character(text, end, character_end(text, end)));
}

std::size_t without_spaces_before(std::string_view text, std::size_t least, std::size_t begin) {
  while (begin > least) {
    const std::size_t before = character_before(text, begin);
    if (!is_space(character(text, before, begin))) break;
    begin = before;
  }
  return begin;
}

std::size_t without_spaces_behind(std::string_view text, std::size_t end) {
  while (end < text.size()) {
    const std::size_t behind = character_end(text, end);
    if (!is_space(character(text, end, behind))) break;
    end = behind;
  }
  return end;
}

}  // namespace

AddedTokens::AddedTokens(const std::vector<AddedToken>& tokens, Normalise normalise)
    : normalise_(std::move(normalise)) {
  for (AddedToken token : tokens) {
    if (token.normalized && normalise_) token.content = normalise_(token.content);
    if (token.content.empty()) continue;
    if (token.content.find('\n') != std::string::npos) hold_line_ends_ = true;
    if (token.rstrip) take_spaces_behind_ = true;
    (token.normalized ? normalised_ : plain_).add(std::move(token));
  }
  plain_.sort();
  normalised_.sort();
}

void AddedTokens::each_part(std::string_view text, const Visit& visit) const {
  plain_.each_part(text, [&](const TextPart& part) {
    if (part.token >= 0) {
      visit(part);
      return;
    }
    const std::string normal = normalise_ ? normalise_(part.text) : std::string();
    normalised_.each_part(normalise_ ? std::string_view(normal) : part.text, [&](TextPart inner) {
      inner.first = inner.first && part.first;
      visit(inner);
    });
  });
}

void AddedTokens::Finder::add(AddedToken token) {
  begins_[static_cast<unsigned char>(token.content.front())] = true;
  tokens_.push_back(std::move(token));
}

void AddedTokens::Finder::sort() {
  std::stable_sort(tokens_.begin(), tokens_.end(), [](const AddedToken& a, const AddedToken& b) {
    return a.content.size() > b.content.size();
  });
}

const AddedToken* AddedTokens::Finder::longest_at(std::string_view text, std::size_t at) const {
  if (!begins_[static_cast<unsigned char>(text[at])]) return nullptr;
  for (const AddedToken& token : tokens_) {
    if (text.substr(at).starts_with(token.content)) return &token;
  }
  return nullptr;
}

void AddedTokens::Finder::each_part(std::string_view text, const Visit& visit) const {
  std::size_t plain = 0;
  for (std::size_t at = 0; at < text.size();) {
    const AddedToken* found = longest_at(text, at);
    if (found == nullptr) {
      ++at;
      continue;
    }
    std::size_t begin = at, end = at + found->content.size();
    at = end;
    if (found->single_word && touches_word(text, begin, end)) continue;
    if (found->lstrip) begin = without_spaces_before(text, plain, begin);
    if (found->rstrip) end = without_spaces_behind(text, end);
    if (begin > plain) visit({text.substr(plain, begin - plain), -1, plain == 0});
    visit({text.substr(begin, end - begin), found->token, begin == 0});
    plain = at = end;
  }
  if (plain < text.size()) visit({text.substr(plain), -1, plain == 0});
}

}  // namespace warmstart::text
