// Sound clips with classes: folders, names that follow a pattern, or tables; the data set of most
// audio recipes.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "plugins/audio/components/admitted.h"
#include "plugins/audio/components/clip_fields.h"
#include "plugins/audio/components/prediction_table.h"
#include "plugins/audio/components/waveform.h"

namespace warmstart::audio {

class Clips final : public Dataset {
 public:
  struct Config {
    std::string root;
    ClipListOptions names;
    PartOptions part;
    SoundSettings sound;
    double seconds = 0;
    bool windows = false, multilabel = false, labelled = true;
    std::int64_t per_class = 0, draw = 0, limit = 0;
    void describe(Fields& fields) {
      fields.field("root", root, "folder of sound files, or a .csv, .tsv or .jsonl table")
          .required();
      describe_names(fields, names);
      describe_parts(fields, part);
      sound.describe(fields);
      fields
          .field("seconds", seconds,
                 "length of a sample: longer clips are cut, shorter ones end in silence; 0 = as "
                 "they are")
          .at_least(0)
          .unit("s");
      fields.field("windows", windows,
                   "cut long clips into several samples instead of losing the rest");
      fields.field("labelled", labelled, "give the classes too");
      fields.field("multilabel", multilabel,
                   "a clip may have several classes or none (field target)");
      fields.field("per_class", per_class, "use so many clips of each class; 0 = all").at_least(0);
      fields.field("draw", draw, "which ones per_class draws").at_least(0);
      fields.field("limit", limit, "use the first so many clips of the part; 0 = all").at_least(0);
    }
  };

  explicit Clips(const Config& config) : config_(config) {
    config_.names.root = config.root;
    std::vector<Clip> all = find_clips(config_.names);
    class_names_ = class_names_of(all);
    std::vector<Clip> chosen;
    for (const std::size_t i : clips_of_part(all, config.part)) chosen.push_back(std::move(all[i]));
    if (config.per_class > 0)
      chosen = few_of_each(std::move(chosen), config.per_class, config.draw);
    if (config.limit > 0 && static_cast<std::size_t>(config.limit) < chosen.size())
      chosen.resize(static_cast<std::size_t>(config.limit));
    if (config.labelled && !config.multilabel) check_labels(chosen);
    admit(std::move(chosen));
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(spans_.size()); }

  Sample get(std::int64_t index) const override {
    const Span& span = spans_.at(static_cast<std::size_t>(index));
    const Clip& clip = clips_[span.clip];
    Sample sample{span.start > 0 ? clip.name + " @" + std::to_string(span.start) : clip.name, {}};
    sample.fields.set("wave", to_tensor(read_window(admissions_[span.clip], config_.sound.wish(),
                                                    span.start, span.count)));
    sample.fields.set("rate", at::scalar_tensor(config_.sound.rate, at::kLong));
    const std::int64_t left = length_at(admissions_[span.clip], config_.sound.rate) - span.start;
    sample.fields.set("samples", at::scalar_tensor(std::min(left, span.count), at::kLong));
    if (config_.labelled) add_label(clip, sample.fields);
    return sample;
  }

  Json facts() const override {
    Json facts{{"channels", 1},
               {"dims", 2},
               {"rate", config_.sound.rate},
               {"clips", clips_.size()},
               {"samples", size()}};
    if (!class_names_.empty()) {
      facts["classes"] = class_names_.size();
      facts["class_names"] = class_names_;
    }
    if (!skipped_.empty()) facts["skipped"] = skipped_;
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    const auto files = std::make_shared<Clips>(*this);
    files->config_.labelled = false;
    files->config_.sound.bad_share = 0;
    files->config_.windows = config_.seconds > 0;
    files->admit(clips_of_files(paths));
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const Span& span = spans_.at(static_cast<std::size_t>(index));
    const auto rate = static_cast<double>(config_.sound.rate);
    const TaggedSpan tagged{clips_[span.clip].file.string(), static_cast<double>(span.start) / rate,
                            static_cast<double>(span.count) / rate};
    const auto files =
        write_tags(tagged, outputs, class_names_, config_.multilabel, index == 0, folder);
    return index + 1 == size() ? files : std::vector<std::filesystem::path>{};
  }

 private:
  struct Span {
    std::size_t clip = 0;
    std::int64_t start = 0, count = 0;
  };

  static void check_labels(const std::vector<Clip>& clips) {
    for (const Clip& clip : clips) {
      if (clip.labels.size() == 1) continue;
      throw Error("the clip has " + std::to_string(clip.labels.size()) + " classes, one is needed",
                  clip.where, "put it into a class folder or label it, or set multilabel: true");
    }
  }

  void admit(std::vector<Clip> clips) {
    std::vector<Path> files;
    for (const Clip& clip : clips) files.push_back(clip.file);
    skipped_.clear();
    clips_.clear(), admissions_.clear(), spans_.clear();
    const auto admitted = admit_sounds(files, config_.sound, skipped_);
    for (std::size_t i = 0; i < clips.size(); ++i) {
      if (!admitted[i]) continue;
      clips_.push_back(std::move(clips[i]));
      admissions_.push_back(*admitted[i]);
      add_spans(clips_.size() - 1);
    }
    if (spans_.empty()) throw Error("no sound files given", config_.root, "name at least one");
  }

  void add_spans(std::size_t clip) {
    const std::int64_t length = length_at(admissions_[clip], config_.sound.rate);
    const auto wanted = std::llround(config_.seconds * static_cast<double>(config_.sound.rate));
    const std::int64_t count = wanted > 0 ? wanted : length;
    spans_.push_back({clip, 0, count});
    if (!config_.windows) return;
    for (std::int64_t start = count; start < length; start += count)
      spans_.push_back({clip, start, count});
  }

  void add_label(const Clip& clip, Batch& fields) const {
    at::Tensor target = at::zeros({static_cast<std::int64_t>(class_names_.size())}, at::kFloat);
    std::int64_t last = 0;
    for (const std::string& label : clip.labels) {
      last = std::find(class_names_.begin(), class_names_.end(), label) - class_names_.begin();
      target[last] = 1.0F;
    }
    fields.set("target", target);
    fields.set("class", at::scalar_tensor(last, at::kLong));
  }

  Config config_;
  std::vector<Clip> clips_;
  std::vector<SoundAdmission> admissions_;
  std::vector<Span> spans_;
  std::vector<std::string> class_names_, skipped_;
};

const Registered<Dataset, Clips> clips{Card{
    .name = "clips",
    .summary = "sound clips (WAV, FLAC, OGG, MP3) with classes, from folders, names or tables",
    .needs = {},
    .yields = {"wave", "rate", "samples", "class", "target"},
    .papers = {11, 73},
}};

}  // namespace warmstart::audio
