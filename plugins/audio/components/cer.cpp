// Character error rate: the fewest insertions, deletions and replacements of characters that turn
// the transcripts into what was read, over the transcripts' characters.
#include "core/base/utf8.h"
#include "core/catalog/catalog.h"
#include "plugins/audio/components/transcript_errors.h"

namespace warmstart::audio {

struct Cer final : TranscriptErrors {
  explicit Cer(const Config& config) : TranscriptErrors("audio.cer", config) {}
  std::vector<std::string> units(const std::string& text) const override {
    std::vector<std::string> characters;
    for (const char32_t point : code_points(text)) append_utf8(characters.emplace_back(), point);
    return characters;
  }
};

const Registered<Metric, Cer> cer{Card{
    .name = "cer",
    .summary = "character error rate of a CTC output, greedy or by beam search",
    .needs = {"logits", "transcript"},
    .yields = {},
    .papers = {39},
}};

}  // namespace warmstart::audio
