// What is costly to make from texts (tokenizers, token lists) is kept by the hash of what it was
// made from, in the folder "text" of the cache ($WARMSTART_CACHE, else the user's).
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace warmstart::text {

/// The bytes made by `make` from `parts`: read back where they were made before, else made and
/// kept. A damaged file is made anew; a cache that cannot be written costs time, no error.
std::string cached_bytes(const std::vector<std::string>& parts,
                         const std::function<std::string()>& make);

}  // namespace warmstart::text
