// From a sample's wave to mel power: what log_mel and mfcc share. The filters are made once.
#pragma once
#include <string>

#include "core/data/dataset.h"
#include "plugins/audio/components/spectra.h"

namespace warmstart::audio {

class MelFrontEnd {
 public:
  struct Options {
    StftOptions stft;
    MelOptions mel;
    void describe(Fields& fields);
  };
  explicit MelFrontEnd(const Options& options);
  /// (T,M) mel power of field "wave". Error when the sample's rate is not the one of the settings.
  at::Tensor power(const Sample& sample) const;
  at::Tensor power(const at::Tensor& wave_N) const;
  /// Adds what a reader of the features must know: stft (window, fft, hop, 0) for their times and,
  /// where they are mel bands, bands (M), the centre of each in Hz.
  void describe_frames(Batch& fields) const;
  void describe_bands(Batch& fields) const;

 private:
  Options options_;
  at::Tensor filters_FM_, centres_M_;
};

}  // namespace warmstart::audio
