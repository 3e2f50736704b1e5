// SDR, SIR and SAR of separated voices (see separation_quality.h), and what the mixture itself has.
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"
#include "plugins/audio/components/separation_quality.h"

namespace warmstart::audio {

/// Parts, each in dB: sdr, sir, sar; mixture_sdr of the unseparated mixture; nsdr = sdr -
/// mixture_sdr.
struct BssEval final : Metric {
  struct Config {
    std::int64_t filter_length = 512;
    void describe(Fields& fields) {
      fields.field("filter_length", filter_length, "allowed distortion filter; 1 = a gain alone")
          .within(1, 1024)
          .unit("samples");
    }
  };
  explicit BssEval(const Config& config) : config_(config) {}

  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor sources = at::stack({fields.get("voice"), fields.get("song")});
    const auto quality =
        separation_quality(outputs.get("voice_estimate"), sources, 0, config_.filter_length);
    const auto mixture = separation_quality(fields.get("wave"), sources, 0, config_.filter_length);
    const auto value = [&](const char* part, double decibels) {
      return CaseValue{"audio.bss_eval", part, sample, decibels};
    };
    return {value("sdr", quality.sdr), value("sir", quality.sir), value("sar", quality.sar),
            value("mixture_sdr", mixture.sdr), value("nsdr", quality.sdr - mixture.sdr)};
  }
  bool higher_is_better() const override { return true; }
  std::string unit() const override { return "dB"; }

 private:
  Config config_;
};

const Registered<Metric, BssEval> bss_eval{Card{
    .name = "bss_eval",
    .summary =
        "distortion, interference and artifacts of separated voices, and what the mixture has",
    .needs = {"wave", "voice", "song", "voice_estimate"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
