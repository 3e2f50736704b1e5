// What the metrics audio.cer and audio.wer share: edits between what was said and what a CTC output
// reads as, over the length of what was said.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/fields.h"
#include "core/metrics/metric.h"
#include "plugins/audio/io/alphabet.h"

namespace warmstart::audio {

class TranscriptErrors : public Metric {
 public:
  struct Config {
    std::int64_t beam = 1;
    void describe(Fields& fields) {
      fields
          .field("beam", beam,
                 "prefixes kept by the beam search; 1 = greedy: the best class of each frame")
          .within(1, 10000);
    }
  };
  TranscriptErrors(std::string name, const Config& config)
      : name_(std::move(name)), config_(config) {}
  /// Error when the data set has no alphabet.
  void begin(const Json& facts) override;
  /// "<name>_clip": edits over the clip's own length.
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override;
  /// "<name>": all edits over all lengths.
  std::vector<CaseValue> over_all() const override;
  bool higher_is_better() const override { return false; }

 private:
  /// The text's units, each a string.
  virtual std::vector<std::string> units(const std::string& text) const = 0;
  std::string name_;
  Config config_;
  Alphabet alphabet_;
  std::int64_t edits_ = 0, length_ = 0;
};

}  // namespace warmstart::audio
