#include "plugins/audio/components/frame_encoder.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"

namespace warmstart::audio {

at::Tensor frames_of(const at::Tensor& image, std::int64_t bands, const std::string& model) {
  check_image(image, 2, 1, model);
  if (image.size(2) != bands) {
    throw Error("the model expects " + std::to_string(bands) +
                    " features a frame, the data gives " + std::to_string(image.size(2)),
                model, "set the model's bands to the transform's mels or coefficients");
  }
  return image.squeeze(1).transpose(1, 2);
}

}  // namespace warmstart::audio
