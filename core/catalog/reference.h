// Reference pages of everything a recipe can name, made from what the components say of themselves:
// one Markdown page for each kind and an index. Called by `warmstart reference`; the pages are what
// the window's help shows.
#pragma once
#include <map>
#include <string>

#include "core/base/json.h"

namespace warmstart {

/// `components`: what `warmstart components --json` prints. Result: text by file name ("index.md",
/// "model.md", ...); the same components give the same text.
std::map<std::string, std::string> reference_pages(const Json& components);

}  // namespace warmstart
