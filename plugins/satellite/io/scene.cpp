#include "plugins/satellite/io/scene.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/base/error.h"

namespace warmstart::satellite {
namespace {

constexpr std::size_t kOpenFiles = 4;  // of each thread

/// Opening a file costs more than reading a small window of it.
std::shared_ptr<const RasterFile> open_admitted(const RasterAdmission& admission) {
  struct Open {
    Path file;
    std::filesystem::file_time_type changed;
    std::shared_ptr<const RasterFile> raster;
  };
  thread_local std::deque<Open> open;
  require_unchanged(admission);
  const auto found = std::find_if(open.begin(), open.end(), [&](const Open& one) {
    return one.file == admission.file && one.changed == admission.changed;
  });
  if (found != open.end()) return found->raster;
  open.push_front(
      {admission.file, admission.changed, std::make_shared<const RasterFile>(admission.file)});
  if (open.size() > kOpenFiles) open.pop_back();
  return open.front().raster;
}

double pixel_of(const RasterAdmission& part) {
  const RasterInfo& info = part.verdict.info;
  return info.place ? std::hypot(info.place->transform[1], info.place->transform[4])
                    : 1.0 / static_cast<double>(info.width);
}

}  // namespace

Scene::Scene(std::string name, std::vector<RasterAdmission> parts, SceneGrid grid)
    : name_(std::move(name)), parts_(std::move(parts)) {
  if (parts_.empty()) throw Error("the scene has no files", name_, "put its bands there");
  for (const RasterAdmission& part : parts_) require_good(part);
  const auto finer = [](const RasterAdmission& a, const RasterAdmission& b) {
    return pixel_of(a) < pixel_of(b);
  };
  const auto [finest, coarsest] = std::minmax_element(parts_.begin(), parts_.end(), finer);
  const RasterInfo& chosen = (grid == SceneGrid::kFinest ? finest : coarsest)->verdict.info;
  info_.width = chosen.width, info_.height = chosen.height, info_.place = chosen.place;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    check_area(parts_[part]);
    add_bands(part);
  }
}

void Scene::add_bands(std::size_t part) {
  const std::vector<RasterBand>& bands = parts_[part].verdict.info.bands;
  const std::string stem = parts_[part].file.stem().string();
  for (std::size_t band = 0; band < bands.size(); ++band) {
    RasterBand named = bands[band];
    if (parts_.size() > 1) named.name = bands.size() == 1 ? stem : stem + " " + named.name;
    info_.bands.push_back(std::move(named));
    sources_.push_back({part, band});
  }
}

void Scene::check_area(const RasterAdmission& part) const {
  const RasterInfo& info = part.verdict.info;
  const auto refuse = [&](const std::string& what) {
    throw Error("scene " + name_ + ": " + what, part.file.string(),
                "bring all bands of a scene to one area and CRS");
  };
  if (!info.place || !info_.place) return;
  if (crs_name(info.place->crs) != crs_name(info_.place->crs))
    refuse("the bands' CRS differ (" + crs_name(info.place->crs) + " vs " +
           crs_name(info_.place->crs) + ")");
  const double coarse =
      std::max(pixel_of(part), std::hypot(info_.place->transform[1], info_.place->transform[4]));
  for (const double along : {0.0, 1.0}) {
    for (const double down : {0.0, 1.0}) {
      const auto p = info.place->at(along * static_cast<double>(info.width),
                                    down * static_cast<double>(info.height));
      const auto q = info_.place->at(along * static_cast<double>(info_.width),
                                     down * static_cast<double>(info_.height));
      if (std::hypot(p[0] - q[0], p[1] - q[1]) > coarse / 2)
        refuse("the band covers another area than the others");
    }
  }
}

std::vector<float> Scene::read_part(std::size_t part, const std::vector<std::size_t>& bands,
                                    const Window& window) const {
  const auto raster = open_admitted(parts_[part]);
  const RasterInfo& own = raster->info();
  if (own.width == info_.width && own.height == info_.height) return raster->read(bands, window);
  const double across = static_cast<double>(own.width) / static_cast<double>(info_.width),
               down = static_cast<double>(own.height) / static_cast<double>(info_.height);
  ResampledWindow resampled{static_cast<double>(window.column) * across,
                            static_cast<double>(window.row) * down,
                            static_cast<double>(window.width) * across,
                            static_cast<double>(window.height) * down,
                            window.width,
                            window.height,
                            across < 1 ? Resampling::kBilinear : Resampling::kAverage};
  resampled.width = std::min(resampled.width, static_cast<double>(own.width) - resampled.left);
  resampled.height = std::min(resampled.height, static_cast<double>(own.height) - resampled.top);
  return raster->read(bands, resampled);
}

std::vector<float> Scene::read(const std::vector<std::size_t>& bands, const Window& window) const {
  if (parts_.size() == 1) return read_part(0, bands, window);
  const auto plane = static_cast<std::size_t>(window.width * window.height);
  std::vector<float> values(bands.size() * plane);
  for (std::size_t i = 0; i < bands.size();) {
    const std::size_t part = sources_.at(bands[i]).part;
    std::vector<std::size_t> own;
    const std::size_t first = i;
    for (; i < bands.size() && sources_.at(bands[i]).part == part; ++i)
      own.push_back(sources_[bands[i]].band);
    const std::vector<float> read = read_part(part, own, window);
    std::copy(read.begin(), read.end(),
              values.begin() + static_cast<std::ptrdiff_t>(first * plane));
  }
  return values;
}

std::vector<Window> tiles_over(std::int64_t width, std::int64_t height, std::int64_t tile,
                               double overlap) {
  if (tile == 0) return {{0, 0, width, height}};
  const auto starts = [&](std::int64_t length) {
    const std::int64_t rest = std::max<std::int64_t>(0, length - tile);
    const double step = std::max(1.0, static_cast<double>(tile) * (1 - overlap));
    const auto steps = static_cast<std::int64_t>(std::ceil(static_cast<double>(rest) / step));
    std::vector<std::int64_t> places{0};
    for (std::int64_t i = 1; i <= steps; ++i) places.push_back(rest * i / steps);
    return places;
  };
  std::vector<Window> tiles;
  for (const std::int64_t row : starts(height)) {
    for (const std::int64_t column : starts(width))
      tiles.push_back({column, row, std::min(tile, width), std::min(tile, height)});
  }
  return tiles;
}

}  // namespace warmstart::satellite
