// Word error rate: the fewest insertions, deletions and replacements of words that turn the
// transcripts into what was read, over the transcripts' words.
#include <sstream>

#include "core/catalog/catalog.h"
#include "plugins/audio/components/transcript_errors.h"

namespace warmstart::audio {

struct Wer final : TranscriptErrors {
  explicit Wer(const Config& config) : TranscriptErrors("audio.wer", config) {}
  std::vector<std::string> units(const std::string& text) const override {
    std::vector<std::string> words;
    std::istringstream stream(text);
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
  }
};

const Registered<Metric, Wer> wer{Card{
    .name = "wer",
    .summary = "word error rate of a CTC output, greedy or by beam search",
    .needs = {"logits", "transcript"},
    .yields = {},
    .papers = {39},
}};

}  // namespace warmstart::audio
