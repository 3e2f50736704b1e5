// Mixtures of a voice and its accompaniment with both stems known: the data set of separation
// (seed card 02). Predictions are the separated sounds as WAV files.
#include <ATen/ATen.h>

#include <cmath>
#include <map>

#include "core/base/error.h"
#include "plugins/audio/components/admitted.h"
#include "plugins/audio/components/clip_fields.h"
#include "plugins/audio/components/waveform.h"
#include "plugins/audio/io/resampler.h"
#include "plugins/audio/io/stem_pairs.h"
#include "plugins/audio/io/wav_write.h"

namespace warmstart::audio {

class MixturePairs final : public Dataset {
 public:
  struct Config {
    StemPairOptions stems;
    std::string root;
    SoundSettings sound;
    double seconds = 0;
    std::int64_t limit = 0, remix = 0;
    std::vector<double> snr;
    void describe(Fields& fields) {
      fields.field("root", root, "folder of the stems").required();
      fields.field("voice", stems.voice,
                   "folder of the voices below the root; both folders empty: stereo files (left = "
                   "accompaniment, right = voice)");
      fields.field("song", stems.song, "folder of the accompaniments, with the voices' names");
      fields.field("group_pattern", stems.group_pattern,
                   "regular expression whose (...) is the group (singer) that no two parts share");
      describe_parts(fields, stems.part);
      fields.field("drawn", stems.drawn,
                   "any voice goes with any accompaniment, whatever their names");
      sound.describe(fields);
      fields.field("seconds", seconds, "use the first so much of a clip; 0 = all")
          .at_least(0)
          .unit("s");
      fields.field("limit", limit, "use the first so many pairs of the part; 0 = all").at_least(0);
      fields
          .field("remix", remix,
                 "so many further mixtures of each voice with other accompaniments of the part")
          .at_least(0);
      fields
          .field("snr", snr, "voice over accompaniment, smallest and largest; empty = as they are")
          .unit("dB");
    }
  };

  explicit MixturePairs(const Config& config) : config_(config) {
    if (!config.snr.empty() && (config.snr.size() != 2 || config.snr[0] > config.snr[1]))
      throw Error("snr is not a pair of rising numbers", "audio.mixture_pairs",
                  "for example [-3, 3]");
    config_.stems.root = config.root;
    stereo_ = config.stems.voice.empty();
    std::vector<StemPair> chosen = find_stem_pairs(config_.stems);
    if (config.limit > 0 && static_cast<std::size_t>(config.limit) < chosen.size())
      chosen.resize(static_cast<std::size_t>(config.limit));
    admit_pairs(chosen);
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(items_.size()); }

  Sample get(std::int64_t index) const override {
    const Item& item = items_.at(static_cast<std::size_t>(index));
    Sample sample{item.name, {}};
    if (!item.song) {
      sample.fields.set("wave", read_whole(item.voice));
    } else {
      at::Tensor voice = stereo_ ? read_side(item.voice, 1) : read_whole(item.voice);
      at::Tensor song = stereo_ ? read_side(*item.song, 0) : read_whole(*item.song);
      const std::int64_t samples = std::min(voice.size(0), song.size(0));
      voice = voice.narrow(0, 0, samples) * gain_of(item.name, voice, song);
      song = song.narrow(0, 0, samples);
      sample.fields.set("wave", voice + song);
      sample.fields.set("voice", voice);
      sample.fields.set("song", song.contiguous());
    }
    sample.fields.set("rate", at::scalar_tensor(config_.sound.rate, at::kLong));
    return sample;
  }

  Json facts() const override {
    std::int64_t samples = 0;
    for (const Item& item : items_) samples += samples_of(item.voice);
    Json facts{{"channels", 1}, {"dims", 2}, {"rate", config_.sound.rate}, {"clips", size()}};
    facts["mean_samples"] = static_cast<double>(samples) / static_cast<double>(size());
    if (!skipped_.empty()) facts["skipped"] = skipped_;
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    const auto files = std::make_shared<MixturePairs>(*this);
    files->items_.clear(), files->skipped_.clear();
    files->config_.sound.bad_share = 0;
    files->config_.seconds = 0;
    const auto admitted =
        admit_sounds({paths.begin(), paths.end()}, files->config_.sound, files->skipped_);
    std::map<std::string, int> seen;  // files of one name in several folders
    for (const auto& one : admitted) {
      const std::string name = one->file.stem().string();
      const int times = ++seen[name];
      files->items_.push_back({times == 1 ? name : name + "_" + std::to_string(times), *one, {}});
    }
    if (files->items_.empty()) throw Error("no files given", "", "name at least one mixture");
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const std::string& name = items_.at(static_cast<std::size_t>(index)).name;
    std::vector<std::filesystem::path> files;
    for (const char* stem : {"voice", "song"}) {
      files.push_back(folder / (name + "_" + stem + ".wav"));
      write_wav(files.back(), to_samples(outputs.get(std::string(stem) + "_estimate")), 1,
                config_.sound.rate);
    }
    return files;
  }

