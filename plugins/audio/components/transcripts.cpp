// Speech with what is said in it: the data set of speech recognition (seed card 39). Transcripts
// come from a table's column, or from a word for each class where every clip is one word.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/audio/components/admitted.h"
#include "plugins/audio/components/clip_fields.h"
#include "plugins/audio/components/ctc_decode.h"
#include "plugins/audio/components/prediction_table.h"
#include "plugins/audio/components/waveform.h"
#include "plugins/audio/io/alphabet.h"

namespace warmstart::audio {

class Transcripts final : public Dataset {
 public:
  struct Config {
    std::string root, alphabet;
    ClipListOptions names;
    PartOptions part;
    SoundSettings sound;
    double seconds = 0;
    std::vector<std::string> spellings;
    bool labelled = true;
    std::int64_t per_class = 0, draw = 0, limit = 0;
    void describe(Fields& fields) {
      names.transcript_column = "text";
      fields.field("root", root, "folder of sound files, or a .csv, .tsv or .jsonl table")
          .required();
      describe_names(fields, names);
      fields.field("transcript_column", names.transcript_column, "column of the transcript");
      fields.field("spellings", spellings,
                   "the word of each class, in the classes' order, where every clip is one word; "
                   "empty: the table's column");
      fields.field("alphabet", alphabet,
                   "every character that may occur; empty: those of all transcripts, whatever "
                   "their part");
      describe_parts(fields, part);
      sound.describe(fields);
      fields
          .field("seconds", seconds,
                 "length of a sample: shorter clips end in silence, longer ones are bad; 0 = as "
                 "they are")
          .at_least(0)
          .unit("s");
      fields.field("labelled", labelled, "give the transcripts too");
      fields.field("per_class", per_class, "use so many clips of each class; 0 = all").at_least(0);
      fields.field("draw", draw, "which ones per_class draws").at_least(0);
      fields.field("limit", limit, "use the first so many clips of the part; 0 = all").at_least(0);
    }
  };

  explicit Transcripts(const Config& config) : config_(config) {
    config_.names.root = config.root;
    std::vector<Clip> all = find_clips(config_.names);
    if (!config.spellings.empty()) spell(all);
    alphabet_ = alphabet_of(all);
    std::vector<Clip> chosen;
    for (const std::size_t i : clips_of_part(all, config.part)) chosen.push_back(std::move(all[i]));
    if (config.per_class > 0)
      chosen = few_of_each(std::move(chosen), config.per_class, config.draw);
    if (config.limit > 0 && static_cast<std::size_t>(config.limit) < chosen.size())
      chosen.resize(static_cast<std::size_t>(config.limit));
    if (config.labelled) check_transcripts(chosen);
    admit(std::move(chosen));
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(clips_.size()); }

  Sample get(std::int64_t index) const override {
    const auto i = static_cast<std::size_t>(index);
    const std::int64_t own = length_at(admissions_[i], config_.sound.rate);
    const std::int64_t count = wanted_samples() > 0 ? wanted_samples() : own;
    Sample sample{clips_[i].name, {}};
    sample.fields.set("wave",
                      to_tensor(read_window(admissions_[i], config_.sound.wish(), 0, count)));
    sample.fields.set("rate", at::scalar_tensor(config_.sound.rate, at::kLong));
    sample.fields.set("samples", at::scalar_tensor(own, at::kLong));
    if (config_.labelled) sample.fields.set("transcript", labels_of(clips_[i]));
    return sample;
  }

  Json facts() const override {
    Json facts{{"channels", 1},     {"rate", config_.sound.rate},
               {"clips", size()},   {"classes", alphabet_.classes()},
               {"samples", size()}, {"alphabet", alphabet_.characters()}};
    facts["class_names"] = {"(blank)"};
    for (std::int64_t k = 1; k < alphabet_.classes(); ++k)
      facts["class_names"].push_back(alphabet_.character(k));
    if (!skipped_.empty()) facts["skipped"] = skipped_;
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    const auto files = std::make_shared<Transcripts>(*this);
    files->config_.labelled = false;
    files->config_.sound.bad_share = 0;
    files->config_.seconds = 0;
    files->admit(clips_of_files(paths));
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const at::Tensor logits_TK = outputs.get("logits");
    if (logits_TK.dim() != 2 || logits_TK.size(1) != alphabet_.classes()) {
      throw Error("the model does not give a score of each character a frame",
                  clips_.at(static_cast<std::size_t>(index)).file.string(),
                  "predict with a model trained by audio.ctc on the same alphabet");
    }
    const auto files =
        write_transcript(clips_[static_cast<std::size_t>(index)].file.string(),
                         alphabet_.text_of(ctc_greedy(logits_TK)), index == 0, folder);
    return index + 1 == size() ? files : std::vector<std::filesystem::path>{};
  }

