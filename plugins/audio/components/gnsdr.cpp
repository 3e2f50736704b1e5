#include "plugins/audio/components/gnsdr.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "plugins/audio/components/separation_quality.h"

namespace warmstart::audio {

void SeparationGain::begin(const Json& facts) {
  mean_samples_ = facts.value("mean_samples", 0.0);
  if (mean_samples_ > 0) return;
  throw Error("the data set does not tell the length of its clips", "metric " + name_,
              "measure on audio.mixture_pairs");
}

std::vector<CaseValue> SeparationGain::evaluate(const std::string& sample, const Batch& outputs,
                                                const Batch& fields) {
  const at::Tensor sources = at::stack({fields.get("voice"), fields.get("song")});
  const double gain =
      separation_quality(voice(outputs, fields), sources, 0, config_.filter_length).sdr -
      separation_quality(fields.get("wave"), sources, 0, config_.filter_length).sdr;
  const auto samples = static_cast<double>(fields.get("wave").size(0));
  return {{name_, "", sample, gain * samples / mean_samples_}};
}

struct Gnsdr final : SeparationGain {
  explicit Gnsdr(const Config& config) : SeparationGain("audio.gnsdr", config) {}
  at::Tensor voice(const Batch& outputs, const Batch& /*fields*/) const override {
    return outputs.get("voice_estimate");
  }
};

const Registered<Metric, Gnsdr> gnsdr{Card{
    .name = "gnsdr",
    .summary = "gain in SDR over the mixture, weighted by the clips' lengths",
    .needs = {"wave", "voice", "song", "voice_estimate"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