 private:
  struct Item {
    std::string name;
    SoundAdmission voice;  ///< or the mixture, where there is no song
    std::optional<SoundAdmission> song;
  };

  void admit_pairs(const std::vector<StemPair>& pairs) {
    std::vector<Path> voices, songs;
    for (const StemPair& pair : pairs) voices.push_back(pair.voice), songs.push_back(pair.song);
    SoundSettings settings = config_.sound;
    settings.mix_down = settings.mix_down || stereo_;
    const auto good_voices = admit_sounds(voices, settings, skipped_);
    const auto good_songs = stereo_ ? good_voices : admit_sounds(songs, settings, skipped_);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (!good_voices[i] || !good_songs[i]) continue;
      Item item{pairs[i].name, *good_voices[i], good_songs[i]};
      check_pair(item);
      items_.push_back(std::move(item));
    }
    if (items_.empty()) throw Error("no pair can be used", config_.root, "see the warnings");
    add_remixes();
  }

  /// The same ones each time: the accompaniments that follow in an order drawn for the voice.
  void add_remixes() {
    const auto pairs = static_cast<std::int64_t>(items_.size());
    const std::int64_t more = std::min(config_.remix, pairs - 1);
    if (more == 0) return;
    for (std::int64_t i = 0; i < pairs; ++i) {
      const std::int64_t first =
          Random(mix_seed(0, "audio.remix", static_cast<std::uint64_t>(i))).integer(0, pairs - 2);
      for (std::int64_t k = 0; k < more; ++k) {
        const std::int64_t other = (i + 1 + (first + k) % (pairs - 1)) % pairs;
        const Item &voice = items_[static_cast<std::size_t>(i)],
                   &song = items_[static_cast<std::size_t>(other)];
        items_.push_back({voice.name + " with " + song.name, voice.voice, song.song});
      }
    }
  }

  void check_pair(const Item& item) const {
    const SoundInfo &voice = item.voice.verdict.info, &song = item.song->verdict.info;
    if (stereo_ && voice.channels != 2) {
      throw Error("the stereo layout needs 2 channels, " + item.voice.file.filename().string() +
                      " has " + std::to_string(voice.channels),
                  item.voice.file.string(), "give stereo files, or name the folders of the stems");
    }
    if (config_.stems.drawn) return;  // cut to the shorter one
    const double difference =
        std::abs(static_cast<double>(voice.frames) / static_cast<double>(voice.rate) -
                 static_cast<double>(song.frames) / static_cast<double>(song.rate));
    if (difference <= 0.05) return;
    throw Error(item.voice.file.filename().string() + " and " +
                    item.song->file.filename().string() + " differ by " +
                    std::to_string(std::llround(difference * static_cast<double>(voice.rate))) +
                    " samples",
                item.song->file.string(), "cut both stems to the same time");
  }

  std::int64_t samples_of(const SoundAdmission& admission) const {
    const std::int64_t all = length_at(admission, config_.sound.rate);
    const auto wanted = std::llround(config_.seconds * static_cast<double>(config_.sound.rate));
    return wanted > 0 ? std::min<std::int64_t>(all, wanted) : all;
  }
  at::Tensor read_whole(const SoundAdmission& admission) const {
    return to_tensor(read_window(admission, config_.sound.wish(), 0, samples_of(admission)));
  }
  at::Tensor read_side(const SoundAdmission& admission, std::int64_t channel) const {
    const std::vector<float> side = resampled(read_channel(admission, channel),
                                              admission.verdict.info.rate, config_.sound.rate);
    const auto all = static_cast<std::int64_t>(side.size());
    return to_tensor(side).narrow(0, 0, std::min(all, samples_of(admission)));
  }
  /// A function of the pair's name: the same mixture each time.
  double gain_of(const std::string& name, const at::Tensor& voice, const at::Tensor& song) const {
    if (config_.snr.empty()) return 1;
    const double ratio =
        Random(mix_seed(0, "audio.snr/" + name)).uniform(config_.snr[0], config_.snr[1]);
    const double powers =
        song.square().mean().item<double>() / std::max(1e-12, voice.square().mean().item<double>());
    return std::sqrt(powers * std::pow(10, ratio / 10));
  }

  Config config_;
  bool stereo_ = false;
  std::vector<Item> items_;
  std::vector<std::string> skipped_;
};

const Registered<Dataset, MixturePairs> mixture_pairs{Card{
    .name = "mixture_pairs",
    .summary = "mixtures of voice and accompaniment, with both stems",
    .needs = {},
    .yields = {"wave", "voice", "song", "rate"},
    .papers = {2},
}};

}  // namespace warmstart::audio
