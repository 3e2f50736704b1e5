#include "core/catalog/plugins.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "core/base/files.h"
#include "core/catalog/catalog.h"

namespace warmstart {
namespace {

namespace fs = std::filesystem;

struct PluginManifest {
  PluginStatus info;
  fs::path library;
};

// Plugins stay loaded until the process ends: the catalog points into them.
std::map<std::string, PluginStatus>& plugins_loaded() {
  static std::map<std::string, PluginStatus> loaded;
  return loaded;
}

// The folder of the library that holds this function.
fs::path plugin_library_dir() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&plugin_library_dir), &info) == 0) return {};
  std::error_code ignored;
  return fs::weakly_canonical(info.dli_fname, ignored).parent_path();
}

bool plugin_others_can_write(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

std::string plugin_text(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

[[noreturn]] void plugin_refuse(const std::string& what, const fs::path& where,
                                const std::string& hint) {
  throw Error(what, where.string(), hint);
}

void plugin_check_library(const std::string& library, const fs::path& folder,
                          const fs::path& manifest) {
  if (library.empty() || library.find('/') != std::string::npos || library[0] == '.') {
    plugin_refuse("\"library\" must be the name of a file in the plugin's folder", manifest,
                  "write the library's file name");
  }
  const fs::path file = folder / library;
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) {
    plugin_refuse("the plugin's library is missing", file, "build or install the plugin again");
  }
}

// Who may write to a folder that the user added could run code as the user.
void plugin_check_guarded(const fs::path& folder, const fs::path& library) {
  std::error_code ignored;
  for (const fs::path& path : {folder.parent_path(), folder, fs::canonical(library, ignored)}) {
    if (plugin_others_can_write(path)) {
      plugin_refuse("other users may change it", path, "chmod go-w it");
    }
  }
}

// Reads and checks plugin.json; throws Error with the reason.
void plugin_read_manifest(PluginManifest& manifest, const fs::path& folder) {
  const fs::path file = folder / "plugin.json";
  const Json json = Json::parse(read_file(file, 1 << 16), nullptr, false);
  if (!json.is_object()) plugin_refuse("plugin.json is no JSON object", file, "correct it");
  manifest.info.version = plugin_text(json, "version");
  manifest.info.summary = plugin_text(json, "summary");
  const std::string name = plugin_text(json, "name");
  if (name != manifest.info.name) {
    plugin_refuse("its name \"" + name + "\" is not its folder's name", file,
                  "name it \"" + manifest.info.name + "\"");
  }
  const std::string abi = plugin_text(json, "abi");
  if (abi != kPluginAbi) {
    plugin_refuse(
        "it is made for contract \"" + abi + "\", this program has \"" + kPluginAbi + "\"", file,
        "build the plugin against this version");
  }
  const std::string library = plugin_text(json, "library");
  plugin_check_library(library, folder, file);
  manifest.library = folder / library;
}

std::string plugin_open(const fs::path& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    return reason == nullptr ? "dlopen failed" : reason;
  }
  const auto abi = reinterpret_cast<const char* (*)()>(dlsym(handle, "warmstart_plugin_abi"));
  if (abi == nullptr) return "it has no entry point; add WARMSTART_PLUGIN_ENTRY to its sources";
  if (std::string(abi()) != kPluginAbi) {
    return "its code is made for contract \"" + std::string(abi()) + "\", this program has \"" +
           kPluginAbi + "\"; build the plugin against this version";
  }
  return "";
}

// Runs the library's static constants; whatever goes wrong, the catalog is as it was before.
std::string plugin_load(const fs::path& library) {
  Catalog& catalog = Catalog::instance();
  const std::size_t before = catalog.all().size();
  std::vector<std::string> rejected;
  catalog.collect_rejected(&rejected);
  std::string error = plugin_open(library);
  catalog.collect_rejected(nullptr);
  if (error.empty() && !rejected.empty()) error = rejected.front() + "; rename the component";
  if (!error.empty()) catalog.shrink(before);
  return error;
}