 private:
  std::int64_t wanted_samples() const {
    return std::llround(config_.seconds * static_cast<double>(config_.sound.rate));
  }

  void spell(std::vector<Clip>& clips) const {
    const std::vector<std::string> classes = class_names_of(clips);
    if (classes.size() != config_.spellings.size()) {
      throw Error(std::to_string(config_.spellings.size()) + " spellings for " +
                      std::to_string(classes.size()) + " classes",
                  config_.root, "give one word for each of: " + join_names(classes));
    }
    for (Clip& clip : clips) {
      if (clip.labels.empty()) continue;
      const auto at = std::find(classes.begin(), classes.end(), clip.labels.front());
      clip.transcript = config_.spellings[static_cast<std::size_t>(at - classes.begin())];
    }
  }

  Alphabet alphabet_of(const std::vector<Clip>& clips) const {
    if (!config_.alphabet.empty()) return Alphabet(config_.alphabet);
    std::string all;
    for (const Clip& clip : clips) all += clip.transcript;
    return Alphabet(all);
  }

  /// One Error for all clips: the first one's file or line, and how many more there are.
  void check_transcripts(const std::vector<Clip>& clips) const {
    std::size_t bad = 0;
    std::string what, where;
    for (const Clip& clip : clips) {
      const std::size_t broken = first_invalid_utf8(clip.transcript);
      const std::string unknown = alphabet_.first_unknown(clip.transcript);
      if (!clip.transcript.empty() && unknown.empty() && broken == std::string::npos) continue;
      if (bad++ > 0) continue;
      where = clip.where;
      what = clip.transcript.empty() ? "the clip " + clip.name + " has no transcript"
             : broken != std::string::npos
                 ? "the transcript of " + clip.name + " is not UTF-8"
                 : "unknown character " + unknown + " in the transcript of " + clip.name;
    }
    if (bad == 0) return;
    if (bad > 1) what += "; " + std::to_string(bad - 1) + " more transcripts are bad";
    throw Error(what, where, "extend alphabet, or correct the transcript");
  }

  void admit(std::vector<Clip> clips) {
    std::vector<Path> files;
    for (const Clip& clip : clips) files.push_back(clip.file);
    skipped_.clear(), clips_.clear(), admissions_.clear();
    SoundSettings settings = config_.sound;
    settings.longest = config_.seconds;
    const auto admitted = admit_sounds(files, settings, skipped_);
    longest_ = 0;
    for (std::size_t i = 0; i < clips.size(); ++i) {
      if (!admitted[i]) continue;
      longest_ = std::max(longest_, alphabet_.classes_of(clips[i].transcript).size());
      clips_.push_back(std::move(clips[i]));
      admissions_.push_back(*admitted[i]);
    }
    if (clips_.empty()) throw Error("no sound files given", config_.root, "name at least one");
  }

  /// (longest) int64: characters as classes, then -1.
  at::Tensor labels_of(const Clip& clip) const {
    std::vector<std::int64_t> labels = alphabet_.classes_of(clip.transcript);
    labels.resize(longest_, -1);
    return at::tensor(labels, at::kLong);
  }

  Config config_;
  Alphabet alphabet_;
  std::vector<Clip> clips_;
  std::vector<SoundAdmission> admissions_;
  std::vector<std::string> skipped_;
  std::size_t longest_ = 0;  ///< characters of a transcript
};

const Registered<Dataset, Transcripts> transcripts{Card{
    .name = "transcripts",
    .summary = "speech with its transcripts, from tables or from folders of single words",
    .needs = {},
    .yields = {"wave", "rate", "samples", "transcript"},
    .papers = {39},
}};

}  // namespace warmstart::audio
