// Made-up clips in which one or several sounds of known families occur at random times and levels
// over noise: data to pretrain a tagger on without any file (seed card 11).
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "plugins/audio/components/waveform.h"
#include "plugins/audio/io/sound_events.h"

namespace warmstart::audio {

class SynthSoundEvents final : public Dataset {
 public:
  struct Config {
    std::int64_t clips = 1000, seed = 0, rate = 16000, polyphony = 3;
    double seconds = 2, noise = 30;
    std::string split = "train";
    void describe(Fields& fields) {
      fields.field("clips", clips, "how many there are").at_least(1);
      fields.field("split", split, "train and test share no clip").one_of({"train", "test"});
      fields.field("seed", seed, "of all random numbers").at_least(0);
      fields.field("rate", rate, "samples a second").at_least(4000).unit("Hz");
      fields.field("seconds", seconds, "length of a clip").above(0.1).unit("s");
      fields.field("polyphony", polyphony, "most sounds in a clip; each clip has 1 to so many")
          .at_least(1);
      fields.field("noise", noise, "loudest sound over the noise").unit("dB");
    }
  };

  explicit SynthSoundEvents(const Config& config) : config_(config) {
    const auto families = static_cast<std::int64_t>(sound_families().size());
    if (config.polyphony <= families) return;
    throw Error("polyphony " + std::to_string(config.polyphony) + " of " +
                    std::to_string(families) + " families",
                "audio.synth_sound_events", "ask for fewer sounds a clip");
  }

  std::int64_t size() const override { return config_.clips; }

  Sample get(std::int64_t index) const override {
    Random random(mix_seed(static_cast<std::uint64_t>(config_.seed),
                           "audio.events/" + config_.split, static_cast<std::uint64_t>(index)));
    std::vector<float> wave(static_cast<std::size_t>(
        std::llround(config_.seconds * static_cast<double>(config_.rate))));
    at::Tensor target = at::zeros({static_cast<std::int64_t>(sound_families().size())}, at::kFloat);
    for (const std::size_t family : drawn_families(random)) {
      target[static_cast<std::int64_t>(family)] = 1.0F;
      add_event(family, wave, random);
    }
    const double level = std::pow(10, -config_.noise / 20);
    float peak = 0;
    for (float& value : wave) {
      value += static_cast<float>(level * random.normal());
      peak = std::max(peak, std::abs(value));
    }
    for (float& value : wave) value /= peak;
    Sample sample{config_.split + " clip " + std::to_string(index), {}};
    sample.fields.set("wave", to_tensor(wave));
    sample.fields.set("rate", at::scalar_tensor(config_.rate, at::kLong));
    sample.fields.set("target", target);
    return sample;
  }

  Json facts() const override {
    return {{"channels", 1},
            {"dims", 2},
            {"rate", config_.rate},
            {"clips", config_.clips},
            {"classes", sound_families().size()},
            {"class_names", sound_families()}};
  }

 private:
  /// 1 to `polyphony` families, each once.
  std::vector<std::size_t> drawn_families(Random& random) const {
    std::vector<std::size_t> all(sound_families().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const auto count = static_cast<std::size_t>(random.integer(1, config_.polyphony));
    for (std::size_t i = 0; i < count; ++i) {
      const auto last = static_cast<std::int64_t>(all.size()) - 1;
      std::swap(all[i],
                all[static_cast<std::size_t>(random.integer(static_cast<std::int64_t>(i), last))]);
    }
    all.resize(count);
    return all;
  }

  /// A sound of 0.15 to 0.6 s, 0 to 12 dB below full scale, somewhere in the clip.
  void add_event(std::size_t family, std::vector<float>& wave, Random& random) const {
    const double seconds = std::min(config_.seconds, random.uniform(0.15, 0.6));
    const std::vector<float> event = make_sound_event(family, seconds, config_.rate, random);
    const double gain = std::pow(10, -random.uniform(0, 12) / 20);
    const auto start = static_cast<std::size_t>(random.integer(
        0, static_cast<std::int64_t>(wave.size()) - static_cast<std::int64_t>(event.size())));
    for (std::size_t i = 0; i < event.size(); ++i)
      wave[start + i] += static_cast<float>(gain) * event[i];
  }

  Config config_;
};

const Registered<Dataset, SynthSoundEvents> synth_sound_events{Card{
    .name = "synth_sound_events",
    .summary = "made-up clips with one or several sounds of 15 families over noise",
    .needs = {},
    .yields = {"wave", "rate", "target"},
    .papers = {11},
}};

}  // namespace warmstart::audio
