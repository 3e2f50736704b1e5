// Finds and loads plugins: shared libraries whose static constants add components to the catalog.
// Called by the worker (all that a recipe names) and by `warmstart components` and `doctor` (all).
// A plugin that does not load is reported and never fatal; its metadata is read, and its version of
// the contract compared, before any of its code runs.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/recipe/value.h"

namespace warmstart {

/// The version of the contract between program and plugin: changes whenever a header under core/
/// changes its layout.
inline constexpr const char* kPluginAbi = "1";

/// Stands once in a plugin's sources; the program asks it before it trusts the library.
#define WARMSTART_PLUGIN_ENTRY                                                           \
  extern "C" __attribute__((visibility("default"))) const char* warmstart_plugin_abi() { \
    return ::warmstart::kPluginAbi;                                                      \
  }

struct PluginStatus {
  std::string name, version, summary;
  std::string state;           ///< loaded, failed, disabled (found, but not asked for)
  std::string error;           ///< why it failed
  std::filesystem::path path;  ///< its folder
  Json to_json() const;
};

/// Folders that hold plugin folders, in order: $WARMSTART_PLUGIN_PATH (a list with ":"), beside the
/// installed library, and in the build tree.
std::vector<std::filesystem::path> plugin_search_path();

/// Loads the plugins of `names` (nothing = all) that are found and not loaded yet, and returns the
/// state of every one that was found or asked for. The first of a name wins. Not from several
/// threads at once.
std::vector<PluginStatus> load_plugins(
    const std::optional<std::vector<std::string>>& names = std::nullopt);

/// Plugins that a recipe needs: the prefixes of its components' names ("medical.image_pairs" ->
/// "medical").
std::vector<std::string> plugins_named_in(const Value& recipe_tree);

}  // namespace warmstart
