#include "plugins/audio/components/mel_front_end.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "plugins/audio/components/waveform.h"

namespace warmstart::audio {

void MelFrontEnd::Options::describe(Fields& fields) {
  fields.field("rate", mel.rate, "samples a second of the data").at_least(1).unit("Hz");
  fields.field("window", stft.window, "length of a frame").at_least(2).unit("samples");
  fields.field("fft", stft.fft, "length of its Fourier transform; 0 = window")
      .at_least(0)
      .unit("samples");
  fields.field("hop", stft.hop, "between two frames").at_least(1).unit("samples");
  fields.field("mels", mel.mels, "frequency bands").at_least(1);
  fields.field("low", mel.low, "lower edge of the first band").at_least(0).unit("Hz");
  fields.field("high", mel.high, "upper edge of the last band; 0 = rate / 2")
      .at_least(0)
      .unit("Hz");
  fields.field("scale", mel.scale, "mel scale").one_of({"htk", "slaney"});
  fields.field("unit_area", mel.unit_area,
               "filters of area 1 (librosa's default) instead of height 1");
}

MelFrontEnd::MelFrontEnd(const Options& options)
    : options_(options),
      filters_FM_(mel_filters(options.stft.bins(), options.mel)),
      centres_M_(mel_centres(options.mel)) {
  check_stft(options.stft);
}

at::Tensor MelFrontEnd::power(const at::Tensor& wave_N) const {
  return at::mm(power_spectrum(wave_N, options_.stft), filters_FM_);
}

void MelFrontEnd::describe_frames(Batch& fields) const {
  fields.set("stft", at::tensor({options_.stft.window, options_.stft.fft, options_.stft.hop,
                                 std::int64_t{0}},
                                at::kLong));
}

void MelFrontEnd::describe_bands(Batch& fields) const { fields.set("bands", centres_M_); }

at::Tensor MelFrontEnd::power(const Sample& sample) const {
  const std::int64_t rate = rate_of(sample.fields);
  if (rate != options_.mel.rate) {
    throw Error("the sound is " + std::to_string(rate) + " Hz, the mel filters are made for " +
                    std::to_string(options_.mel.rate),
                sample.id, "set the transform's rate to the data's");
  }
  return power(sample.fields.get("wave"));
}

}  // namespace warmstart::audio
