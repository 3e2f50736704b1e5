#include "plugins/audio/components/transcript_errors.h"

#include <ATen/ATen.h>

#include <map>

#include "core/base/error.h"
#include "core/pathway/edit_distance.h"
#include "plugins/audio/components/ctc_decode.h"

namespace warmstart::audio {
namespace {

/// Units as numbers that both texts share.
class UnitNumbers {
 public:
  Symbols of(const std::vector<std::string>& units) {
    Symbols symbols;
    for (const std::string& unit : units)
      symbols.push_back(
          numbers_.try_emplace(unit, static_cast<std::uint16_t>(numbers_.size())).first->second);
    return symbols;
  }

 private:
  std::map<std::string, std::uint16_t> numbers_;
};

}  // namespace

void TranscriptErrors::begin(const Json& facts) {
  edits_ = length_ = 0;
  if (!facts.contains("alphabet")) {
    throw Error("the data has no transcripts", "metric " + name_, "measure on audio.transcripts");
  }
  alphabet_ = Alphabet(facts.at("alphabet").get<std::string>());
}

std::vector<CaseValue> TranscriptErrors::evaluate(const std::string& sample, const Batch& outputs,
                                                  const Batch& fields) {
  at::Tensor logits_TK = outputs.get("logits");
  if (logits_TK.dim() != 2 || logits_TK.size(1) != alphabet_.classes()) {
    throw Error("the model does not give a score of each character a frame", "metric " + name_,
                "measure a model trained by audio.ctc");
  }
  if (outputs.has("frames"))
    logits_TK = logits_TK.narrow(0, 0, outputs.get("frames").item<std::int64_t>());
  const at::Tensor labels = fields.get("transcript");
  const at::Tensor known = labels.masked_select(labels.ge(0)).to(at::kLong).contiguous();
  const std::string said = alphabet_.text_of(
      {known.data_ptr<std::int64_t>(), known.data_ptr<std::int64_t>() + known.numel()});
  const std::string read = alphabet_.text_of(config_.beam > 1 ? ctc_beam(logits_TK, config_.beam)
                                                              : ctc_greedy(logits_TK));
  UnitNumbers numbers;
  const Symbols reference = numbers.of(units(said));
  const std::int64_t edits = edit_distance(reference, numbers.of(units(read)));
  const auto length = static_cast<std::int64_t>(reference.size());
  edits_ += edits, length_ += length;
  return {{name_ + "_clip", "", sample,
           length > 0 ? static_cast<double>(edits) / static_cast<double>(length) : kUndefined}};
}

std::vector<CaseValue> TranscriptErrors::over_all() const {
  return {{name_, "", kWholeData,
           length_ > 0 ? static_cast<double>(edits_) / static_cast<double>(length_) : kUndefined}};
}

}  // namespace warmstart::audio
