// The ceiling of mask prediction: the GNSDR of the ideal binary mask itself.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "plugins/audio/components/gnsdr.h"
#include "plugins/audio/components/spectra.h"

namespace warmstart::audio {

struct OracleGnsdr final : Metric {
  struct Config {
    std::int64_t filter_length = 1;
    void describe(Fields& fields) {
      fields.field("filter_length", filter_length, "allowed distortion filter; 1 = a gain alone")
          .within(1, 1024)
          .unit("samples");
    }
  };
  explicit OracleGnsdr(const Config& config) : config_(config) {}
  void begin(const Json& facts) override { mean_ = mean_samples_of(facts, "audio.oracle_gnsdr"); }
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch&,
                                  const Batch& fields) override {
    const at::Tensor mask =
        fields.get("voice_magnitude").gt(fields.get("song_magnitude")).to(at::kFloat);
    const auto* values = fields.get("stft").data_ptr<std::int64_t>();
    const StftOptions options{values[0], values[1], values[2], values[3] != 0};
    const at::Tensor voice = istft(at::polar(mask * fields.get("image")[0], fields.get("phase")),
                                   options, fields.get("wave").size(0));
    const double value = weighted_nsdr(voice, fields, config_.filter_length, mean_);
    return {{"audio.oracle_gnsdr", "", sample, value}};
  }
  bool higher_is_better() const override { return true; }
  std::string unit() const override { return "dB"; }

 private:
  Config config_;
  double mean_ = 1;
};

const Registered<Metric, OracleGnsdr> oracle_gnsdr{Card{
    .name = "oracle_gnsdr",
    .summary = "the GNSDR of the ideal binary mask: the ceiling of what is learnt",
    .needs = {"wave", "voice", "song", "image", "phase", "stft", "voice_magnitude"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
