// A raster through the guarded reader (warmstart-raster-reader stream FILE): this process loads no
// decoder. Any thread; one waits for another. A reader that a part of the file has killed is
// started again for the next part, a few times.
#pragma once
#include <mutex>

#include "core/base/reader_stream.h"
#include "views/map/map_raster.h"

namespace warmstart {

class RasterStream final : public MapRaster {
 public:
  /// Starts the reader on the file. Errors: no reader, no raster, a damaged one.
  explicit RasterStream(const Path& file);
  std::vector<float> read(const std::vector<int>& bands, const RasterPart& part) override;
  std::optional<std::array<double, 2>> latitudeLongitude(double column, double row) override;

 private:
  void start();
  void ask(const std::string& line);
  [[noreturn]] void lose(const std::string& how);
  template <class Value>
  std::vector<Value> answer(const std::string& line, std::size_t most);
  std::mutex mutex_;
  std::optional<ReaderStream> reader_;
  int starts_ = 0;
};

/// Whether a name ends like that of a raster.
bool isRasterFile(const Path& file);

}  // namespace warmstart
