// Data that a file keeps in a second file: an ONNX model's weights, the parts of an index of
// weights. The name comes from a stranger: it must be a plain relative path that stays in the
// folder, through no link (CVE-2022-25882, CVE-2024-27318, CVE-2026-27489).
#pragma once
#include <cstdint>
#include <string>

#include "core/base/files.h"

namespace warmstart {

/// `size` bytes at `offset` of `location` below `folder`. Errors name the location and the rule
/// that it breaks; the rules on the path are checked before anything on the disk is.
std::string read_external_data(const Path& folder, const std::string& location,
                               std::uint64_t offset, std::uint64_t size);

/// The path of the plain file `location` below `folder`, by the same rules. `what` it is, for
/// messages: "file of weights".
Path path_of_external(const Path& folder, const std::string& location, const std::string& what);

}  // namespace warmstart
