#include "plugins/satellite/io/gdal_session.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <gdal_frmts.h>

#include <algorithm>
#include <mutex>

namespace warmstart::satellite {
namespace {

constexpr GIntBig kBlockCacheBytes = GIntBig{64} << 20;

void keep_message(CPLErr kind, CPLErrorNum, const char* message) {
  if (kind == CE_Debug || kind == CE_None) return;
  static_cast<GdalErrors*>(CPLGetErrorHandlerUserData())->note(kind != CE_Warning, message);
}

}  // namespace

void start_gdal() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Nothing beside the file itself: no sidecar, no directory listing, no script, no network.
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO");
    CPLSetConfigOption("VRT_SHARED_SOURCE", "0");  // sources belong to one thread's data set
    // On several threads GDAL 3.6 reads bands in the wrong order and beyond its memory, so what the
    // environment says of it does not count.
    CPLSetConfigOption("GDAL_NUM_THREADS", "1");
    GDALSetCacheMax64(kBlockCacheBytes);
    GDALRegister_GTiff();
    GDALRegister_VRT();
    GDALRegister_PNG();
    GDALRegister_JPEG();
    GDALRegister_JP2OpenJPEG();
  });
}

const char* const* raster_drivers() {
  static const char* const kDrivers[] = {"GTiff", "VRT", "PNG", "JPEG", "JP2OpenJPEG", nullptr};
  return kDrivers;
}

GdalErrors::GdalErrors() {
  start_gdal();
  CPLPushErrorHandlerEx(keep_message, this);
}

GdalErrors::~GdalErrors() { CPLPopErrorHandler(); }

void GdalErrors::note(bool failed, const char* message) {
  std::string& kept = failed ? failure_ : warning_;
  if (!kept.empty()) return;
  kept = message;
  std::replace(kept.begin(), kept.end(), '\n', ' ');
}

}  // namespace warmstart::satellite
