// What the spectrogram views compute: spectra, axes, scenes, tiles, outlines, what is played and
// written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "tests/gui/sound_scenes.h"
#include "views/spectrogram/fourier.h"
#include "views/spectrogram/play_head.h"
#include "views/spectrogram/spectrogram_canvas.h"
#include "views/spectrogram/tile_picture.h"

namespace warmstart {
namespace {

using ::testing::ElementsAre;

class SpectrogramTest : public testing::Test {
 protected:
  Path path(const char* name) const { return Path(folder_.path().toStdString()) / name; }
  CapturePtr capture() const { return soundCapture(path("capture")); }
  QTemporaryDir folder_;
};

const SceneLayer& layerNamed(const SoundScene& scene, const QString& name) {
  for (const SceneLayer& layer : scene.layers) {
    if (layer.name == name) return layer;
  }
  throw std::runtime_error("no layer " + name.toStdString());
}

TEST_F(SpectrogramTest, LevelsAreThoseOfNumpy) {
  // x = [sin(0.7 i i) + 0.25 i / 16 for i in range(16)]; w[2:14] = 0.5 - 0.5 cos(2 pi [0..11] /
  // 12); 20 log10(abs(numpy.fft.rfft(x * w / w.sum())))
  std::vector<float> x;
  for (int i = 0; i < 16; ++i)
    x.push_back(static_cast<float>(std::sin(0.7 * i * i) + 0.25 * i / 16));
  Fourier fourier(12, 16);
  ASSERT_EQ(fourier.bins(), 9);
  std::vector<float> levels(9);
  fourier.levels(x, levels);
  const double theirs[] = {-10.33349514, -8.47409637,  -9.90700872,  -17.74091243, -18.44025366,
                           -23.71429006, -24.92902571, -15.51767539, -13.36325459};
  for (std::size_t k = 0; k < 9; ++k) EXPECT_NEAR(levels[k], theirs[k], 1e-3) << k;
}

TEST_F(SpectrogramTest, ASineOfFullScaleHasMinusSixDecibels) {
  Fourier fourier(1024, 1000);
  EXPECT_EQ(fourier.length(), 1024);
  std::vector<float> levels(static_cast<std::size_t>(fourier.bins()));
  fourier.levels(sine(1000, 0.128, 1), levels);
  EXPECT_NEAR(levels[128], -6.02, 0.01);
  EXPECT_LT(levels[256], -90);
  fourier.levels(std::vector<float>(1024), levels);
  EXPECT_FLOAT_EQ(levels[5], Fourier::kFloor);
}

TEST_F(SpectrogramTest, FrequencyAxesPutFrequenciesInTheirPlace) {
  const FrequencyAxis linear(FrequencyScale::kLinear, 8000), mel(FrequencyScale::kMel, 8000),
      logarithmic(FrequencyScale::kLogarithmic, 8000);
  EXPECT_DOUBLE_EQ(linear.placeOf(2000), 0.25);
  // 2595 log10(1 + 1000 / 700) = 999.9855..., 2595 log10(1 + 8000 / 700) = 2840.023...
  EXPECT_NEAR(mel.placeOf(1000), 999.9855 / 2840.0230, 1e-5);
  EXPECT_NEAR(logarithmic.placeOf(400), std::log(20.0) / std::log(400.0), 1e-12);
  for (const FrequencyAxis& axis : {linear, mel, logarithmic}) {
    for (const double hertz : {50.0, 440.0, 7999.0})
      EXPECT_NEAR(axis.hertzAt(axis.placeOf(hertz)), hertz, 1e-6);
  }
  EXPECT_THAT(linear.ticks(4), ElementsAre(0, 2000, 4000, 6000, 8000));
}

TEST_F(SpectrogramTest, AFrequencyAxisZoomsAroundAPlaceAndNoFartherThanBins) {
  FrequencyAxis axis(FrequencyScale::kLinear, 4000);
  axis.zoom(0.25, 2, 10);
  EXPECT_NEAR(axis.hertzAt(0.25), 1000, 1e-9);
  EXPECT_NEAR(axis.high() - axis.low(), 2000, 1e-9);
  for (int i = 0; i < 50; ++i) axis.zoom(0.5, 2, 62.5);
  EXPECT_GE(axis.high() - axis.low(), 62.5);
  EXPECT_LT(axis.high() - axis.low(), 125);
  axis.pan(-1000);
  EXPECT_NEAR(axis.low(), 0, 1e-9);
}

TEST_F(SpectrogramTest, ACaptureBecomesSoundsLayersEventsAndAttention) {
  const SoundScene scene = sceneOf(*capture(), 0, {QStringLiteral("hum"), QStringLiteral("hiss")});
  QStringList tracks, layers;
  for (const SceneTrack& track : scene.tracks) tracks += track.name;
  for (const SceneLayer& layer : scene.layers) layers += layer.name;
  EXPECT_EQ(tracks.join(QLatin1Char('|')),
            QStringLiteral("Mixture|Voice, separated|Voice, reference|Accompaniment, "
                           "separated|Accompaniment, reference|Voice, what is wrong in "
                           "it|Accompaniment, what is wrong in it"));
  EXPECT_TRUE(layers.contains(QStringLiteral("Voice: separated minus reference")));
  EXPECT_TRUE(layers.contains(QStringLiteral("Mask, predicted")));
  EXPECT_TRUE(layers.contains(QStringLiteral("Input of the model")));
  ASSERT_EQ(scene.events.size(), 3U);
  EXPECT_EQ(scene.events[0].label, QStringLiteral("hum"));
  EXPECT_NEAR(scene.events[0].end, 0.5, 1e-9);
  EXPECT_NEAR(scene.events[1].begin, 0.5, 1e-9);
  EXPECT_EQ(scene.events[2].source, SceneEvent::Source::kLabelled);
  ASSERT_EQ(scene.attention.size(), 1U);
  EXPECT_EQ(scene.attention[0].tokens, 5);
  std::vector<float> wrong(3);
  scene.tracks[5].track->read(100, wrong);
  EXPECT_NEAR(wrong[1], -0.25 * std::sin(2 * std::numbers::pi * 1000 * 101 / kTestRate), 1e-5);
  const SoundScene other = sceneOf(*capture(), 1, {});
  EXPECT_EQ(other.tracks.size(), 1U) << "clips need not hold the same";
  EXPECT_DOUBLE_EQ(other.seconds(), 0.5);
  EXPECT_THROW(sceneOf(*capture(), 2, {}), Error);
}

TEST_F(SpectrogramTest, TilesHoldLevelsOfBinsAndDifferences) {
  const SoundScene scene = sceneOf(*capture(), 0, {});
  const SpectrumSettings settings{256, 256, 64};
  const TilePtr tile = tileOf(layerNamed(scene, QStringLiteral("Mixture")), settings, {0, 0, 0});
  ASSERT_EQ(tile->rows, 129);
  const auto at = [&](const TilePtr& shown, int column, int row) {
    return shown->values[static_cast<std::size_t>(column * 129 + row)];
  };
  EXPECT_NEAR(at(tile, 60, 32), -12.04, 0.05) << "1 kHz at half of full scale";
  EXPECT_NEAR(at(tile, 60, 96), -26.02, 0.05) << "3 kHz at a tenth";
  EXPECT_LT(at(tile, 60, 64), -80);
  EXPECT_TRUE(std::isnan(at(tile, 126, 32))) << "behind the end";
  const TilePtr coarse = tileOf(layerNamed(scene, QStringLiteral("Mixture")), settings, {0, 3, 0});
  EXPECT_NEAR(at(coarse, 7, 32), -12.04, 0.05) << "eight frames in one column";
  EXPECT_TRUE(std::isnan(at(coarse, 16, 32)));
  const TilePtr difference = tileOf(
      layerNamed(scene, QStringLiteral("Voice: separated minus reference")), settings, {0, 0, 0});
  EXPECT_NEAR(at(difference, 60, 32), -6.02, 0.01);
  const TilePtr mask =
      tileOf(layerNamed(scene, QStringLiteral("Mask, predicted")), settings, {0, 0, 0});
  EXPECT_EQ(at(mask, 60, 63), 1);
  EXPECT_EQ(at(mask, 60, 64), 0);
}

TEST_F(SpectrogramTest, FarOutMoreFramesAreLookedAtInTheEnd) {
  std::vector<float> samples(64 * 4096);
  samples[64 * 20] = 1;  // a click in one frame of 64
  const SceneLayer layer{QStringLiteral("x"), SceneLayer::Kind::kLevel,
                         std::make_shared<HeldTrack>(samples, kTestRate), nullptr, nullptr};
  const SpectrumSettings settings{64, 64, 64};
  EXPECT_FLOAT_EQ(tileOf(layer, settings, {0, 6, 0}, kFewLooks)->values[10], Fourier::kFloor);
  EXPECT_GT(tileOf(layer, settings, {0, 6, 0}, kManyLooks)->values[10], -40);
  TileStore store;
  store.setLayers({layer}, settings);
  store.want({{0, 6, 0}});
  ASSERT_TRUE(QTest::qWaitFor([&] { return !store.busy(); }, 5000));
  EXPECT_GT(store.find({0, 6, 0})->values[10], -40);
  EXPECT_EQ(store.bytes(), 33U * 256 * sizeof(float)) << "one tile, not two";
}

TEST_F(SpectrogramTest, TilesStayWithinTheirBudget) {
  const SceneLayer layer{QStringLiteral("x"), SceneLayer::Kind::kLevel,
                         std::make_shared<HeldTrack>(sine(1000, 4, 0.5F), kTestRate), nullptr,
                         nullptr};
  TileStore store(3 * 33 * 256 * sizeof(float));
  store.setLayers({layer}, {64, 64, 16});
  for (qint64 tile = 0; tile < 4; ++tile) {
    store.want({{0, 0, tile}});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !store.busy(); }, 5000));
  }
  EXPECT_EQ(store.find({0, 0, 0}), nullptr) << "the one that was not used for longest";
  EXPECT_LE(store.bytes(), 3U * 33 * 256 * sizeof(float));
  EXPECT_NE(store.find({0, 0, 3}), nullptr);
}

