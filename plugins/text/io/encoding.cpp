#include "plugins/text/io/encoding.h"

#include <cstring>

#include "core/base/parallel.h"
#include "core/base/sha256.h"
#include "plugins/text/io/cache.h"

namespace warmstart::text {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 18;  // of a text that may be cut

struct TextPiece {
  std::size_t text;
  std::string_view part;
};

std::vector<TextPiece> pieces_of_texts(const Tokenizer& tokenizer,
                                       const std::vector<std::string>& texts) {
  std::vector<TextPiece> pieces;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string_view rest = texts[i];
    while (rest.size() > 2 * kPieceBytes) {
      const std::size_t cut = tokenizer.cut(rest, kPieceBytes);
      if (cut >= rest.size()) break;
      pieces.push_back({i, rest.substr(0, cut)});
      rest.remove_prefix(cut);
    }
    pieces.push_back({i, rest});
  }
  return pieces;
}

template <class Number>
void put_numbers(const std::vector<Number>& numbers, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
}

/// How many lists, their lengths, all tokens.
std::string packed(const std::vector<Tokens>& lists) {
  std::vector<std::uint64_t> head{lists.size()};
  for (const Tokens& tokens : lists) head.push_back(tokens.size());
  std::string bytes;
  put_numbers(head, bytes);
  for (const Tokens& tokens : lists) put_numbers(tokens, bytes);
  return bytes;
}

std::vector<Tokens> unpacked(const std::string& bytes) {
  std::uint64_t count = 0;
  std::memcpy(&count, bytes.data(), sizeof count);
  std::vector<std::uint64_t> lengths(count);
  std::memcpy(lengths.data(), bytes.data() + sizeof count, count * sizeof count);
  const char* next = bytes.data() + (count + 1) * sizeof count;
  std::vector<Tokens> lists;
  lists.reserve(count);
  for (const std::uint64_t length : lengths) {
    Tokens& tokens = lists.emplace_back(length);
    std::memcpy(tokens.data(), next, length * sizeof(std::int32_t));
    next += length * sizeof(std::int32_t);
  }
  return lists;
}

std::string hash_of_texts(const std::vector<std::string>& texts) {
  Sha256 hash;
  for (const std::string& text : texts) {
    hash.update(std::to_string(text.size()) + ":");
    hash.update(text);
  }
  return hash.hex();
}

}  // namespace

std::vector<Tokens> encoded(const Tokenizer& tokenizer, const std::vector<std::string>& texts,
                            unsigned threads) {
  const std::vector<TextPiece> pieces = pieces_of_texts(tokenizer, texts);
  std::vector<Tokens> parts(pieces.size());
  parallel_for(pieces.size(), threads,
               [&](std::size_t i) { parts[i] = tokenizer.encode(pieces[i].part); });
  std::vector<Tokens> lists(texts.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    Tokens& own = lists[pieces[i].text];
    if (own.empty()) {
      own = std::move(parts[i]);
    } else {
      own.insert(own.end(), parts[i].begin(), parts[i].end());
      parts[i] = {};
    }
  }
  return lists;
}

std::vector<Tokens> cached_tokens(const Tokenizer& tokenizer,
                                  const std::vector<std::string>& texts) {
  return unpacked(
      cached_bytes({"token lists", tokenizer.rules(), tokenizer.saved(), hash_of_texts(texts)},
                   [&] { return packed(encoded(tokenizer, texts)); }));
}

}  // namespace warmstart::text
