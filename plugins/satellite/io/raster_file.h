// A raster file opened with GDAL: what it says of itself, and windows of its pixels. Only code that
// was admitted by the gate (raster_gate.h), or runs in the guarded reader, opens files here. One
// thread at a time; several may each hold their own.
#pragma once
#include <memory>
#include <vector>

#include "core/base/files.h"
#include "plugins/satellite/io/raster.h"

namespace warmstart::satellite {

/// Most that one window of pixels takes.
inline constexpr std::int64_t kMostWindowBytes = std::int64_t{4} << 30;

enum class Resampling { kNearest, kBilinear, kAverage };

/// A part of a raster on a grid of its own: `columns` x `rows` values over the rectangle from
/// (left, top), in pixels of the file.
struct ResampledWindow {
  double left = 0, top = 0, width = 0, height = 0;
  std::int64_t columns = 0, rows = 0;
  Resampling resampling = Resampling::kBilinear;
};

class RasterFile {
 public:
  /// Errors: as GDAL says it; no bands, complex values.
  explicit RasterFile(const Path& path);
  ~RasterFile();
  RasterFile(const RasterFile&) = delete;
  RasterFile& operator=(const RasterFile&) = delete;
  const RasterInfo& info() const { return info_; }

  /// Physical values (stored * scale + offset) of `bands` (from 0) as (band, row, column); NaN
  /// where there is no data. Errors: a window outside the raster; what the decoder says.
  std::vector<float> read(const std::vector<std::size_t>& bands, const Window& window) const;
  std::vector<float> read(const std::vector<std::size_t>& bands,
                          const ResampledWindow& window) const;
  /// What whole numbers stand for: metadata CLASS_0, CLASS_1, ... of the file ("" for those that
  /// are not named), else the category names of its first band; empty = not said.
  std::vector<std::string> class_names() const;
  /// Width and height of the blocks that are decoded together.
  std::array<std::int64_t, 2> block() const;

 private:
  void to_physical(const std::vector<std::size_t>& bands, std::vector<float>& values) const;
  struct Handle;
  Path path_;
  std::unique_ptr<Handle> handle_;
  RasterInfo info_;
};

}  // namespace warmstart::satellite
