// A model that turns acoustic frames into a representation of each: what audio.tera pretrains.
#pragma once
#include "core/models/model.h"

namespace warmstart::audio {

class FrameEncoder : public Model {
 public:
  /// frames (B,T,F) -> (B,T,width()).
  virtual at::Tensor encode(const at::Tensor& frames_BTF) = 0;
  virtual std::int64_t bands() const = 0;  ///< F
  virtual std::int64_t width() const = 0;
};

/// image (B,1,F,T) of a spectrogram -> frames (B,T,F). Error naming `model` when F is not `bands`.
at::Tensor frames_of(const at::Tensor& image, std::int64_t bands, const std::string& model);

}  // namespace warmstart::audio
