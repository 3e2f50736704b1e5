#include "plugins/audio/io/sound_gate.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/reader_stream.h"
#include "core/base/sha256.h"
#include "plugins/audio/io/resampler.h"
#include "plugins/audio/io/wav_check.h"

namespace warmstart::audio {
namespace {

constexpr int kSoundReaderVersion = 1;
constexpr double kSilence = 1e-4;  // about three steps of 16-bit sound

GuardSettings sound_guard(const Path& reader) {
  GuardSettings settings;
  settings.reader = !reader.empty() ? reader
                                    : find_reader("warmstart-sound-reader", "audio",
                                                  reinterpret_cast<const void*>(&sound_guard));
  settings.verdicts = "sound-verdicts.jsonl";
  settings.version = kSoundReaderVersion;
  settings.cpu_seconds = 120;  // hours of compressed sound
  settings.wall_seconds = 300;
  return settings;
}

std::string sound_key(const SoundAdmission& admission) {
  Sha256 hash;
  hash.update(admission.file.extension().string());
  hash_guarded(hash, admission.file);
  return hash.hex();
}

SoundVerdict sound_verdict(const Json& json) {
  SoundVerdict verdict;
  verdict.good = json.at("good").get<bool>();
  if (!verdict.good) {
    verdict.reason = json.value("reason", "");
    verdict.hint = json.value("hint", "");
    return verdict;
  }
  verdict.info = {json.at("rate").get<std::int64_t>(), json.at("channels").get<std::int64_t>(),
                  json.at("frames").get<std::int64_t>()};
  verdict.peak = json.at("peak").get<double>();
  return verdict;
}

SoundFile open_admitted(const SoundAdmission& admission) {
  require_good(admission);
  if (guarded_bytes(admission.file) != admission.bytes ||
      guarded_change(admission.file) != admission.changed) {
    throw Error("the file changed while it was in use", admission.file.string(),
                "start again when nothing writes to it");
  }
  return SoundFile(admission.file);
}

}  // namespace

Json to_json(const SoundVerdict& verdict) {
  if (!verdict.good) return bad_verdict_line(verdict.reason, verdict.hint);
  return {{"good", true},
          {"rate", verdict.info.rate},
          {"channels", verdict.info.channels},
          {"frames", verdict.info.frames},
          {"peak", verdict.peak}};
}

SoundGate::SoundGate(const Path& reader) : guard_(sound_guard(reader)) {}

std::vector<SoundAdmission> SoundGate::admit(const std::vector<Path>& files) {
  std::vector<SoundAdmission> admissions(files.size());
  std::vector<std::size_t> present;
  std::vector<Path> present_files;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < files.size(); ++i) {
    admissions[i] = {files[i], {}, guarded_bytes(files[i]), guarded_change(files[i])};
    if (!std::filesystem::is_regular_file(files[i])) {
      admissions[i].verdict.reason = "there is no such sound file";
      admissions[i].verdict.hint = "check the name";
      continue;
    }
    present.push_back(i);
    present_files.push_back(files[i]);
    keys.push_back(sound_key(admissions[i]));
  }
  const std::vector<Json> verdicts = guard_.judge(present_files, keys);
  for (std::size_t p = 0; p < present.size(); ++p)
    admissions[present[p]].verdict = sound_verdict(verdicts[p]);
  return admissions;
}

