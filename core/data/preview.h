// A data entry's samples as the files give them and as its transforms leave them, in one tensor
// file: so that a window can show what exactly goes into a model. Called by `warmstart preview`.
#pragma once
#include <cstdint>
#include <string>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/recipe/recipe.h"

namespace warmstart {

struct PreviewRequest {
  std::string entry;  ///< of the recipe's `data`
  std::int64_t first = 0, samples = 3;
  std::uint64_t seed = 0;  ///< of the random transforms; 0 is what measures and captures see
};

/// Writes the arrays "before.FIELD.I" and "after.FIELD.I" (I: 0, 1, ... in the order of `samples`;
/// samples may differ in size, so they are not stacked) with checksums. Returns the header, which
/// the file holds as its metadata "capture": {kind: "preview", recipe, entry, dataset, size, first,
/// seed, samples: [id], transforms: [{type, random, ...}], before: [field], after: [field], axes:
/// {"image": "C [D] H W"}, units: {"spacing": "mm"}, class_names}; and where there are such,
/// token_fields and class_fields: {FIELD: true} hold numbers of tokens or of classes, pieces:
/// {"NUMBER": what the token reads as}. Errors: no such entry; a first sample behind the last; what
/// the data set and transforms say.
Json save_preview(const Recipe& recipe, const PreviewRequest& request, const Path& file);

}  // namespace warmstart
