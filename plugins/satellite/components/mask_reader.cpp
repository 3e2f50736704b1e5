#include "plugins/satellite/components/mask_reader.h"

#include <ATen/ATen.h>

#include <cmath>
#include <set>

#include "core/base/error.h"
#include "plugins/satellite/components/scene_map.h"

namespace warmstart::satellite {

void MaskReader::check(const SceneTiles& tiles) const {
  std::set<Path> seen;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const Path& mask = tiles.files(i).mask;
    if (!seen.insert(mask).second) continue;
    if (settings_.numbers) {
      check_numbers(tiles, i);
    } else if (is_vector_name(mask)) {
      check_shapes(mask, settings_.shapes);
    }
  }
}

void MaskReader::check_numbers(const SceneTiles& tiles, std::size_t i) const {
  const Path& file = tiles.files(i).mask;
  if (is_vector_name(file))
    throw Error("shapes hold no number for each pixel", file.string(),
                "give a raster, or masks_hold: classes");
  const std::size_t bands = tiles.mask(i)->info().bands.size();
  if (bands != 1)
    throw Error("the raster of numbers has " + std::to_string(bands) + " bands, one is needed",
                file.string(), "write the wanted one alone (gdal_translate -b)");
}

at::Tensor MaskReader::classes(const SceneTiles& tiles, std::size_t i) const {
  if (tiles.mask(i) == nullptr) return burned(tiles, i);
  const Scene& mask = *tiles.mask(i);
  const Window& window = tiles.tile(i).window;
  const std::vector<float> stored = mask.read({0}, window);
  at::Tensor label = at::full({window.height, window.width}, kNoClass, at::kLong);
  std::int64_t* const out = label.data_ptr<std::int64_t>();
  for (std::size_t p = 0; p < stored.size(); ++p)
    if (!std::isnan(stored[p])) out[p] = class_of(stored[p], mask);
  return label;
}

at::Tensor MaskReader::numbers(const SceneTiles& tiles, std::size_t i) const {
  const Window& window = tiles.tile(i).window;
  const std::vector<float> stored = tiles.mask(i)->read({0}, window);
  return at::tensor(at::ArrayRef<float>(stored), at::kFloat).view({1, window.height, window.width});
}

at::Tensor MaskReader::burned(const SceneTiles& tiles, std::size_t i) const {
  const Window& window = tiles.tile(i).window;
  const std::vector<std::uint8_t> classes =
      burn_labels(tiles.files(i).mask, tiles.scene(i).info(), window, settings_.shapes);
  return at::tensor(at::ArrayRef<std::uint8_t>(classes), at::kByte)
      .to(at::kLong)
      .view({window.height, window.width});
}

std::int64_t MaskReader::class_of(float stored, const Scene& mask) const {
  const auto classes = static_cast<std::int64_t>(settings_.shapes.classes.size());
  for (std::int64_t k = 0; k < classes; ++k) {
    const std::int64_t value =
        settings_.values.empty() ? k : settings_.values[static_cast<std::size_t>(k)];
    if (stored == static_cast<float>(value)) return k;
  }
  throw Error("mask " + mask.name() + " holds " + c10::str(stored) + ", which is no class",
              mask.file().string(),
              "correct `values`, or the mask and its no-data value; for numbers such as densities "
              "set masks_hold: numbers");
}

}  // namespace warmstart::satellite
