// Tags of words that say where entities begin and end: BIO ("B-PER I-PER O") or IO ("I-PER I-PER
// O"), and how they become entities.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/text/io/conll.h"

namespace warmstart::text {

struct TagReport {
  std::string scheme;      ///< "bio" or "io": what the tags are
  std::int64_t begun = 0;  ///< I- tags that begin an entity, taken as B- (BIO only)
};

/// Checks every tag of a file and makes BIO tags whole. `scheme`: bio (an I- tag without an entity
/// before it is an error), io (a B- tag is), or auto: bio where a B- tag occurs, with I- tags that
/// begin an entity rewritten as B-. Errors name file and line.
TagReport check_tags(std::vector<TaggedSentence>& sentences, const std::string& scheme,
                     const std::string& where);

/// "PER" of "B-PER"; "" of "O".
std::string entity_type(const std::string& tag);

/// A run of words, [first, last].
struct Entity {
  std::string type;
  std::int64_t first = 0, last = 0;
  auto operator<=>(const Entity&) const = default;
};

/// Entities of a sentence's tags by the rules of CoNLL-2000's evaluation (Tjong Kim Sang and
/// Buchholz): an entity begins at B-, at I- after O, and where the type changes.
std::vector<Entity> entities_of(const std::vector<std::string>& tags);

}  // namespace warmstart::text
