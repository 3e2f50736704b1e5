// The global normalised SDR of MIREX: what gnsdr and oracle_gnsdr share. They differ in the voice
// that is judged.
#pragma once
#include <string>

#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart::audio {

/// How much an estimate of the voice is nearer to it than the mixture is, weighted by the clip's
/// length over the data's mean length, so that the mean over clips is sum(len * NSDR) / sum(len).
class SeparationGain : public Metric {
 public:
  struct Config {
    std::int64_t filter_length = 1;
    void describe(Fields& fields) {
      fields.field("filter_length", filter_length, "allowed distortion filter; 1 = a gain alone")
          .within(1, 1024)
          .unit("samples");
    }
  };
  SeparationGain(std::string name, const Config& config)
      : name_(std::move(name)), config_(config) {}
  /// Error when the data set does not tell the mean length of its clips.
  void begin(const Json& facts) override;
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override;
  bool higher_is_better() const override { return true; }
  std::string unit() const override { return "dB"; }

 private:
  /// The waveform that is judged, as long as the field `wave`.
  virtual at::Tensor voice(const Batch& outputs, const Batch& fields) const = 0;
  std::string name_;
  Config config_;
  double mean_samples_ = 1;
};

}  // namespace warmstart::audio