TEST_F(SpectrogramTest, LinesOfPixelsShowEveryRowOrTheNearestOne) {
  std::vector<float> hertz;
  for (int k = 0; k <= 100; ++k) hertz.push_back(static_cast<float>(k * 40));
  const FrequencyAxis axis(FrequencyScale::kLinear, 4000);
  const LineRows few = lineRows(hertz, 101, axis, 10);
  EXPECT_EQ(few.first[9], 0);
  EXPECT_EQ(few.last[9], 10);
  FrequencyAxis near = axis;
  near.show(1000, 1080);
  const LineRows many = lineRows(hertz, 101, near, 80);
  EXPECT_EQ(many.first[79], 25);
  EXPECT_EQ(many.first[40], 26);
  EXPECT_EQ(rowAt(hertz, 101, axis, 0.5), 50);
  EXPECT_EQ(rowAt({100, 200}, 2, axis, 0.9), -1) << "no row up there";
}

TEST_F(SpectrogramTest, OutlinesAreLowestAndHighestSamples) {
  std::vector<float> samples(100000);
  samples[70000] = 0.8F, samples[70001] = -0.3F, samples[99999] = 0.1F;
  const HeldTrack track(samples, 8000);
  Peaks peaks(100000);
  peaks.add(std::span(samples).first(51200));
  Waveform waveform = waveformOf(track, &peaks, 0, 100000, 100);
  EXPECT_EQ(waveform.known, 51) << "the rest is not gathered yet";
  peaks.add(std::span(samples).subspan(51200));
  waveform = waveformOf(track, &peaks, 0, 100000, 100);
  EXPECT_EQ(waveform.known, 100);
  EXPECT_EQ(waveform.columns[70].high, 0.8F);
  EXPECT_EQ(waveform.columns[70].low, -0.3F);
  EXPECT_EQ(waveform.columns[60].high, 0);
  EXPECT_EQ(peaks.of(0, 100000).high, 0.8F);
  EXPECT_EQ(peaks.of(0, 60000).high, 0) << "coarse pieces do not reach beyond";
  const Waveform exact = waveformOf(track, &peaks, 69990, 20, 20);
  EXPECT_EQ(exact.columns[10].high, 0.8F);
  EXPECT_EQ(exact.columns[8].high, 0);
}

