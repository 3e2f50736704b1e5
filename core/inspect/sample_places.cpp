#include "core/inspect/sample_places.h"

#include <ATen/ATen.h>

namespace warmstart {

void add_sample_places(Capture& capture, const Batch& watch) {
  if (!watch.has("geotransform") || !watch.has("image")) return;
  const at::Tensor& image = watch.get("image");
  if (image.dim() != 4) return;
  capture.header["axes"]["geotransform"] = "S 6";
  capture.header["tile"] = {image.size(2), image.size(3)};
  capture.tensors.emplace_back("geotransform", watch.get("geotransform"));
}

}  // namespace warmstart
