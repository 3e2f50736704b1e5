// Which files of a folder belong together: images with their masks, or images in class folders.
// Looks at names only.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::satellite {

struct SceneFiles {
  std::string name;
  std::vector<Path> images;  ///< one file, or those of a folder of bands, by name
  Path mask;                 ///< empty: none
  std::string label;         ///< class folder; "" = none
};

/// root/`images`/NAME.tif, or root/`images`/NAME/BAND.tif, with root/`masks`/NAME.*; by name. With
/// an empty `masks` there are none. Errors: no such folder, no rasters in it, an image without a
/// mask.
std::vector<SceneFiles> find_pairs(const Path& root, const std::string& images,
                                   const std::string& masks);

/// root/CLASS/.../NAME.jpg; by class and name. Errors: no such folder, no rasters in it, a raster
/// in no class folder.
std::vector<SceneFiles> find_class_folders(const Path& root);

/// A file, or a folder of band files, as one scene.
SceneFiles scene_at(const Path& path);

/// As scene_at, of inputs whose results are to lie in one folder: scenes of equal names get their
/// folder's name in front. Error when they are alike even so.
std::vector<SceneFiles> scenes_apart(const std::vector<std::string>& paths);

/// A file, or every raster below a folder, each for itself; called by its path.
std::vector<SceneFiles> images_at(const std::vector<std::string>& paths);

}  // namespace warmstart::satellite