SoundVerdict judge_sound(const Path& path) {
  constexpr std::int64_t kBlock = 1 << 16;
  SoundFile file(path);
  check_wav(path);
  SoundVerdict verdict;
  verdict.info = file.info();
  std::int64_t frames = 0;
  for (std::vector<float> block = file.read(kBlock); !block.empty(); block = file.read(kBlock)) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (std::isfinite(block[i])) continue;
      const auto frame = frames + static_cast<std::int64_t>(i) / verdict.info.channels;
      throw Error("frame " + std::to_string(frame) + " is not a number", path.string(),
                  "write the file again, or leave it out");
    }
    for (const float sample : block)
      verdict.peak = std::max(verdict.peak, static_cast<double>(std::abs(sample)));
    frames += static_cast<std::int64_t>(block.size()) / verdict.info.channels;
  }
  if (frames == 0) throw Error("it has no samples", path.string(), "copy or record it again");
  if (frames < verdict.info.frames) {
    throw Error("the header says " + std::to_string(verdict.info.frames) + " frames, " +
                    std::to_string(frames) + " can be decoded",
                path.string(), "it is truncated or damaged; copy it again");
  }
  verdict.info.frames = frames;
  verdict.good = true;
  return verdict;
}

namespace {

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", seconds);
  return text;
}

}  // namespace

void require_good(const SoundAdmission& admission) {
  const SoundVerdict& verdict = admission.verdict;
  if (!verdict.good) throw Error(verdict.reason, admission.file.string(), verdict.hint);
}

void require_wish(const SoundAdmission& admission, const SoundWish& wish) {
  require_good(admission);
  const SoundVerdict& verdict = admission.verdict;
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    throw Error(admission.file.filename().string() + " " + what, admission.file.string(), hint);
  };
  if (verdict.info.rate != wish.rate && !wish.resample) {
    refuse("is " + std::to_string(verdict.info.rate) + " Hz, the recipe wants " +
               std::to_string(wish.rate),
           "set resample: true, or the data's own rate");
  }
  if (verdict.info.channels != 1 && !wish.mix_down) {
    refuse("has " + std::to_string(verdict.info.channels) + " channels, mono is needed",
           "set mix_down: true, or give mono files");
  }
  const double seconds =
      static_cast<double>(verdict.info.frames) / static_cast<double>(verdict.info.rate);
  if (seconds < wish.shortest) {
    refuse("is " + seconds_text(seconds) + " s long, the shortest wanted is " +
               seconds_text(wish.shortest),
           "leave it out, or lower shortest");
  }
  if (wish.longest > 0 && seconds > wish.longest) {
    refuse("is " + seconds_text(seconds) + " s long, a sample holds " + seconds_text(wish.longest),
           "raise seconds, or cut the file");
  }
  if (!wish.silence && verdict.peak < kSilence)
    refuse("is silent", "leave it out, or set allow_silence: true");
}

std::int64_t length_at(const SoundAdmission& admission, std::int64_t rate) {
  const SoundInfo& info = admission.verdict.info;
  return std::llround(static_cast<double>(info.frames) * static_cast<double>(rate) /
                      static_cast<double>(info.rate));
}

std::vector<float> read_window(const SoundAdmission& admission, const SoundWish& wish,
                               std::int64_t start, std::int64_t count) {
  SoundFile file = open_admitted(admission);
  const SoundInfo& info = admission.verdict.info;
  const SourceStretch stretch = source_stretch(start, count, info.rate, wish.rate);
  std::vector<float> window;
  if (stretch.first < info.frames) {
    file.seek(stretch.first);
    const std::vector<float> source =
        mixed_down(file.read(std::min(stretch.frames, info.frames - stretch.first)), info.channels);
    window = resampled(source, info.rate, wish.rate);
  }
  const auto skip = std::min(window.size(), static_cast<std::size_t>(stretch.skip));
  window.erase(window.begin(), window.begin() + static_cast<std::ptrdiff_t>(skip));
  window.resize(static_cast<std::size_t>(count), 0.0F);
  return window;
}

std::vector<float> read_channel(const SoundAdmission& admission, std::int64_t channel) {
  SoundFile file = open_admitted(admission);
  const std::int64_t channels = admission.verdict.info.channels;
  const std::vector<float> all = file.read(admission.verdict.info.frames);
  std::vector<float> one;
  for (auto i = static_cast<std::size_t>(channel); i < all.size();
       i += static_cast<std::size_t>(channels)) {
    one.push_back(all[i]);
  }
  return one;
}

}  // namespace warmstart::audio
