// Captures of sounds with known spectra, and WAV files, that the tests of the spectrogram views
// share.
#pragma once
#include <cmath>
#include <numbers>

#include "tests/gui/capture_files.h"
#include "views/inspect/capture.h"
#include "views/spectrogram/wav_export.h"

namespace warmstart {

constexpr int kTestRate = 8000;

inline std::vector<float> sine(double hertz, double seconds, float level, int rate = kTestRate) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * rate));
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] =
        level *
        static_cast<float>(std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate));
  return samples;
}

inline std::vector<float> sum(std::vector<float> a, const std::vector<float>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

/// Two clips: the voice is a sine of 1 kHz, the accompaniment one of 3 kHz; the voice is separated
/// with half its level. Class scores: "hum" in the first half, "hiss" in the second.
inline CapturePtr soundCapture(const Path& file, int step = 100, float estimate_level = 0.25F) {
  const std::vector<float> voice = sine(1000, 1, 0.5F), song = sine(3000, 1, 0.1F);
  const std::vector<float> wave = sum(voice, song), estimate = sine(1000, 1, estimate_level);
  const std::int64_t bins = 129, frames = 126, pieces = 10;
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(bins * frames));
  for (std::int64_t i = 0; i < bins * frames; ++i)
    mask[static_cast<std::size_t>(i)] = i / frames < 64 ? 1 : 0;  // below 2 kHz
  std::vector<float> scores, target{1, 0}, attention(2 * 5 * 5, 0.05F);
  std::vector<double> times;
  for (int i = 0; i < 2 * pieces; ++i) scores.push_back((i % 10 < 5) == (i < 10) ? 0.9F : 0.1F);
  for (int i = 0; i < pieces; ++i) times.push_back(0.05 + 0.1 * i);
  for (int token = 0; token < 5; ++token)
    attention[static_cast<std::size_t>(token * 5 + 4 - token)] = 0.8F;
  const std::vector<float> features(static_cast<std::size_t>(4 * frames), 1.5F);
  const std::vector<float> bands{100, 500, 1500, 3500};
  const Json info{{"kind", "spectrogram"},
                  {"rate", kTestRate},
                  {"window", 256},
                  {"fft", 256},
                  {"hop", 64},
                  {"step", step},
                  {"stage", "separate"},
                  {"samples", {"one", "two"}}};
  const auto all = static_cast<std::int64_t>(wave.size());
  writeCapture(file, info,
               {arrayOf("wave.0", Dtype::kFloat32, {all}, wave),
                arrayOf("voice.0", Dtype::kFloat32, {all}, voice),
                arrayOf("song.0", Dtype::kFloat32, {all}, song),
                arrayOf("voice_estimate.0", Dtype::kFloat32, {all}, estimate),
                arrayOf("song_estimate.0", Dtype::kFloat32, {all}, song),
                arrayOf("mask.0", Dtype::kUint8, {bins, frames}, mask),
                arrayOf("features.0", Dtype::kFloat32, {4, frames}, features),
                arrayOf("bands.0", Dtype::kFloat32, {4}, bands),
                arrayOf("scores.0", Dtype::kFloat32, {2, pieces}, scores),
                arrayOf("score_times.0", Dtype::kFloat64, {pieces}, times),
                arrayOf("target.0", Dtype::kFloat32, {2}, target),
                arrayOf("attention_1.0", Dtype::kFloat32, {2, 5, 5}, attention),
                arrayOf("wave.1", Dtype::kFloat32, {kTestRate / 2}, sine(2000, 0.5, 0.5F))});
  return Capture::open(file);
}

inline void saveWav(const Path& file, std::vector<float> samples, int rate = kTestRate) {
  const std::atomic<bool> go{false};
  const auto count = static_cast<std::int64_t>(samples.size());
  writeWav(file, HeldTrack(std::move(samples), rate), 0, count, WavDepth::kInt24, go);
}

}  // namespace warmstart