PlayHead& withRamps(PlayHead& head) {
  std::vector<float> up(1000), down(1000);
  for (std::size_t i = 0; i < 1000; ++i) up[i] = static_cast<float>(i), down[i] = -up[i];
  head.setTracks({{QStringLiteral("A"), std::make_shared<HeldTrack>(up, 8000)},
                  {QStringLiteral("B"), std::make_shared<HeldTrack>(down, 8000)}});
  return head;
}

TEST_F(SpectrogramTest, PlayingGoesRoundInALoopAndEndsAtTheEnd) {
  PlayHead head;
  withRamps(head).setLoop(std::pair<std::int64_t, std::int64_t>(100, 103));
  head.seek(101);
  std::vector<float> out(5);
  EXPECT_EQ(head.fill(out), 5U);
  EXPECT_THAT(out, ElementsAre(101, 102, 100, 101, 102));
  EXPECT_EQ(head.position(), 100) << "round again";
  EXPECT_EQ(head.placeBefore(1), 102);
  EXPECT_EQ(head.placeBefore(5), 101);
  head.setLoop(std::nullopt);
  head.seek(998);
  EXPECT_EQ(head.fill(out), 2U);
  EXPECT_THAT(out, ElementsAre(998, 999, 0, 0, 0));
}

TEST_F(SpectrogramTest, AnotherTrackGoesOnAtTheSamePlace) {
  PlayHead head;
  withRamps(head).seek(200);
  std::vector<float> out(300);
  head.fill(out);
  head.setTrack(1);
  EXPECT_EQ(head.position(), 500);
  head.fill(out);
  EXPECT_EQ(out[0], 500) << "faded in from the track before";
  EXPECT_EQ(out[128], -628);
  EXPECT_EQ(head.position(), 800);
}

