// A raster through the guarded reader (warmstart-raster-reader stream FILE): this process loads no
// decoder. Any thread; one waits for another.
#pragma once
#include <mutex>

#include "core/base/reader_stream.h"
#include "views/map/map_raster.h"

namespace warmstart {

class RasterStream final : public MapRaster {
 public:
  /// Starts the reader on the file. Errors: no reader, no raster, a damaged one.
  explicit RasterStream(const Path& file);
  std::optional<std::vector<float>> read(const std::vector<int>& bands,
                                         const RasterPart& part) override;
  std::optional<std::array<double, 2>> latitudeLongitude(double column, double row) override;

 private:
  bool ask(const std::string& line);
  std::mutex mutex_;
  std::optional<ReaderStream> reader_;
};

/// Whether a name ends like that of a georeferenced raster; pictures (.png, .jpg) do not.
bool isRasterFile(const Path& file);

}  // namespace warmstart
