#include "plugins/audio/components/gnsdr.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "plugins/audio/components/separation_quality.h"

namespace warmstart::audio {

double weighted_nsdr(const at::Tensor& estimate, const Batch& fields, std::int64_t filter_length,
                     double mean_samples) {
  const at::Tensor sources = at::stack({fields.get("voice"), fields.get("song")});
  const double gain = separation_quality(estimate, sources, 0, filter_length).sdr -
                      separation_quality(fields.get("wave"), sources, 0, filter_length).sdr;
  return gain * static_cast<double>(fields.get("wave").size(0)) / mean_samples;
}

double mean_samples_of(const Json& facts, const std::string& metric) {
  const double mean = facts.value("mean_samples", 0.0);
  if (mean > 0) return mean;
  throw Error("the data set does not tell the length of its clips", "metric " + metric,
              "measure on audio.mixture_pairs");
}

struct Gnsdr final : Metric {
  struct Config {
    std::int64_t filter_length = 1;
    void describe(Fields& fields) {
      fields.field("filter_length", filter_length, "allowed distortion filter; 1 = a gain alone")
          .within(1, 1024)
          .unit("samples");
    }
  };
  explicit Gnsdr(const Config& config) : config_(config) {}
  void begin(const Json& facts) override { mean_ = mean_samples_of(facts, "audio.gnsdr"); }
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const double value =
        weighted_nsdr(outputs.get("voice_estimate"), fields, config_.filter_length, mean_);
    return {{"audio.gnsdr", "", sample, value}};
  }
  bool higher_is_better() const override { return true; }
  std::string unit() const override { return "dB"; }

 private:
  Config config_;
  double mean_ = 1;
};

const Registered<Metric, Gnsdr> gnsdr{Card{
    .name = "gnsdr",
    .summary = "gain in SDR over the mixture, weighted by the clips' lengths",
    .needs = {"wave", "voice", "song", "voice_estimate"},
    .yields = {},
    .papers = {2},
}};

}  // namespace warmstart::audio