/// A sound that moves the head while it is read, as a user does who does not wait for a slow file.
class MovingTrack final : public SoundTrack {
 public:
  explicit MovingTrack(PlayHead& head) : head_(head) {}
  int rate() const override { return kTestRate; }
  std::int64_t samples() const override { return 1000; }
  bool read(std::int64_t, std::span<float>) const override {
    head_.seek(700);
    return true;
  }

 private:
  PlayHead& head_;
};

TEST_F(SpectrogramTest, ThePlaceCanBeMovedWhileAFileIsRead) {
  PlayHead head;
  head.setTracks({{QStringLiteral("A"), std::make_shared<MovingTrack>(head)}});
  std::vector<float> out(10);
  head.fill(out);
  EXPECT_EQ(head.position(), 700);
}

std::uint32_t numberAt(const std::string& bytes, std::size_t place, int width) {
  std::uint32_t value = 0;
  for (int i = width - 1; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[place + static_cast<std::size_t>(i)]);
  return value;
}

TEST_F(SpectrogramTest, WavFilesHoldWhatIsHeard) {
  const HeldTrack track({0.5F, -1.0F, 2.0F}, 44100);
  const std::atomic<bool> go{false};
  writeWav(path("a.wav"), track, 0, 3, WavDepth::kInt24, go);
  const std::string whole = read_file(path("a.wav"));
  EXPECT_EQ(whole.size(), 44U + 10) << "nine bytes and one to make them even";
  EXPECT_EQ(numberAt(whole, 4, 4), whole.size() - 8);
  EXPECT_EQ(numberAt(whole, 24, 4), 44100U);
  EXPECT_EQ(numberAt(whole, 34, 2), 24U);
  EXPECT_EQ(numberAt(whole, 44, 3), 4194304U);   // round(0.5 * 8388607)
  EXPECT_EQ(numberAt(whole, 47, 3), 0x800001U);  // -8388607
  EXPECT_EQ(numberAt(whole, 50, 3), 0x7fffffU) << "clipped";
  writeWav(path("b.wav"), track, 1, 3, WavDepth::kFloat32, go);
  const std::string real = read_file(path("b.wav"));
  EXPECT_EQ(numberAt(real, 20, 2), 3U);
  EXPECT_EQ(numberAt(real, 60, 4), 0x40000000U) << "2.0 is not clipped";
  const std::atomic<bool> stop{true};
  writeWav(path("c.wav"), track, 0, 3, WavDepth::kFloat32, stop);
  EXPECT_FALSE(std::filesystem::exists(path("c.wav")));
  EXPECT_THROW(writeWav(path("no/d.wav"), track, 0, 3, WavDepth::kInt24, go), Error);
  EXPECT_THROW(writeWav(path("d.wav"), track, 3, 3, WavDepth::kInt24, go), Error);
}

TEST_F(SpectrogramTest, TimesReadAsPeopleWriteThem) {
  EXPECT_EQ(timeText(1.25, 0.05), QStringLiteral("1.25"));
  EXPECT_EQ(timeText(62.5, 0.5), QStringLiteral("1:02.5"));
  EXPECT_EQ(timeText(3725, 60), QStringLiteral("1:02:05"));
}

}  // namespace
}  // namespace warmstart
