#include "plugins/text/io/denoising.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.h"

namespace warmstart::text {
namespace {

std::int64_t noise_tokens(std::int64_t length, double rate) {
  return std::clamp<std::int64_t>(std::llround(static_cast<double>(length) * rate), 1, length - 1);
}

/// `total` as a sum of `parts` numbers of one or more, every way equally likely.
std::vector<std::int64_t> random_segments(std::int64_t total, std::int64_t parts, Random& random) {
  std::vector<std::int64_t> places(static_cast<std::size_t>(total - 1));
  std::iota(places.begin(), places.end(), 1);
  const auto cuts = static_cast<std::size_t>(parts - 1);
  for (std::size_t i = 0; i < cuts; ++i) {
    const auto other = random.integer(static_cast<std::int64_t>(i), total - 2);
    std::swap(places[i], places[static_cast<std::size_t>(other)]);
  }
  places.resize(cuts);
  std::sort(places.begin(), places.end());
  places.push_back(total);
  std::vector<std::int64_t> segments;
  std::int64_t before = 0;
  for (const std::int64_t place : places) {
    segments.push_back(place - before);
    before = place;
  }
  return segments;
}

}  // namespace

std::int64_t span_count(std::int64_t length, double mean_span, double rate) {
  const std::int64_t noise = noise_tokens(length, rate);
  const std::int64_t wanted = std::llround(static_cast<double>(noise) / mean_span);
  return std::clamp<std::int64_t>(wanted, 1, std::min(noise, length - noise));
}

std::vector<TokenSpan> random_spans(std::int64_t length, double mean_span, double rate,
                                    Random& random) {
  if (length < 2)
    throw Error("a text of " + std::to_string(length) + " tokens cannot be corrupted", "",
                "give longer texts");
  const std::int64_t noise = noise_tokens(length, rate),
                     count = span_count(length, mean_span, rate);
  const std::vector<std::int64_t> lengths = random_segments(noise, count, random),
                                  gaps = random_segments(length - noise, count, random);
  std::vector<TokenSpan> spans;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    spans.push_back({at + gaps[i], lengths[i]});
    at += gaps[i] + lengths[i];
  }
  return spans;
}

DenoisingPair corrupt_spans(const std::vector<std::int64_t>& tokens,
                            const std::vector<TokenSpan>& spans, const DenoisingTokens& special) {
  if (spans.size() > special.sentinels.size()) {
    throw Error(std::to_string(spans.size()) + " spans needed, the tokenizer has " +
                    std::to_string(special.sentinels.size()) + " sentinels",
                "span corruption", "raise the data's sentinels, or the mean span");
  }
  DenoisingPair pair;
  std::int64_t at = 0;
  auto sentinel = special.sentinels.begin();
  const auto copy = [&](std::int64_t from, std::int64_t to, std::vector<std::int64_t>& into) {
    into.insert(into.end(), tokens.begin() + from, tokens.begin() + to);
  };
  for (const TokenSpan& span : spans) {
    copy(at, span.first, pair.input);
    pair.input.push_back(*sentinel);
    pair.target.push_back(*sentinel++);
    at = span.first + span.count;
    copy(span.first, at, pair.target);
  }
  copy(at, static_cast<std::int64_t>(tokens.size()), pair.input);
  pair.input.push_back(special.end);
  pair.target.push_back(special.end);
  return pair;
}

}  // namespace warmstart::text
