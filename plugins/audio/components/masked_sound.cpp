#include "plugins/audio/components/masked_sound.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "plugins/audio/components/spectra.h"

namespace warmstart::audio {
namespace {

at::Tensor masked_sound(const at::Tensor& mask_BFT, const Batch& batch, double threshold) {
  const at::Tensor settings = batch.get("stft")[0].to(at::kCPU);
  const auto* values = settings.data_ptr<std::int64_t>();
  const StftOptions options{values[0], values[1], values[2], values[3] != 0};
  const at::Tensor kept = mask_BFT * mask_BFT.ge(threshold);
  const at::Tensor magnitude = kept * batch.get("image").select(1, 0);
  return istft(at::polar(magnitude, batch.get("phase")), options, batch.get("wave").size(1));
}

}  // namespace

void add_separated(Batch& outputs, const at::Tensor& logits_BFT, const Batch& batch,
                   double threshold) {
  const at::Tensor mask = logits_BFT.sigmoid();
  outputs.set("logits", logits_BFT);
  outputs.set("voice_estimate", masked_sound(mask, batch, threshold));
  outputs.set("song_estimate", masked_sound(1 - mask, batch, threshold));
}

void check_bins(const at::Tensor& image, std::int64_t bins, const char* model) {
  check_image(image, 2, 1, model);
  if (image.size(2) == bins) return;
  throw Error("the model expects " + std::to_string(bins) + " bins, the data gives " +
                  std::to_string(image.size(2)),
              model, "set model.bins to fft / 2 + 1");
}

}  // namespace warmstart::audio
