// The ceiling of mask prediction: the GNSDR of the ideal binary mask itself.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "plugins/audio/components/gnsdr.h"
#include "plugins/audio/components/spectra.h"

namespace warmstart::audio {

struct OracleGnsdr final : SeparationGain {
  explicit OracleGnsdr(const Config& config) : SeparationGain("audio.oracle_gnsdr", config) {}
  at::Tensor voice(const Batch& /*outputs*/, const Batch& fields) const override {
    const at::Tensor mask =
        fields.get("voice_magnitude").gt(fields.get("song_magnitude")).to(at::kFloat);
    const auto* values = fields.get("stft").data_ptr<std::int64_t>();
    const StftOptions options{values[0], values[1], values[2], values[3] != 0};
    return istft(at::polar(mask * fields.get("image")[0], fields.get("phase")), options,
                 fields.get("wave").size(0));
  }
};

const Registered<Metric, OracleGnsdr> oracle_gnsdr{Card{
    .name = "oracle_gnsdr",
    .summary = "the GNSDR of the ideal binary mask: the ceiling of what is learnt",
    .needs = {"wave", "voice", "song", "image", "phase", "stft", "voice_magnitude"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
