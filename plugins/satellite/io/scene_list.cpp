#include "plugins/satellite/io/scene_list.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.h"
#include "plugins/satellite/io/format_check.h"
#include "plugins/satellite/io/vector_labels.h"

namespace warmstart::satellite {
namespace {

std::vector<Path> sorted_entries(const Path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw Error("there is no such folder", folder.string(), "check the name");
  std::vector<Path> entries;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_raster_file(const Path& path) {
  return std::filesystem::is_regular_file(path) && is_raster_name(path);
}

[[noreturn]] void refuse_empty(const Path& folder) {
  throw Error("there are no rasters", folder.string(),
              "give GeoTIFF, JPEG 2000, VRT, PNG or JPEG files");
}

/// A folder may be written with a stroke at its end.
Path without_stroke(const Path& path) { return path.has_filename() ? path : path.parent_path(); }

std::vector<Path> rasters_below(const Path& folder) {
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (is_raster_file(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

SceneFiles scene_at(const Path& given) {
  const Path path = without_stroke(given);
  SceneFiles scene;
  if (!std::filesystem::is_directory(path)) {
    scene.name = path.stem().string();
    scene.images = {path};
    return scene;
  }
  scene.name = path.filename().string();
  for (const Path& file : sorted_entries(path))
    if (is_raster_file(file)) scene.images.push_back(file);
  if (scene.images.empty()) refuse_empty(path);
  return scene;
}

std::vector<SceneFiles> scenes_apart(const std::vector<std::string>& paths) {
  std::vector<SceneFiles> scenes;
  std::map<std::string, int> called;
  for (const std::string& path : paths) {
    scenes.push_back(scene_at(path));
    ++called[scenes.back().name];
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    std::string& name = scenes[i].name;
    if (called[name] > 1)
      name = without_stroke(paths[i]).parent_path().filename().string() + "_" + name;
    if (names.insert(name).second) continue;
    throw Error("two inputs would both be written as " + name, paths[i],
                "give each once, or predict them one by one into folders of their own");
  }
  return scenes;
}

std::vector<SceneFiles> images_at(const std::vector<std::string>& paths) {
  std::vector<SceneFiles> images;
  for (const std::string& path : paths) {
    const bool folder = std::filesystem::is_directory(path);
    const std::vector<Path> files = folder ? rasters_below(path) : std::vector<Path>{path};
    if (files.empty()) refuse_empty(path);
    for (const Path& file : files) images.push_back({file.string(), {file}, {}, {}});
  }
  return images;
}

std::vector<SceneFiles> find_pairs(const Path& root, const std::string& images,
                                   const std::string& masks) {
  std::map<std::string, Path> mask_of;
  if (!masks.empty()) {
    for (const Path& file : sorted_entries(root / masks))
      if (is_raster_file(file) || is_vector_name(file)) mask_of[file.stem().string()] = file;
  }
  std::vector<SceneFiles> scenes;
  for (const Path& entry : sorted_entries(root / images)) {
    if (!is_raster_file(entry) && !std::filesystem::is_directory(entry)) continue;
    SceneFiles scene = scene_at(entry);
    if (!masks.empty()) {
      const auto found = mask_of.find(scene.name);
      if (found == mask_of.end())
        throw Error("image " + scene.name + " has no mask", (root / masks).string(),
                    "add it under the image's name, or leave the image out");
      scene.mask = found->second;
    }
    scenes.push_back(std::move(scene));
  }
  if (scenes.empty()) refuse_empty(root / images);
  return scenes;
}

std::vector<SceneFiles> find_class_folders(const Path& root) {
  std::vector<SceneFiles> scenes;
  for (const Path& folder : sorted_entries(root)) {
    if (is_raster_file(folder))
      throw Error("the image is in no class folder", folder.string(),
                  "put it into a folder named as its class");
    if (!std::filesystem::is_directory(folder)) continue;
    for (const Path& file : rasters_below(folder)) {
      SceneFiles scene{Path(file.lexically_relative(root)).replace_extension().string(),
                       {file},
                       {},
                       folder.filename().string()};
      scenes.push_back(std::move(scene));
    }
  }
  if (scenes.empty()) refuse_empty(root);
  return scenes;
}

}  // namespace warmstart::satellite