PluginStatus plugin_try(const fs::path& folder, bool guarded) {
  PluginManifest manifest;
  manifest.info.name = folder.filename().string();
  manifest.info.path = folder;
  try {
    plugin_read_manifest(manifest, folder);
    if (guarded) plugin_check_guarded(folder, manifest.library);
    manifest.info.error = plugin_load(manifest.library);
  } catch (const Error& error) {
    manifest.info.error = error.what();
  }
  manifest.info.state = manifest.info.error.empty() ? "loaded" : "failed";
  return manifest.info;
}

std::vector<fs::path> plugin_folders_in(const fs::path& root) {
  std::vector<fs::path> folders;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(root, failed)) {
    if (fs::is_regular_file(entry.path() / "plugin.json", failed)) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

PluginStatus plugin_without_code(const std::string& name, const fs::path& folder,
                                 const std::string& state, const std::string& error) {
  PluginStatus info;
  info.name = name;
  info.path = folder;
  info.state = state;
  info.error = error;
  return info;
}

void plugin_collect_types(const Value& value, std::set<std::string>& plugins) {
  // A component is named under one of these keys, or by a plain scalar in their place.
  const auto note = [&](const Value& name) {
    const std::size_t dot = name.text.find('.');
    if (!name.is_scalar() || dot == std::string::npos || dot == 0) return;
    const std::string prefix = name.text.substr(0, dot);
    const bool plain =
        prefix.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (plain && prefix.find_first_not_of("0123456789") != std::string::npos)
      plugins.insert(prefix);
  };
  static const std::set<std::string> kKeys = {"type",       "dataset",   "inspector", "model",
                                              "objective",  "optimizer", "schedule",  "inference",
                                              "transforms", "metrics",   "surgery"};
  for (const auto& [key, member] : value.members) {
    if (kKeys.count(key) > 0) {
      note(member);
      for (const Value& item : member.items) note(item);
    }
    plugin_collect_types(member, plugins);
  }
  for (const Value& item : value.items) plugin_collect_types(item, plugins);
}

}  // namespace

Json PluginStatus::to_json() const {
  return {{"name", name},   {"version", version}, {"summary", summary},
          {"state", state}, {"error", error},     {"path", path.string()}};
}

namespace {

std::vector<fs::path> plugin_user_roots() {
  std::vector<fs::path> roots;
  if (const char* list = std::getenv("WARMSTART_PLUGIN_PATH")) {
    std::string rest = list;
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      // A relative folder would load code from wherever the program happens to be started.
      if (rest[0] == '/') roots.emplace_back(rest.substr(0, colon));
      rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
  }
  return roots;
}

}  // namespace

std::vector<fs::path> plugin_search_path() {
  std::vector<fs::path> roots = plugin_user_roots();
  const fs::path here = plugin_library_dir();
  roots.push_back(here / "warmstart/plugins");
  roots.push_back(here / "plugins");
  return roots;
}

std::vector<PluginStatus> load_plugins(const std::optional<std::vector<std::string>>& names) {
  std::vector<PluginStatus> result;
  std::set<std::string> seen;
  const std::vector<fs::path> user_roots = plugin_user_roots();
  for (const fs::path& root : plugin_search_path()) {
    const bool guarded = std::find(user_roots.begin(), user_roots.end(), root) != user_roots.end();
    for (const fs::path& folder : plugin_folders_in(root)) {
      const std::string name = folder.filename().string();
      if (!seen.insert(name).second) continue;
      const auto loaded = plugins_loaded().find(name);
      if (loaded != plugins_loaded().end()) {
        result.push_back(loaded->second);
      } else if (names && std::find(names->begin(), names->end(), name) == names->end()) {
        result.push_back(plugin_without_code(name, folder, "disabled", ""));
      } else {
        result.push_back(plugin_try(folder, guarded));
        if (result.back().state == "loaded") plugins_loaded()[name] = result.back();
      }
    }
  }
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    if (seen.count(name) > 0) continue;
    result.push_back(plugin_without_code(
        name, "", "failed", "not installed; put its folder into $WARMSTART_PLUGIN_PATH"));
  }
  return result;
}

std::vector<std::string> plugins_named_in(const Value& recipe_tree) {
  std::set<std::string> plugins;
  plugin_collect_types(recipe_tree, plugins);
  return {plugins.begin(), plugins.end()};
}

}  // namespace warmstart
