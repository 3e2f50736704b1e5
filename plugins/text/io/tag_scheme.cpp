#include "plugins/text/io/tag_scheme.h"

#include "core/base/error.h"

namespace warmstart::text {
namespace {

std::string place(const std::string& where, const TaggedSentence& sentence, std::size_t word) {
  return where + ":" + std::to_string(sentence.line + word);
}

bool begins(const std::string& tag) { return tag.starts_with("B-"); }

void check_form(const std::string& tag, const std::string& where) {
  const bool entity = (begins(tag) || tag.starts_with("I-")) && tag.size() > 2;
  if (tag == "O" || entity) return;
  throw Error("the tag '" + tag + "' is none of O, B-TYPE and I-TYPE", where,
              "correct it, or name the column of the tags");
}

/// True for an I- tag that no entity of its type goes before.
bool lacks_begin(const std::vector<std::string>& tags, std::size_t i) {
  if (!tags[i].starts_with("I-")) return false;
  return i == 0 || entity_type(tags[i - 1]) != entity_type(tags[i]);
}

}  // namespace

std::string entity_type(const std::string& tag) { return tag == "O" ? "" : tag.substr(2); }

TagReport check_tags(std::vector<TaggedSentence>& sentences, const std::string& scheme,
                     const std::string& where) {
  TagReport report{"io"};
  for (const TaggedSentence& sentence : sentences) {
    for (std::size_t i = 0; i < sentence.tags.size(); ++i) {
      check_form(sentence.tags[i], place(where, sentence, i));
      if (!begins(sentence.tags[i])) continue;
      report.scheme = "bio";
      if (scheme != "io") continue;
      throw Error("the tag '" + sentence.tags[i] + "' in a file of the scheme IO",
                  place(where, sentence, i), "set scheme: bio or auto");
    }
  }
  if (scheme == "bio") report.scheme = "bio";
  if (report.scheme == "io") return report;
  for (TaggedSentence& sentence : sentences) {
    for (std::size_t i = 0; i < sentence.tags.size(); ++i) {
      if (!lacks_begin(sentence.tags, i)) continue;
      if (scheme == "bio") {
        throw Error("the tag '" + sentence.tags[i] + "' goes on with an entity that did not begin",
                    place(where, sentence, i), "write B-, or set scheme: auto");
      }
      sentence.tags[i].front() = 'B';
      ++report.begun;
    }
  }
  return report;
}

std::vector<Entity> entities_of(const std::vector<std::string>& tags) {
  std::vector<Entity> entities;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i] == "O") continue;
    const auto at = static_cast<std::int64_t>(i);
    if (begins(tags[i]) || lacks_begin(tags, i)) {
      entities.push_back({entity_type(tags[i]), at, at});
    } else {
      entities.back().last = at;
    }
  }
  return entities;
}

}  // namespace warmstart::text
