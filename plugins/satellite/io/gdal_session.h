// GDAL as we allow it: a short list of raster drivers, no files beside the one that is opened, no
// network, a bounded block cache; and its messages caught instead of printed. Every call of GDAL in
// io/ happens inside a GdalErrors scope.
#pragma once
#include <string>

namespace warmstart::satellite {

/// Registers the drivers, once; thread-safe.
void start_gdal();
/// The drivers that may open a file: null-ended list for GDALOpenEx.
const char* const* raster_drivers();

/// While alive, errors and warnings of GDAL on this thread are kept here; scopes nest.
class GdalErrors {
 public:
  GdalErrors();
  ~GdalErrors();
  GdalErrors(const GdalErrors&) = delete;
  GdalErrors& operator=(const GdalErrors&) = delete;
  /// The first failure on one line, or the first warning where none failed; "" = nothing was said.
  std::string first() const { return !failure_.empty() ? failure_ : warning_; }
  const std::string& failure() const { return failure_; }
  /// Called by GDAL.
  void note(bool failed, const char* message);

 private:
  std::string failure_, warning_;
};

}  // namespace warmstart::satellite
