// Sound files and components that the tests of the audio plugin make for themselves.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "plugins/audio/io/sound_gate.h"
#include "plugins/audio/io/wav_write.h"
#include "tests/unit/core/torch_reference.h"
#include "tests/unit/test_folder.h"

namespace warmstart::audio::testing {

using test::Folder;
using test::message_of;

inline constexpr double kPi = 3.14159265358979323846;

inline std::vector<float> tone(double hertz, std::int64_t rate, double seconds,
                               double level = 0.5) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * static_cast<double>(rate)));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(
        level * std::sin(2 * kPi * hertz * static_cast<double>(i) / static_cast<double>(rate)));
  }
  return samples;
}

inline Path save_tone(const Path& path, double hertz = 440, std::int64_t rate = 8000,
                      double seconds = 0.5, double level = 0.5) {
  std::filesystem::create_directories(path.parent_path());
  write_wav(path, tone(hertz, rate, seconds, level), 1, rate);
  return path;
}

/// Through libsndfile's own writer: `format` as SF_FORMAT_FLAC | SF_FORMAT_PCM_16.
inline void save_with_sndfile(const Path& path, const std::vector<float>& interleaved, int channels,
                              int rate, int format) {
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = channels;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr) << sf_strerror(nullptr);
  sf_write_float(file, interleaved.data(), static_cast<sf_count_t>(interleaved.size()));
  sf_close(file);
}

inline ComponentSpec spec(const std::string& type, const Json& settings) {
  return {type, Value::from_json(settings), {}};
}
inline std::shared_ptr<Dataset> dataset(const std::string& type, const Json& settings) {
  return create<Dataset>(spec(type, settings));
}
/// The sample after one transform, with the randomness `seed`.
inline Sample transformed(const std::string& type, const Json& settings, Sample sample,
                          std::uint64_t seed = 1) {
  Random random(seed);
  create<Transform>(spec(type, settings))->apply(sample, random);
  return sample;
}

}  // namespace warmstart::audio::testing
